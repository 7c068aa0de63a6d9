/** Runs at the same time in the same store, in processes of their own. */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { cli, digests, filesUnder, json, startCli, succeed } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const factor = (run: string, output: string, ...more: readonly string[]): string[] => [
  ...['cholesky', 'w/A', '-o', output, '--run-id', run, '--durability', 'full', '--slots', '1'],
  ...more,
]

test.serial('runs into one store at once do not disturb each other; a place or a name is taken once', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '400', '--tile', '40', '--seed', '3'], { cwd })
  await succeed(factor('alone', 'w/expected'), { cwd })
  const first = startCli(factor('one', 'w/L1'), { cwd })
  const second = startCli(factor('two', 'w/L2'), { cwd })
  for (const output of ['L1', 'L2']) while ((await filesUnder(join(cwd, 'w', output))).length === 0) await sleep(5)
  // They stand still, so that they do not end before the others have come.
  for (const { child } of [first, second]) child.kill('SIGSTOP')

  const sameOutput = await cli(factor('three', 'w/L1'), { cwd })
  t.is(sameOutput.code, 2, sameOutput.stderr)
  t.regex(
    sameOutput.stderr,
    /L1 is being written by run one, which has not ended: continue that run \(numpywren resume one /,
  )
  const sameName = await cli(factor('two', 'w/L4'), { cwd })
  t.is(sameName.code, 2, sameName.stderr)
  t.regex(sameName.stderr, /there is already a run two in \S+; choose another --run-id or resume that one/)
  for (const { child } of [first, second]) child.kill('SIGCONT')

  for (const { code, stderr } of await Promise.all([first.done, second.done])) t.is(code, 0, stderr)
  const expected = await digests(join(cwd, 'w/expected/c'))
  for (const output of ['L1', 'L2']) t.deepEqual(await digests(join(cwd, 'w', output, 'c')), expected)
  t.deepEqual(await filesUnder(join(cwd, 'w/L4')), [])
  const { runs } = (await json(['runs', '--store', 'w'], { cwd })) as { runs: { id: string; state: string }[] }
  t.deepEqual(
    runs.map(({ id, state }) => `${id} ${state}`),
    ['alone done', 'one done', 'two done'],
  )
})

test.serial('of runs that begin at the same moment with one output, one name or both, one has it', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '160', '--tile', '40', '--seed', '3'], { cwd })
  await succeed(factor('alone', 'w/expected'), { cwd })
  const expected = await digests(join(cwd, 'w/expected/c'))
  const pairs = [
    [factor('a1', 'w/La'), factor('a2', 'w/La')],
    [factor('b', 'w/Lb1'), factor('b', 'w/Lb2')],
    [factor('c', 'w/Lc'), factor('c', 'w/Lc')],
  ]
  for (const pair of pairs) {
    const ends = await Promise.all(pair.map((args) => startCli(args, { cwd }).done))
    t.deepEqual(ends.map(({ code }) => code).toSorted(), [0, 2], ends.map(({ stderr }) => stderr).join('\n'))
  }
  for (const output of ['La', 'Lc']) t.deepEqual(await digests(join(cwd, 'w', output, 'c')), expected)
  t.deepEqual({ ...(await digests(join(cwd, 'w/Lb1/c'))), ...(await digests(join(cwd, 'w/Lb2/c'))) }, expected)
  t.deepEqual(await filesUnder(join(cwd, 'w/.numpywren/outputs')), [])
})
