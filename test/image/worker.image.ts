/** The image as `numpywren worker`: containers anywhere that take tasks from Redis. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { json } from '../helpers/cli.ts'
import { startRedis } from '../helpers/servers/redis.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { startContainer } from './helpers/podman.ts'
import { prepare, sameBits } from './helpers/site.ts'
import { until } from './helpers/until.ts'

test('containers pull tasks from Redis, one of them is killed in mid-run: the bits of one process', async (t) => {
  const [s3, redis] = await Promise.all([startVersitygw(t), startRedis(t)])
  const bucket = { store: `${await s3.url('bucket')}/work`, folder: join(s3.folder, 'bucket', 'work') }
  Object.assign(process.env, s3.env)
  await prepare(bucket)
  const cwd = await mkdtemp(join(tmpdir(), 'numpywren-image-'))
  t.teardown(() => rm(cwd, { recursive: true, force: true }))
  const where = ['--coordinator', redis.url, '--workers', '0', '--lease', '3']
  const run = json(['cholesky', `${bucket.store}/A`, '--output', `${bucket.store}/L`, ...where], { cwd, env: s3.env })
  run.catch(() => undefined)
  const env = { ...s3.env, NUMPYWREN_STORE: bucket.store, NUMPYWREN_COORDINATOR: redis.url }
  const lost = await startContainer(t, { env, args: ['--slots', '1'] })
  await until(async () => {
    if (!(await lost.logs()).includes('joined run')) throw new Error('it has not joined')
  }, lost.logs)
  await lost.kill()
  t.is(await lost.exit(), 137)
  const other = await startContainer(t, { env, args: ['--slots', '1', '--idle-timeout', 'never'] })
  t.log(await run)
  await other.kill('TERM')
  await sameBits(t, bucket)
  t.is(await other.exit(), 0, await other.logs())
})
