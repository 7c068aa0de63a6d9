-- renew: {worker, {code, token, code, token, ...}}: extends leases.
-- @return places in the list, from 0, of those that were lost

-- @return record of the task and place of the holder, when the lease is in force
local function held(worker, code, token)
  if is_over() then return nil end
  local packed = redis.call('HGET', STATE, 'l:' .. code)
  if not packed then return nil end
  local record = cmsgpack.unpack(packed)
  for i, holder in ipairs(record[5]) do
    if holder[1] == worker and holder[2] == token then return record, i end
  end
end

local function renew(op, now)
  local worker, list, lost = op[3], op[4], {}
  for i = 1, #list, 2 do
    local record, at = held(worker, list[i], list[i + 1])
    if record then
      zadd(DUE, now + config.leaseMs, 'x' .. record[5][at][4] .. ' ' .. list[i])
    else
      lost[#lost + 1] = (i - 1) / 2
    end
  end
  return lost
end
