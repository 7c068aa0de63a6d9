-- Granting: from the queue, as backups of stragglers, and together with a completion.
--
-- lease: {worker, count, prefer, waits}: prefer are members; waits is 1 for a call that waits when it gets nothing.
-- @return {{code, token, attempt, expires at, is backup, '0,2' positions of sole reads}, ...}

-- Durations that are kept of each kernel.
local RING = 64
-- Ready tasks among which those come first that the asking worker made ready.
local WINDOW = 16

local nonce
-- Members that the completions of this turn made ready, by worker.
local made_ready = {}
-- Kernel -> time after which a task is a straggler, or false; forgotten with each new duration.
local limits = {}

-- operands: 'position' for a tile with one reader in the run, 'position=tile=readers' for others, joined by ';'
local function sole_reads(member)
  local positions, tiles = {}, {}
  for operand in string.gmatch(string.match(member, '|([^|]*)$'), '[^;]+') do
    local position, tile, readers = string.match(operand, '^(%d+)=(.*)=(%d+)$')
    if position then
      tiles[#tiles + 1] = { position, 'r:' .. tile, readers }
    else
      positions[#positions + 1] = operand
    end
  end
  if #tiles > 0 then
    local names = {}
    for i, tile in ipairs(tiles) do names[i] = tile[2] end
    local left = redis.call('HMGET', STATE, unpack(names))
    for i, tile in ipairs(tiles) do
      if (left[i] or tile[3]) == '1' then positions[#positions + 1] = tile[1] end
    end
  end
  return table.concat(positions, ',')
end

local function new_holder(worker, code, now)
  meta.granted = meta.granted + 1
  local grant = string.format('%012d', meta.granted)
  zadd(DUE, now + config.leaseMs, 'x' .. grant .. ' ' .. code)
  return { worker, nonce .. '-' .. meta.granted, now, grant }
end

-- Grants a task that nobody holds; its caller has taken it from the queue.
local function grant(worker, member, score, attempts, now)
  local code = code_of(member)
  local holder = new_holder(worker, code, now)
  redis.call('HSET', STATE, 'l:' .. code, cmsgpack.pack({ member, score, attempts + 1, false, { holder } }))
  zadd(GRANTS, meta.granted, code)
  return { code, holder[2], attempts + 1, exact(now + config.leaseMs), 0, sole_reads(member) }
end

local function grant_ready(worker, member, score, now)
  redis.call('ZREM', READY, member)
  local code = code_of(member)
  local tried = redis.call('HGET', STATE, 't:' .. code)
  local attempts = 0
  if tried then
    attempts = cmsgpack.unpack(tried)[1]
    redis.call('HDEL', STATE, 't:' .. code)
  end
  return grant(worker, member, score, attempts, now)
end

-- Time from its grant after which a task of this kernel is a straggler; false while too little is known.
local function limit_of(kernel)
  if limits[kernel] ~= nil then return limits[kernel] end
  local count = math.min(RING, tonumber(redis.call('HGET', STATE, 'n:' .. kernel) or '0'))
  limits[kernel] = false
  if count >= math.max(1, config.minSamples) then
    local names = {}
    for i = 1, count do names[i] = 'd:' .. kernel .. ':' .. (i - 1) end
    local durations = redis.call('HMGET', STATE, unpack(names))
    for i = 1, count do durations[i] = tonumber(durations[i]) end
    table.sort(durations)
    limits[kernel] = math.max(config.minMs, config.factor * durations[math.floor(count / 2) + 1])
  end
  return limits[kernel]
end

local function note_duration(kernel, ms)
  if not config.factor then return end
  local count = redis.call('HINCRBY', STATE, 'n:' .. kernel, 1)
  redis.call('HSET', STATE, 'd:' .. kernel .. ':' .. ((count - 1) % RING), exact(ms))
  limits[kernel] = nil
end

-- Calls visit(code, record, time) for each task that others hold and that has no backup, in order of grants, with the time
-- at which it becomes a straggler, while any can become one before `until_`. @param visit returns a new `until_`
local function each_straggler(worker, until_, visit)
  if not config.factor or meta.several ~= '1' then return end
  local from = 0
  while true do
    local codes = redis.call('ZRANGE', GRANTS, from, from + 63)
    if #codes == 0 then return end
    local names = {}
    for i, code in ipairs(codes) do names[i] = 'l:' .. code end
    local records = redis.call('HMGET', STATE, unpack(names))
    for i, code in ipairs(codes) do
      local record = cmsgpack.unpack(records[i])
      local holder = record[5][1]
      if not record[4] then
        if holder[3] + config.minMs > until_ then return end
        local limit = holder[1] ~= worker and limit_of(kernel_of(record[1]))
        if limit then until_ = visit(code, record, holder[3] + limit) end
      end
    end
    from = from + 64
  end
end

local function backups(worker, count, now)
  local leases = {}
  each_straggler(worker, now, function(code, record, at)
    if at <= now then
      local holder = new_holder(worker, code, now)
      record[3] = record[3] + 1
      record[4] = true
      table.insert(record[5], holder)
      redis.call('HSET', STATE, 'l:' .. code, cmsgpack.pack(record))
      leases[#leases + 1] = { code, holder[2], record[3], exact(now + config.leaseMs), 1, '' }
    end
    return #leases < count and now or -math.huge
  end)
  return leases
end

-- When the next task becomes a straggler that this worker could back up; nil for never, and when it is later than `before`.
local function next_straggler(worker, before)
  local first
  each_straggler(worker, before, function(_, _, at)
    if at <= before then first, before = at, at end
    return before
  end)
  return first
end

local function lease(op, now)
  local worker, count, prefer, waits = op[3], op[4], op[5], op[6] == 1
  local leases = {}
  if is_over() then return leases end
  if meta.first == '' then
    meta.first = worker
  elseif meta.first ~= worker then
    meta.several = '1'
  end
  local function grant_preferred(member)
    if #leases >= count then return end
    local score = redis.call('ZSCORE', READY, member)
    if score then leases[#leases + 1] = grant_ready(worker, member, score, now) end
  end
  if waits then for _, member in ipairs(made_ready[worker] or {}) do grant_preferred(member) end end
  for _, member in ipairs(prefer) do grant_preferred(member) end
  local wanted = count - #leases
  if wanted > 0 then
    local best = redis.call('ZRANGE', READY, 0, math.max(wanted, WINDOW) - 1, 'WITHSCORES')
    local names, order, others = {}, {}, {}
    for i = 1, math.min(#best, 2 * WINDOW), 2 do names[#names + 1] = 'a:' .. code_of(best[i]) end
    local makers = #names > 0 and redis.call('HMGET', STATE, unpack(names)) or {}
    for i = 1, #best, 2 do
      local list = makers[(i + 1) / 2] == worker and order or others
      list[#list + 1] = i
    end
    for _, i in ipairs(others) do order[#order + 1] = i end
    for n = 1, math.min(wanted, #order) do
      leases[#leases + 1] = grant_ready(worker, best[order[n]], best[order[n] + 1], now)
    end
  end
  if #leases == 0 then leases = backups(worker, count, now) end
  return leases
end
