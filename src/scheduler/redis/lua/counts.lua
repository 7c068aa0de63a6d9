-- counts: {}
-- @return {total, ready, leased, done}

local function counts()
  local ready = is_over() and meta.left_ready or redis.call('ZCARD', READY)
  return { meta.total, ready, redis.call('ZCARD', GRANTS), meta.done }
end
