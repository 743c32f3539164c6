/* Preloaded into redis-server: its wall clock is off by the seconds that stand in the file CLOCK_FILE. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Looked up once a second; no allocation, since the allocator itself asks for the time. */
static long offset_at(long second) {
  static long looked, offset;
  if (second == looked) return offset;
  looked = second;
  const char *path = getenv("CLOCK_FILE");
  int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY) : -1;
  if (file < 0) return offset;
  char text[32] = {0};
  if (syscall(SYS_read, file, text, sizeof text - 1) > 0) offset = atol(text);
  syscall(SYS_close, file);
  return offset;
}

int clock_gettime(clockid_t clock, struct timespec *into) {
  long result = syscall(SYS_clock_gettime, clock, into);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) into->tv_sec += offset_at(into->tv_sec);
  return (int)result;
}

int gettimeofday(struct timeval *restrict into, void *restrict zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
  into->tv_sec = now.tv_sec;
  into->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *into) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (into) *into = now.tv_sec;
  return now.tv_sec;
}
