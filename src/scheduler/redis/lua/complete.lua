-- complete: {worker, code, token, children, reads, unstored, take}
--   children {{code, parents in the run, score, member}, ...}, best first
--   reads    {{tile, readers in the run, 1 for an intermediate}, ...}, tiles that are no output, each once
--   unstored {{1 if the tile may stay at all, children that read it from 0 ...}, ...}
--   take     leases that the caller accepts at most
-- @return {0} when it does not count; {0, {places in unstored to publish}} when nothing was changed;
--   {1, children made ready and not leased, reads that are dead, leases}

-- @return record of a task whose completion counts, and the place of its holder or nil when its lease expired
local function completable(worker, code, token)
  if is_over() then return nil end
  local record, at = held(worker, code, token)
  if record then return record, at end
  local tried = redis.call('HGET', STATE, 't:' .. code)
  if not tried then return nil end
  tried = cmsgpack.unpack(tried)
  if tried[2] ~= '' and tried[2] == token then return { tried[4], tried[3], tried[1], false, {} }, nil end
end

-- Which unstored tiles others may look for, and which children the caller must take for the others.
local function plan_unstored(unstored, waiting, take)
  local publish, taken, count = {}, {}, 0
  for i, tile in ipairs(unstored) do
    local may_stay, more = tile[1] == 1, {}
    for j = 2, #tile do
      local child = tile[j] + 1
      if waiting[child] ~= 1 then may_stay = false end
      if not taken[child] then more[#more + 1] = child end
    end
    if may_stay and count + #more <= take then
      for _, child in ipairs(more) do taken[child] = true end
      count = count + #more
    else
      publish[#publish + 1] = i - 1
    end
  end
  return publish, taken
end

-- Takes a task that is done out of wherever it stands.
local function forget(code, record, at)
  redis.call('HDEL', STATE, 'l:' .. code, 't:' .. code, 'a:' .. code)
  if at then
    redis.call('ZREM', GRANTS, code)
    for _, holder in ipairs(record[5]) do redis.call('ZREM', DUE, 'x' .. holder[4] .. ' ' .. code) end
  else
    redis.call('ZREM', READY, record[1])
  end
end

-- Notes that the operands were read. @return places of the intermediate tiles that nobody reads any more
local function bury(reads)
  local dead, names, many = {}, {}, {}
  for i, read in ipairs(reads) do
    if read[2] > 1 then
      many[#many + 1] = i
      names[#names + 1] = 'r:' .. read[1]
    end
  end
  local left = {}
  if #many > 0 then
    local known = in_parts('HMGET', STATE, names)
    local kept, gone = {}, {}
    for n, i in ipairs(many) do
      left[i] = (tonumber(known[n]) or reads[i][2]) - 1
      if left[i] > 0 then
        kept[#kept + 1] = names[n]
        kept[#kept + 1] = left[i]
      else
        gone[#gone + 1] = names[n]
      end
    end
    in_parts('HSET', STATE, kept)
    in_parts('HDEL', STATE, gone)
  end
  for i, read in ipairs(reads) do
    if (left[i] or 0) <= 0 and read[3] == 1 then dead[#dead + 1] = i - 1 end
  end
  return dead
end

-- Parents that each child still waits for before this completion.
local function parents_left(children)
  if #children == 0 then return {} end
  local names, waiting = {}, {}
  for i, child in ipairs(children) do names[i] = 'w:' .. child[1] end
  local known = in_parts('HMGET', STATE, names)
  for i, child in ipairs(children) do waiting[i] = tonumber(known[i]) or child[2] end
  return waiting
end

local function complete(op, now)
  local worker, code, token, children, reads, unstored, take = op[3], op[4], op[5], op[6], op[7], op[8], op[9]
  local record, at = completable(worker, code, token)
  if not record then return { 0 } end
  local waiting = parents_left(children)
  local publish, taken = plan_unstored(unstored, waiting, take)
  if #publish > 0 then return { 0, publish } end
  if at then note_duration(kernel_of(record[1]), now - record[5][at][3]) end
  forget(code, record, at)
  meta.done = meta.done + 1
  local still, ready, gone, made, queued, mine = {}, {}, {}, {}, {}, {}
  for i, child in ipairs(children) do
    if waiting[i] > 1 then
      still[#still + 1] = 'w:' .. child[1]
      still[#still + 1] = waiting[i] - 1
    else
      if child[2] > 1 then gone[#gone + 1] = 'w:' .. child[1] end
      made[#made + 1] = 'a:' .. child[1]
      made[#made + 1] = worker
      if taken[i] then
        mine[#mine + 1] = child
      else
        ready[#ready + 1] = i - 1
        queued[#queued + 1] = child[3]
        queued[#queued + 1] = child[4]
      end
    end
  end
  in_parts('HSET', STATE, still)
  in_parts('HDEL', STATE, gone)
  in_parts('HSET', STATE, made)
  local dead = bury(reads)
  local leases = {}
  for i, child in ipairs(mine) do leases[i] = grant(worker, child[4], child[3], 0, now) end
  if #queued > 0 then
    in_parts('ZADD', READY, queued)
    local list = made_ready[worker] or {}
    for i = 2, #queued, 2 do list[#list + 1] = queued[i] end
    made_ready[worker] = list
  end
  end_if_over()
  return { 1, ready, dead, leases }
end
