/** A Redis that anybody on the network may enter is warned about, and no other. */

import { networkInterfaces } from 'node:os'
import test from 'ava'
import { succeed } from '../helpers/cli.ts'
import { startRedis } from '../helpers/servers/redis.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const outward = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

test.serial('a Redis without a password on an address that others reach is warned about once', async (t) => {
  if (outward === undefined) {
    t.pass('this machine has no address that others reach')
    return
  }
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '64', '--tile', '32'], { cwd })
  const open = await startRedis(t, { args: ['--bind', '0.0.0.0', '--protected-mode', 'no'] })
  const said = async (output: string, coordinator: string): Promise<string[]> => {
    const { stderr } = await succeed(
      ['cholesky', 'w/A', '-o', output, '--workers', '1', '--coordinator', coordinator],
      {
        cwd,
      },
    )
    return stderr.split('\n').filter((line) => line.startsWith('warning'))
  }
  const [warning, ...more] = await said('w/L1', `redis://${outward}:${open.port}`)
  t.regex(warning ?? '', /password/)
  t.true(warning?.includes(outward), warning)
  t.deepEqual(more, [])
  t.deepEqual(await said('w/L2', open.url), [])
  await open.cli('CONFIG', 'SET', 'requirepass', 'secret')
  t.deepEqual(await said('w/L3', `redis://:secret@${outward}:${open.port}`), [])
})
