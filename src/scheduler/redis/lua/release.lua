-- release: {worker, {code, token, code, token, ...}}: gives tasks back unworked, at no cost in attempts.
-- @return 0

local function release(op)
  local worker, list = op[3], op[4]
  for i = 1, #list, 2 do
    local record, at = held(worker, list[i], list[i + 1])
    if record then
      record[3] = record[3] - 1
      if drop_holder(list[i], record, at) == 0 then make_ready(record[1], record[2], record[3], '') end
    end
  end
  return 0
end
