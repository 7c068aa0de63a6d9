/** Runs whose tasks are done by functions on this machine, as a user starts them. */

import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { cli, digests, filesUnder, json, startCli, succeed } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const local = ['--provider', 'local', '--workers', '2', '--slots', '1']

/** A folder with A, its factor `expected` from the process of the command, and the digests of that. */
async function problem(t: ExecutionContext, n: number, nb: number) {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', `${n}`, '--tile', `${nb}`, '--seed', '5'], { cwd })
  await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd })
  return { cwd, expected: await digests(join(cwd, 'w/expected/c')) }
}

test.serial('a factorization by functions has the same bits, and says what it took', async (t) => {
  const { cwd, expected } = await problem(t, 96, 16)
  const { summary } = await json(['cholesky', 'w/A', '-o', 'w/L', '--run-id', 'f', ...local], { cwd })
  t.like(summary, { runId: 'f', tasks: 56, invocationsLost: 0, estimatedMoney: 0, costs: [] })
  const { invocations, coldStarts, vcpuSeconds, coreSeconds } = summary as Record<string, number>
  t.true(invocations! >= 16 && invocations! <= 56)
  t.true(coldStarts! >= 1 && coldStarts! <= 2)
  t.true(coreSeconds! > 0 && coreSeconds === vcpuSeconds)
  t.deepEqual(await digests(join(cwd, 'w/L/c')), expected)
  t.deepEqual(await digests(join(cwd, 'w/.numpywren/runs/f/tiles/S/c')), {}, 'intermediates are removed')
})

test.serial(
  'killed with its functions under way, the run is resumed in this process and by functions to the same bits',
  async (t) => {
    const { cwd, expected } = await problem(t, 192, 16)
    for (const [run, ...how] of [['a', ...local], ['b']] as const) {
      const { child, done, said } = startCli(['cholesky', 'w/A', '-o', `w/${run}`, '--run-id', run, ...local], { cwd })
      t.true(await said('tasks'))
      await until(
        async () => (await filesUnder(join(cwd, `w/${run}/c`))).filter((file) => !file.includes('.npw')).length > 3,
      )
      child.kill('SIGKILL')
      t.is((await done).signal, 'SIGKILL')
      const { summary } = await json(['resume', run, '--store', 'w', ...how], { cwd })
      t.true((summary as { tasks: number }).tasks < 364)
      t.deepEqual(await digests(join(cwd, `w/${run}/c`)), expected)
    }
  },
)

test('what functions cannot do is refused with one sentence before anything is asked of a cloud', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '8', '--tile', '4'], { cwd })
  const env = { AWS_ACCESS_KEY_ID: '', AWS_PROFILE: 'none', AWS_EC2_METADATA_DISABLED: 'true' }
  for (const [args, says] of [
    [['--provider', 'aws-lambda'], /aws-lambda cannot reach file:.*this machine only.*--store/],
    [['--provider', 'gcp-functions'], /gcp-functions cannot reach file:/],
    [['--provider', 'local', '--workers', '10001'], /workers must be .* to 10000/],
  ] as const) {
    const { code, stderr } = await cli(['cholesky', 'w/A', '-o', 'w/L', ...args], { cwd, env })
    t.is(code, 2, stderr)
    t.regex(stderr, says)
  }
  await succeed(['info', 'w/A'], { cwd, env: { ...env, NUMPYWREN_PROVIDER: 'aws-lambda' } })
})
