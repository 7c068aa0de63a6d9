-- The driver's role: a lock with an end, held by the one that it names.
--
-- KEYS: 1 driver. ARGV: 1 'take', 'keep' or 'leave', 2 who asks, 3 time to live (ms)
-- @return 1 when the caller holds the role (for leave: gave it up), else 0

local holder = redis.call('GET', KEYS[1])
if ARGV[1] == 'leave' then
  return holder == ARGV[2] and redis.call('DEL', KEYS[1]) or 0
end
if holder == ARGV[2] then return redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
if holder or ARGV[1] == 'keep' then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
