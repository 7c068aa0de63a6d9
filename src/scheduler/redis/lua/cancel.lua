-- cancel: {}: ends the run.
-- @return 0

local function cancel()
  end_run({ state = 'cancelled' })
  return 0
end
