-- Ends a client's session, of which only the number stays: a turn that was delivered twice must not begin it again.
-- When the run is over, its last word stays for a while and then goes.
--
-- ARGV: 1 epoch, 2 session, 3 seconds that the outcome of a run that is over stays
-- @return 0

if not load_meta() or meta.epoch ~= ARGV[1] then return 0 end
local kept = redis.call('HGET', SESSIONS, ARGV[2])
if kept then redis.call('HSET', SESSIONS, ARGV[2], string.match(kept, '^%d+') .. ' 0 ') end
redis.call('ZREM', WAITERS, ARGV[2])
if is_over() then
  for _, key in ipairs(EPOCH_KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
end
return 0
