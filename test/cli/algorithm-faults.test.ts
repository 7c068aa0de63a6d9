/** What the main job survives, every algorithm survives: kills, damage, other slots; the result is the same to the last bit. */

import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { algorithms } from '../../src/linalg/index.ts'
import { algorithmCases } from '../helpers/algorithm-cases.ts'
import { cli, digests, json, startCli, succeed } from '../helpers/cli.ts'
import { generateInto } from '../helpers/generated.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A folder with the inputs of an algorithm, and the command that writes its results into a folder of their own. */
async function problem(t: ExecutionContext<unknown>, algorithm: string) {
  const { inputs, operands, flags = [], results } = algorithmCases[algorithm]!
  const cwd = await temporaryFolder(t)
  await generateInto(join(cwd, 'w'), ...inputs)
  const command = (run: string, ...more: readonly string[]): string[] => [
    algorithm,
    ...operands.map((name) => `w/${name}`),
    ...flags,
    ...results.flatMap(([option, name]) => [option, `w/${run}/${name}`]),
    ...['--store', 'w', '--run-id', run],
    ...more,
  ]
  return { cwd, command }
}

/** Digests of what a run has written, metadata (which hold its name) apart. */
async function resultsOf(cwd: string, run: string): Promise<Record<string, string>> {
  const found = await digests(join(cwd, 'w', run))
  return Object.fromEntries(Object.entries(found).filter(([file]) => !file.endsWith('zarr.json')))
}

/** Starts a command, lets it come to `delayMs` after its first word and kills it. @returns false when it had ended before */
async function killed(args: readonly string[], cwd: string, delayMs: number): Promise<boolean> {
  const { said, child, done } = startCli(args, { cwd })
  await said('tasks')
  await sleep(delayMs)
  child.kill('SIGKILL')
  return (await done).signal === 'SIGKILL'
}

/** Runs that are killed, at a moment of the time that one takes which is left alone. */
const disturbed = [
  { run: 'one', moment: 0.2, settings: ['--slots', '1'] },
  { run: 'five', moment: 0.5, settings: ['--slots', '5', '--workers', '2', '--durability', 'full'] },
] as const

// An algorithm that gives numbers only leaves nothing to compare.
for (const { name } of algorithms.filter(({ results }) => results.length > 0)) {
  test(`${name}: one slot or five, killed or not, memory or store: the same bits`, async (t) => {
    t.truthy(algorithmCases[name], `no problem for ${name} in test/helpers/algorithm-cases.ts`)
    const { cwd, command } = await problem(t, name)
    const { summary } = await json(command('expected', '--durability', 'full'), { cwd })
    const runMs = 1000 * (summary as { wallSeconds: number }).wallSeconds
    const expected = await resultsOf(cwd, 'expected')
    t.true(Object.keys(expected).length > 0)
    let kills = 0
    for (const { run, moment, settings } of disturbed) {
      if (await killed(command(run, ...settings), cwd, runMs * moment)) kills++
      // A second kill, in the midst of the resumed run.
      if (run === 'five') await killed(['resume', run, '--store', 'w'], cwd, runMs * 0.05)
      await succeed(['resume', run, '--store', 'w'], { cwd })
      t.deepEqual(await resultsOf(cwd, run), expected, run)
    }
    t.true(kills > 0, 'no run was killed before its end')

    const damaged = await damage(cwd, 'one', Object.keys(expected))
    const { code, stderr } = await cli(['resume', 'one', '--store', 'w'], { cwd })
    t.is(code, 0, stderr)
    t.deepEqual(await resultsOf(cwd, 'one'), expected, damaged)
  })
}

/** Flips a bit in the middle of a result's largest tile. @returns its name */
async function damage(cwd: string, run: string, files: readonly string[]): Promise<string> {
  const tiles = files.filter((file) => /(^|\/)c\//.test(file))
  const sizes = await Promise.all(tiles.map(async (file) => (await stat(join(cwd, 'w', run, file))).size))
  const file = tiles[sizes.indexOf(Math.max(...sizes))]
  if (file === undefined) return 'nothing'
  const path = join(cwd, 'w', run, file)
  const bytes = await readFile(path)
  bytes[bytes.length >> 1]! ^= 0x10
  await writeFile(path, bytes)
  return file
}
