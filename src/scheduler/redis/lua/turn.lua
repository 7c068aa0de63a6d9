-- One turn of a client: all its calls since the last one, at once.
--
-- ARGV: 1 channel, 2 the turn (JSON):
--   epoch, session, number (1 for the first turn of a session), nonce (random text, for tokens)
--   ops {{kind, time or 0, ...}, ...}: carried out in order, at their times or, for 0, at the time of the server
-- @return JSON {now, leaseMs, outcome, loaded, due, results}: due is the time (ms) at which something falls due that a waiting call
--   may be waiting for, -1 for none; or an error text: '!gone' no epoch, '!epoch NAME' another one, '!back' the state is
--   older than the session, '!old' a turn that was answered long ago (a duplicate).
-- Exactly once: a turn that comes again right after itself is answered from memory and changes nothing.
-- Events on the channel: 'end'; 'wake SESSION SESSION ...' to as many waiting sessions as there are tasks for them.

local turn = cjson.decode(ARGV[2])
channel = ARGV[1]
nonce = turn.nonce
if not load_meta() then return '!gone' end
if meta.epoch ~= turn.epoch then return '!epoch ' .. meta.epoch end

local last, waited, remembered = 0, false, nil
local kept = redis.call('HGET', SESSIONS, turn.session)
if kept then
  local number, flag, reply = string.match(kept, '^(%d+) (%d) (.*)$')
  last, waited, remembered = tonumber(number), flag == '1', reply
end
if turn.number == last then return remembered end
if turn.number < last then return '!old' end
if turn.number > last + 1 then return '!back' end

local server = redis.call('TIME')
local server_now = server[1] * 1000 + math.floor(server[2] / 1000)
local handlers = {
  lease = lease, renew = renew, complete = complete, fail = fail, release = release, cancel = cancel, counts = counts,
  look = function() return 0 end,
}

local results, now, ticked = {}, server_now, nil
local waiting = {}
for i, op in ipairs(turn.ops) do
  now = op[2] == 0 and server_now or op[2]
  if now ~= ticked then
    tick(now)
    ticked = now
  end
  local result = handlers[op[1]](op, now)
  results[i] = result
  if op[1] == 'lease' and op[6] == 1 and #result == 0 then waiting[#waiting + 1] = op[3] end
end

local due = -1
local waits = #waiting > 0 and not is_over()
if waits then
  local first = redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
  if first[2] then due = tonumber(first[2]) end
  for _, worker in ipairs(waiting) do
    local at = next_straggler(worker, due < 0 and math.huge or due)
    if at then due = at end
  end
  zadd(WAITERS, 'NX', now, turn.session)
elseif waited then
  redis.call('ZREM', WAITERS, turn.session)
end

if not is_over() then
  local ready = redis.call('ZCARD', READY)
  if ready > 0 then
    local woken = redis.call('ZPOPMIN', WAITERS, ready)
    if #woken > 0 then
      local names = {}
      for i = 1, #woken, 2 do names[#names + 1] = woken[i] end
      redis.call('PUBLISH', channel, 'wake ' .. table.concat(names, ' '))
    end
  end
end

local reply = cjson.encode({
  now = exact(now), leaseMs = config.leaseMs, outcome = meta.outcome, loaded = meta.loaded, due = exact(due), results = results,
})
save_meta()
redis.call('HSET', SESSIONS, turn.session, turn.number .. ' ' .. (waits and '1' or '0') .. ' ' .. reply)
keep_alive()
return reply
