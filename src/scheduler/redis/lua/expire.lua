-- What time has made due: pauses end first, then leases by their ends and, where these are equal, by their grants.

local function make_ready(member, score, attempts, token)
  zadd(READY, score, member)
  if attempts > 0 or token ~= '' then
    redis.call('HSET', STATE, 't:' .. code_of(member), cmsgpack.pack({ attempts, token, score, member }))
  end
end

-- Takes holder i from a leased task. @return how many it still has
local function drop_holder(code, record, i)
  local holder = table.remove(record[5], i)
  redis.call('ZREM', DUE, 'x' .. holder[4] .. ' ' .. code)
  if #record[5] == 0 then
    redis.call('HDEL', STATE, 'l:' .. code)
    redis.call('ZREM', GRANTS, code)
  else
    redis.call('HSET', STATE, 'l:' .. code, cmsgpack.pack(record))
  end
  return #record[5]
end

local function end_exhausted(member, attempts, failure)
  end_run({
    state = 'exhausted', code = code_of(member), kernel = kernel_of(member), attempts = attempts, failure = failure,
  })
end

local function expire_lease(grant, code)
  local record = cmsgpack.unpack(redis.call('HGET', STATE, 'l:' .. code))
  for i, holder in ipairs(record[5]) do
    if holder[4] == grant then
      if drop_holder(code, record, i) > 0 then return end
      if record[3] < config.maxAttempts then
        make_ready(record[1], record[2], record[3], holder[2])
      else
        end_exhausted(record[1], record[3], cjson.encode({
          tag = 'LeaseExpiredError',
          category = 'transient',
          message = 'worker ' .. holder[1] .. ' did not renew its lease for ' .. config.leaseMs .. ' ms',
        }))
      end
      return
    end
  end
end

local function tick(now)
  if is_over() then return end
  local due = redis.call('ZRANGEBYSCORE', DUE, '-inf', now)
  for _, entry in ipairs(due) do
    if string.sub(entry, 1, 1) == 'd' then
      local member = string.sub(entry, 2)
      redis.call('ZREM', DUE, entry)
      local tried = cmsgpack.unpack(redis.call('HGET', STATE, 't:' .. code_of(member)))
      zadd(READY, tried[3], member)
    end
  end
  for _, entry in ipairs(due) do
    if is_over() then return end
    local grant, code = string.match(entry, '^x(%d+) (.*)$')
    if grant then expire_lease(grant, code) end
  end
end
