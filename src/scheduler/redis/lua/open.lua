-- Opens an epoch in the place of another, or of none; its starters come with load.lua.
--
-- ARGV: 1 channel, 2 epoch, 3 the epoch that it replaces or '', 4 tasks in total, 5 config (JSON, see shared.lua)
-- @return the epoch that is open now: another than ARGV[2] when that took the place meanwhile, and nothing was changed
-- Events: 'end' on the channel, so that clients of the epoch that was replaced look.

channel = ARGV[1]
local epoch, replaced = ARGV[2], ARGV[3]
local open = redis.call('HGET', STATE, 'epoch') or ''
if open == epoch then return epoch end
if open ~= replaced then return open end
redis.call('UNLINK', unpack(EPOCH_KEYS))
meta = {
  epoch = epoch, config = ARGV[5], total = tonumber(ARGV[4]), outcome = '', done = 0, granted = 0, loaded = '0',
  left_ready = 0, first = '', several = '0',
}
config = cjson.decode(meta.config)
create_meta()
redis.call('PUBLISH', channel, 'end')
if meta.total == 0 then end_run({ state = 'done' }) end
keep_alive()
return epoch
