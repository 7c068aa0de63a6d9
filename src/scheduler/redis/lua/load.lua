-- Puts some starters of an epoch into the queue: a part at a time, so that no call lasts long. Any client may go on with it.
--
-- ARGV: 1 channel, 2 epoch, 3 starters that are there already, 4 starters to add {score, member, ...} (JSON), 5 '1' if these are the last
-- @return starters that are there now, or 'all'; '!gone' or '!epoch NAME' when the epoch is not open any more

channel = ARGV[1]
if not load_meta() then return '!gone' end
if meta.epoch ~= ARGV[2] then return '!epoch ' .. meta.epoch end
if meta.loaded ~= ARGV[3] or is_over() then return meta.loaded end
local starters = cjson.decode(ARGV[4])
in_parts('ZADD', READY, starters)
meta.loaded = ARGV[5] == '1' and 'all' or tostring(ARGV[3] + #starters / 2)
end_if_over()
if not is_over() and #starters > 0 then
  local woken = redis.call('ZPOPMIN', WAITERS, #starters / 2)
  local names = {}
  for i = 1, #woken, 2 do names[#names + 1] = woken[i] end
  if #names > 0 then redis.call('PUBLISH', channel, 'wake ' .. table.concat(names, ' ')) end
end
save_meta()
keep_alive()
return meta.loaded
