-- What every script on an epoch shares. Concatenated before the script itself; see ../scripts.ts.
--
-- KEYS of all scripts on an epoch, in one hash slot:
--   1 state    hash: the fields of `meta` below, and by prefix
--                w:CODE  parents that a touched task still waits for
--                l:CODE  record of a leased task (msgpack): {member, score, attempts, is backed up, {{worker, token, granted at, grant}, ...}}
--                t:CODE  record of a task that is not leased but was (msgpack): {attempts, token that expired last or '', score, member}
--                a:CODE  worker whose completion made the task ready
--                r:TILE  tasks still to read a tile, from the first reader that is done to the last but one
--                n:KERNEL, d:KERNEL:I  how many durations were noted, and the last of them (ms) in a ring
--   2 ready    zset of members by falling priority (score is its negative), then in program order
--   3 due      zset by time (ms): 'x' grant ' ' CODE for the end of a lease, 'd' MEMBER for the end of a pause
--   4 grants   zset of the codes of leased tasks by the grant that took them from the queue
--   5 waiters  zset of sessions whose lease calls wait, by the time of their asking
--   6 sessions hash: session -> number of its last turn, whether it waits, and the reply to that turn
-- CODE is a task in a text whose order is that of the program; MEMBER is CODE|kernel|operands, see ../codes.ts.
-- A task has no entry before its first parent is done, nor after it is done itself.

local STATE, READY, DUE, GRANTS, WAITERS, SESSIONS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local EPOCH_KEYS = { STATE, READY, DUE, GRANTS, WAITERS, SESSIONS }

local FIELDS = { 'epoch', 'config', 'total', 'outcome', 'done', 'granted', 'loaded', 'left_ready', 'first', 'several', 'there' }

-- The fields of the state that are one for the epoch: config (JSON), tasks in total and done, grants so far, starters in
-- the queue or 'all', outcome (JSON, '' while it runs), ready tasks at its end, workers that asked for work (the first,
-- and whether there are several), zsets that are there.
local meta = {}
-- meta.config, decoded: leaseMs, maxAttempts, baseMs, capMs, keepSeconds, isPartial, and factor, minSamples, minMs unless there are no backups.
local config
local channel

-- Zsets that are there: only scripts make and empty them, so another number than at the end of the last script means that the
-- server has dropped one.
local function count_zsets()
  return redis.call('EXISTS', READY, DUE, GRANTS)
end

-- @return false when there is no epoch, or not all of it
local function load_meta()
  local values = redis.call('HMGET', STATE, unpack(FIELDS))
  if not values[1] or tonumber(values[#FIELDS]) ~= count_zsets() then return false end
  for i, field in ipairs(FIELDS) do meta[field] = values[i] end
  for _, field in ipairs({ 'total', 'done', 'granted', 'left_ready' }) do meta[field] = tonumber(meta[field]) end
  config = cjson.decode(meta.config)
  return true
end

-- What changes; the other fields are written by open.lua, and again by end_run.
local function save_meta()
  redis.call('HSET', STATE, 'outcome', meta.outcome, 'done', meta.done, 'granted', meta.granted, 'loaded', meta.loaded,
    'left_ready', meta.left_ready, 'first', meta.first, 'several', meta.several, 'there', count_zsets())
end

local function create_meta()
  redis.call('HSET', STATE, 'epoch', meta.epoch, 'config', meta.config, 'total', meta.total)
  save_meta()
end

-- Zsets that this script may have brought into being.
local added = {}

local function zadd(key, ...)
  added[key] = true
  redis.call('ZADD', key, ...)
end

-- Every key that may have come into being lives on for config.keepSeconds.
local function keep_alive()
  redis.call('EXPIRE', STATE, config.keepSeconds)
  redis.call('EXPIRE', SESSIONS, config.keepSeconds)
  for key, is_added in pairs(added) do
    if is_added then redis.call('EXPIRE', key, config.keepSeconds) end
  end
end

local function is_over()
  return meta.outcome ~= ''
end

-- Ends the run, once; every lease ends with it. Only the fields of `meta` and the sessions stay.
-- Event: 'end' on the channel.
local function end_run(outcome)
  if is_over() then return end
  meta.left_ready = redis.call('ZCARD', READY)
  meta.outcome = cjson.encode(outcome)
  redis.call('UNLINK', STATE, READY, DUE, GRANTS, WAITERS)
  create_meta()
  redis.call('PUBLISH', channel, 'end')
end

local function end_if_over()
  if meta.done == meta.total then
    end_run({ state = 'done' })
  elseif meta.loaded == 'all' and redis.call('EXISTS', READY, DUE) == 0 then
    end_run({ state = 'stuck', left = meta.total - meta.done })
  end
end

-- Calls a command with a list of any length, a part at a time: Lua cannot pass more than some thousand arguments.
-- @return the replies of HMGET, joined
local function in_parts(command, key, list)
  local replies = {}
  added[key] = added[key] or command == 'ZADD' and #list > 0
  for from = 1, #list, 1000 do
    local reply = redis.call(command, key, unpack(list, from, math.min(from + 999, #list)))
    if command == 'HMGET' then
      for i = 1, #reply do replies[from + i - 1] = reply[i] end
    end
  end
  return replies
end

-- A number as text that gives the same number again; cjson would round it.
local function exact(number)
  return string.format('%.17g', number)
end

local function code_of(member)
  return string.match(member, '^[^|]*')
end

local function kernel_of(member)
  return string.match(member, '^[^|]*|([^|]*)|')
end
