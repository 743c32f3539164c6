/** The command `weir`: its words become a verb, the verb's answer the exit code. */

import { dispatch } from './cli/dispatch.ts';
import { verbs } from './cli/verbs.ts';

// The reader went away, as `weir … | head` does: long-running verbs drain as if told to stop, others just end.
process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.stdout.on('error', () => undefined);
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit(0);
});

// Started by bin/weir in another Node: when that process is killed, this one must not go on as an orphan.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

process.exitCode = await dispatch(process.argv.slice(2), process.env, verbs);
