/** The Lua scripts: each checks everything first and then only does writes that cannot fail, since Redis never rolls back. */

/** Flag allow-oom: a lease is kept and given up even when memory is full, only commits wait. */
const HEAD = `#!lua flags=allow-oom
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function mine()
  local owner = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
  return owner[1] == ARGV[1] and owner[2] == ARGV[2]
end
`;

/** Order of entry ids. */
const BEFORE = `local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function before(a, b)
  local ams, aseq = parts(a)
  local bms, bseq = parts(b)
  return ams < bms or (ams == bms and aseq < bseq)
end
`;

/**
 * KEYS owner position in state decided timers out dead late changed
 * ARGV instance nonce ttl, commit, incarnation, entry and entries that the asker has seen committed (0 0 0-0 0: none)
 * → [0, instance, expires, time, 1 when what the asker has seen is lost, incarnation] or [1, epoch, entry, commit, entries, incarnation, head, time, 1 when the tail was lost,
 *      1 when a resend is due]
 */
const ACQUIRE = `${HEAD}
local kinds = {'hash', 'hash', 'stream', 'hash', 'hash', 'zset', 'stream', 'stream', 'stream', 'zset'}
for i, kind in ipairs(kinds) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then
    return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' is a ' .. found .. ' and not a ' .. kind)
  end
end
${BEFORE}
local time = now()
local owner = redis.call('HMGET', KEYS[1], 'epoch', 'nonce', 'instance', 'expires')
local at = redis.call('HMGET', KEYS[2], 'entry', 'commit', 'entries', 'incarnation', 'head', 'resend')
local entry, commit, entries = at[1] or '0-0', tonumber(at[2] or 0), tonumber(at[3] or 0)
local incarnation, head = tonumber(at[4] or 1), at[5] or ''
local log = {['last-generated-id'] = '0-0', ['entries-added'] = 0, length = 0}
if redis.call('EXISTS', KEYS[3]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[3])
  for i = 1, #info, 2 do log[info[i]] = info[i + 1] end
end
-- Trimming takes whole beginnings: a hole, or fewer entries taken than were applied, is another log.
local function gone(id, count)
  if id == '0-0' then return false end
  if before(log['last-generated-id'], id) then return true end
  if #redis.call('XRANGE', KEYS[3], id, id) > 0 then return false end
  local first = log['first-entry']
  return (first and before(first[1], id)) or log['entries-added'] - log.length < count
end
local seenCommit, seenIncarnation = tonumber(ARGV[4]), tonumber(ARGV[5])
local lost = incarnation < seenIncarnation
  or (incarnation == seenIncarnation and (commit < seenCommit or gone(ARGV[6], tonumber(ARGV[7]))))

if owner[2] and owner[3] ~= ARGV[1] and tonumber(owner[4]) > time then
  -- A clock that was set back would keep a dead owner's lease for ever: from now on it lasts no longer than a new one.
  local expires = math.min(tonumber(owner[4]), time + ARGV[3])
  redis.call('HSET', KEYS[1], 'expires', expires)
  if lost then
    -- The owner cannot know of what it never had: its next commit is refused, and it goes on under another number.
    incarnation = math.max(incarnation, seenIncarnation) + 1
    redis.call('HSET', KEYS[2], 'incarnation', incarnation, 'resend', incarnation)
  end
  return {0, owner[3], expires, time, lost and 1 or 0, incarnation}
end

if gone(entry, entries) then
  lost = true
  if before(log['last-generated-id'], entry) then entries = log['entries-added'] end
end
if lost then incarnation = math.max(incarnation, seenIncarnation) + 1 end

local epoch = tonumber(owner[1] or 0) + 1
redis.call('HSET', KEYS[1], 'epoch', epoch, 'nonce', ARGV[2], 'instance', ARGV[1], 'expires', time + ARGV[3])
if lost then redis.call('HSET', KEYS[2], 'resend', incarnation) end
if lost or not at[1] then
  redis.call('HSET', KEYS[2], 'entry', entry, 'commit', commit, 'entries', entries, 'incarnation', incarnation, 'head', head)
end
local made = redis.pcall('XGROUP', 'CREATE', KEYS[3], 'weir', entry, 'MKSTREAM', 'ENTRIESREAD', entries)
if made.err then redis.pcall('XGROUP', 'SETID', KEYS[3], 'weir', entry, 'ENTRIESREAD', entries) end
return {1, epoch, entry, commit, entries, incarnation, head, time, lost and 1 or 0, (lost or at[6]) and 1 or 0}`;

/**
 * KEYS owner position
 * ARGV epoch nonce ttl commit
 * → 1, or 0 when fenced or the stored commit is another
 */
const RENEW = `${HEAD}
if not mine() or (redis.call('HGET', KEYS[2], 'commit') or '0') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'expires', now() + ARGV[3])
return 1`;

/**
 * KEYS owner position
 * ARGV epoch nonce
 * → 1, or 0 when fenced
 */
const RESENT = `${HEAD}
if not mine() then return 0 end
redis.call('HDEL', KEYS[2], 'resend')
return 1`;

/**
 * KEYS owner
 * ARGV epoch nonce
 * The epoch stays, so that it never goes back.
 */
const RELEASE = `${HEAD}
if not mine() then return 0 end
redis.call('HDEL', KEYS[1], 'nonce', 'instance', 'expires')
return 1`;

/**
 * KEYS owner position in state decided timers out dead late changed, then dedup buckets to append to, then those to drop
 * ARGV epoch nonce ttl · from: entry commit · to: entry commit entries · incarnation head ·
 *      counts of the values that follow: states, dropped states, timers, dropped timers, decisions (each with
 *      the key of its rule's last decision, or an empty text), mail (each after its target), dead, late, dedup texts,
 *      keys of changed entities, keys of last decisions that are kept no longer
 * → OK, FENCED, STALE or LOST_TAIL
 * Without allow-oom: when memory is full Redis refuses it as a whole.
 */
const COMMIT = `${HEAD.replace(' flags=allow-oom', '')}
if not mine() then return 'FENCED' end
local at = redis.call('HMGET', KEYS[2], 'entry', 'commit', 'incarnation')
local stored = (at[3] or '1') == ARGV[9]
-- My own commit, sent twice by a client or a proxy: done is done.
if stored and at[2] == ARGV[7] and at[1] == ARGV[6] then return 'OK' end
if not stored or (at[1] or '0-0') ~= ARGV[4] or (at[2] or '0') ~= ARGV[5] then return 'STALE' end
if ARGV[6] ~= ARGV[4] and #redis.call('XRANGE', KEYS[3], ARGV[6], ARGV[6]) == 0 then return 'LOST_TAIL' end

local place = 22
-- Lua's stack holds about 8,000 values: unpack in slices (an even number: pairs stay together).
local function write(command, key, count)
  local last = place + tonumber(count) - 1
  for first = place, last, 4000 do
    redis.call(command, key, unpack(ARGV, first, math.min(first + 3999, last)))
  end
  place = last + 1
end
local function publish(key, count)
  local last = place + tonumber(count) - 1
  for i = place, last do redis.call('XADD', key, '*', 'd', ARGV[i]) end
  place = last + 1
end
write('HSET', KEYS[4], ARGV[11])
write('HDEL', KEYS[4], ARGV[12])
write('ZADD', KEYS[6], ARGV[13])
write('ZREM', KEYS[6], ARGV[14])
for i = 1, tonumber(ARGV[15]) do
  redis.call('XADD', KEYS[7], '*', 'd', ARGV[place])
  if ARGV[place + 1] ~= '' then redis.call('HSET', KEYS[5], ARGV[place + 1], ARGV[place]) end
  place = place + 2
end
for i = 1, tonumber(ARGV[16]) do
  local id = redis.call('XADD', KEYS[7], '*', 't', ARGV[place], 'm', ARGV[place + 1])
  if i == tonumber(ARGV[16]) then redis.call('HSET', KEYS[2], 'mail', id) end
  place = place + 2
end
publish(KEYS[8], ARGV[17])
publish(KEYS[9], ARGV[18])
local appended = tonumber(ARGV[19])
for i = 1, appended do redis.call('APPEND', KEYS[10 + i], ARGV[place + i - 1]) end
for i = 11 + appended, #KEYS do redis.call('UNLINK', KEYS[i]) end
place = place + appended
local last = place + tonumber(ARGV[20]) - 1
for first = place, last, 2000 do
  local scored = {}
  for i = first, math.min(first + 1999, last) do
    scored[#scored + 1] = ARGV[7]
    scored[#scored + 1] = ARGV[i]
  end
  redis.call('ZADD', KEYS[10], unpack(scored))
end
place = last + 1
write('HDEL', KEYS[5], ARGV[21])
redis.call('HSET', KEYS[2], 'entry', ARGV[6], 'commit', ARGV[7], 'entries', ARGV[8], 'head', ARGV[10])
redis.call('HSET', KEYS[1], 'expires', now() + ARGV[3])
-- A bookmark for XINFO GROUPS and exporters; nothing depends on it.
redis.pcall('XGROUP', 'SETID', KEYS[3], 'weir', ARGV[6], 'ENTRIESREAD', ARGV[8])
return 'OK'`;

/**
 * KEYS owner position
 * ARGV epoch nonce · field of the position that is a reader's place · from to: entry ids of what it reads
 * → OK, FENCED or STALE
 */
const MOVE = `${HEAD}
if not mine() then return 'FENCED' end
if (redis.call('HGET', KEYS[2], ARGV[3]) or '0-0') ~= ARGV[4] then return 'STALE' end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
return 'OK'`;

/**
 * KEYS owner position in out dead late
 * ARGV epoch nonce · commit incarnation: what the owner knows of last · for each stream the first entry id to keep
 * → 1, or 0 when fenced, or when what the owner knows of was lost, and with it perhaps what its ids rest on
 * The outbox also keeps mail that is not posted.
 */
const TRIM = `${HEAD}${BEFORE}
local at = redis.call('HMGET', KEYS[2], 'commit', 'incarnation', 'mail', 'posted')
if not mine() or tonumber(at[1] or 0) < tonumber(ARGV[3]) or (at[2] or '1') ~= ARGV[4] then return 0 end
local posted = at[4] or '0-0'
if at[3] and before(posted, at[3]) and before(posted, ARGV[6]) then ARGV[6] = posted end
for i = 3, 6 do redis.call('XTRIM', KEYS[i], 'MINID', ARGV[i + 2]) end
return 1`;

/**
 * KEYS out
 * ARGV after count
 * → [the last entry looked at, 1 when there may be more, 1 when the stream ends before ARGV after, [target, text], …]
 * Decisions stay in Redis: on the way to Node they would cost more than the mail among them.
 */
const MAIL = `#!lua flags=no-writes
${BEFORE}
local count = tonumber(ARGV[2])
local rows = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', count)
local page = {ARGV[1], 1, 0}
for _, row in ipairs(rows) do
  page[1] = row[1]
  if row[2][1] == 't' then page[#page + 1] = {row[2][2], row[2][4]} end
end
if #rows < count then
  local last = '0-0'
  if redis.call('EXISTS', KEYS[1]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for i = 1, #info, 2 do if info[i] == 'last-generated-id' then last = info[i + 1] end end
  end
  page[2] = 0
  if before(last, ARGV[1]) then page[3] = 1 else page[1] = last end
end
return page`;

/**
 * KEYS stream, a sorted set beside it that has the ids it was given
 * ARGV time oldest id · fields and values
 * → 1, or 0 when the stream was given this id before
 */
const ACTION = `#!lua
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2])
if redis.call('ZADD', KEYS[2], 'NX', ARGV[1], ARGV[3]) == 0 then return 0 end
redis.call('XADD', KEYS[1], 'MINID', '~', ARGV[2] .. '-0', '*', unpack(ARGV, 4))
return 1`;

/** Defined on every connection; called with one array: number of keys, keys, arguments. */
export const SCRIPTS = {
  weirAcquire: { lua: ACQUIRE },
  weirRenew: { lua: RENEW },
  weirRelease: { lua: RELEASE },
  weirCommit: { lua: COMMIT },
  weirMove: { lua: MOVE },
  weirMail: { lua: MAIL },
  weirResent: { lua: RESENT },
  weirTrim: { lua: TRIM },
  weirAction: { lua: ACTION },
};

export type ScriptArgument = string | number;

/** What `scripts: SCRIPTS` adds to a connection. */
export type Scripts = Record<keyof typeof SCRIPTS, (call: ScriptArgument[]) => Promise<unknown>>;
