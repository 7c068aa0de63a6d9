/** gc beside real runs that are killed, and beside one that is at work. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { type CliProcess, cli, digests, filesUnder, json, startCli, succeed } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Kills a run when a folder of it holds so many files. @returns whether it came to that */
async function killedAt({ child, done }: CliProcess, folder: string, files: number): Promise<boolean> {
  let isOver = false
  const ending = done.finally(() => {
    isOver = true
  })
  while (!isOver && (await filesUnder(folder)).length < files) await sleep(5)
  child.kill('SIGKILL')
  return (await ending).signal === 'SIGKILL'
}

test.serial('what killed runs left goes while another is at work, whose result is none the worse', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '400', '--tile', '40', '--seed', '3'], { cwd })
  await succeed(['generate', 'normal', 'w/B', '--shape', '400x40', '--tile', '40', '--seed', '3'], { cwd })
  await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd })
  const full = ['--durability', 'full', '--slots', '1']
  const dead = startCli(['cholesky', 'w/A', '-o', 'w/dead', '--run-id', 'dead', ...full], { cwd })
  t.true(await killedAt(dead, join(cwd, 'w/.numpywren/runs/dead/tiles'), 10))
  const procedure = startCli(['solve', 'w/A', 'w/B', '-o', 'w/X', '--run-id', 'proc', '--assume', 'spd', ...full], {
    cwd,
  })
  t.true(await killedAt(procedure, join(cwd, 'w/.numpywren/runs/proc.cholesky/tiles'), 10))
  await writeFile(join(cwd, 'w/.npw-tmp-00000000-1-x-0'), 'unknown writer, young')

  const live = startCli(['cholesky', 'w/A', '-o', 'w/live', '--run-id', 'live', ...full], { cwd })
  while ((await filesUnder(join(cwd, 'w/live/c'))).length < 3) await sleep(5)

  const before = await filesUnder(join(cwd, 'w/.numpywren'))
  const polite = await json(['gc', '--store', 'w', '--dry-run'], { cwd })
  t.true((polite.removed as { what: string }[]).every(({ what }) => what === 'temporary files'))
  const kept = polite.kept as { run: string; reason: string; bytes: number }[]
  t.deepEqual(
    kept.map(({ run }) => run).filter((run) => run !== 'live'),
    ['dead', 'proc'],
  )
  for (const { run, reason } of kept) if (run !== 'live') t.regex(reason, new RegExp(`numpywren resume ${run} `))
  t.true(before.length > 20)

  // It stands still, so that it does not end before gc has looked at it; its process lives all the same.
  live.child.kill('SIGSTOP')
  const first = await json(['gc', '--store', 'w', '--older-than', '0s'], { cwd })
  live.child.kill('SIGCONT')
  await succeed(['gc', '--store', 'w', '--older-than', '0s'], { cwd })
  const { code, stderr } = await live.done
  t.is(code, 0, stderr)
  t.deepEqual(await digests(join(cwd, 'w/live/c')), await digests(join(cwd, 'w/expected/c')))

  const removed = first.removed as { what: string; run?: string; objects: number; bytes: number }[]
  t.deepEqual(
    [...new Set(removed.flatMap(({ run }) => (run === undefined ? [] : [run.split('.')[0]])))],
    ['dead', 'proc'],
  )
  t.true(removed.some(({ what, run }) => what === 'unfinished matrix' && run === 'dead'))
  t.true((first.bytes as number) > 0)
  t.deepEqual(await filesUnder(join(cwd, 'w/dead')), [])
  t.deepEqual(await filesUnder(join(cwd, 'w/.numpywren/outputs')), [])
  t.deepEqual(await filesUnder(join(cwd, 'w/.numpywren/gc')), [])
  t.is(await readFile(join(cwd, 'w/.npw-tmp-00000000-1-x-0'), 'utf8'), 'unknown writer, young')
  t.is((await json(['status', 'live', '--store', 'w'], { cwd })).state, 'done')
  await succeed(['gc', '--store', 'w', '--older-than', '0s', '--records'], { cwd })
  t.deepEqual(await filesUnder(join(cwd, 'w/.numpywren')), [])
  await succeed(['verify', 'cholesky', 'w/A', 'w/live'], { cwd })
})

test.serial('a run whose data gc has removed is computed anew by resume', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '400', '--tile', '40', '--seed', '3'], { cwd })
  await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd })
  const run = startCli(['cholesky', 'w/A', '-o', 'w/L', '--run-id', 'r', '--durability', 'full', '--slots', '1'], {
    cwd,
  })
  t.true(await killedAt(run, join(cwd, 'w/.numpywren/runs/r/tiles'), 10))
  const { stdout } = await succeed(['gc', '--store', 'w', '--older-than', '0s'], { cwd })
  t.regex(stdout, /intermediates +r +\d+ .*\n/)
  t.regex(stdout, /removed \d+ objects, [\d.]+ [KM]iB\n$/)
  t.is((await succeed(['gc', '--store', 'w'], { cwd })).stdout.trim(), `nothing to remove in file://${cwd}/w`)
  await succeed(['resume', 'r', '--store', 'w'], { cwd })
  t.deepEqual(await digests(join(cwd, 'w/L/c')), await digests(join(cwd, 'w/expected/c')))
})

test('a limit that is no time is refused', async (t) => {
  const cwd = await temporaryFolder(t)
  for (const age of ['7', '-1d', 'week', 'NaNd', '']) {
    const { code, stderr } = await cli(['gc', '--older-than', age], { cwd })
    t.is(code, 2, age)
    t.regex(stderr, /--older-than <age>.*wanted a time such as 90s, 12h or 7d/)
  }
})
