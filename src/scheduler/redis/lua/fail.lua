-- fail: {worker, code, token, 1 if transient, 1 if a tile is lost, failure (JSON), random in [0, 1)}
-- @return 1 when the task will be tried again

local function fail(op, now)
  local worker, code, token, transient, lost, failure, random = op[3], op[4], op[5], op[6] == 1, op[7] == 1, op[8], op[9]
  local record, at = held(worker, code, token)
  if not record then return 0 end
  local others = drop_holder(code, record, at)
  -- Of two holders one may have used up or buried a tile that the other misses: that one's result decides.
  if others > 0 and (lost or transient) then return 1 end
  local member, score, attempts = record[1], record[2], record[3]
  if lost or not transient then
    end_run({ state = 'failed', code = code, attempts = attempts, failure = failure })
    return 0
  end
  if attempts >= config.maxAttempts then
    end_exhausted(member, attempts, failure)
    return 0
  end
  local longest = math.min(config.capMs, config.baseMs * 2 ^ math.max(0, attempts - 1))
  redis.call('HSET', STATE, 't:' .. code, cmsgpack.pack({ attempts, '', score, member }))
  zadd(DUE, now + (longest - longest / 2 * random), 'd' .. member)
  return 1
end
