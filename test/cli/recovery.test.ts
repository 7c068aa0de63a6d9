import { readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { type CliProcess, cli, digests, filesUnder, json, startCli, succeed } from '../helpers/cli.ts'
import { copiedFolder } from '../helpers/copied-folder.ts'
import { generateInto } from '../helpers/generated.ts'

const n = 800
const nb = 64
const nt = 13

interface Graph {
  readonly tasks: readonly { readonly id: string; readonly reads: readonly Tile[]; readonly writes: readonly Tile[] }[]
  readonly edges: readonly (readonly [string, string])[]
}
interface Tile {
  readonly matrix: string
  readonly index: readonly number[]
}

/** A folder with A, its factor `expected` and the graph of its factorization. */
async function problem(t: ExecutionContext<unknown>) {
  const cwd = await copiedFolder(t, 'problem', async (folder) => {
    await generateInto(join(folder, 'w'), { kind: 'spd', name: 'A', shape: [n, n], tile: nb, seed: 5 })
    await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd: folder })
    await succeed(['dag', 'cholesky', '--arg', `N=${nt}`, '-o', 'graph.json'], { cwd: folder })
    // Its record names the folder that it was made in.
    await rm(join(folder, 'w/.numpywren'), { recursive: true })
  })
  const graph = JSON.parse(await readFile(join(cwd, 'graph.json'), 'utf8')) as Graph
  return { cwd, graph, expected: await digests(join(cwd, 'w/expected/c')) }
}

const start = (cwd: string, run: string, ...more: readonly string[]): CliProcess =>
  startCli(['cholesky', 'w/A', '-o', `w/${run}`, '--run-id', run, ...more], { cwd })

/** Lets a run come to `delayMs` after its beginning and kills it. @returns false when it had ended before */
async function killed({ said, child, done }: CliProcess, delayMs: number): Promise<boolean> {
  await said('tasks')
  await sleep(delayMs)
  child.kill('SIGKILL')
  return (await done).signal === 'SIGKILL'
}

/** Where a tile of a run's matrix lies; the grid of S begins at [1, 1, 1]. */
const fileOf = (cwd: string, run: string, { matrix, index }: Tile): string =>
  matrix === 'L'
    ? join(cwd, 'w', run, 'c', ...index.map(String))
    : join(cwd, `w/.numpywren/runs/${run}/tiles`, matrix, 'c', ...index.map((at) => `${at - 1}`))

/** What is left to do, walked back from the missing tiles of L; our own reading of the graph and the folders. */
async function leftToDo(cwd: string, run: string, { tasks }: Graph): Promise<Set<string>> {
  const writers = new Map(tasks.flatMap((task) => task.writes.map((tile) => [fileOf(cwd, run, tile), task] as const)))
  const stored = new Set([
    ...(await filesUnder(join(cwd, 'w', run))).map((file) => join(cwd, 'w', run, file)),
    ...(await filesUnder(join(cwd, `w/.numpywren/runs/${run}/tiles`))).map((file) =>
      join(cwd, `w/.numpywren/runs/${run}/tiles`, file),
    ),
  ])
  const left = new Set<string>()
  const stack = tasks.filter(({ writes }) =>
    writes.some((tile) => tile.matrix === 'L' && !stored.has(fileOf(cwd, run, tile))),
  )
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if (left.has(task.id)) continue
    left.add(task.id)
    for (const read of task.reads) {
      const file = fileOf(cwd, run, read)
      const writer = writers.get(file)
      if (writer !== undefined && !stored.has(file)) stack.push(writer)
    }
  }
  return left
}

/** What tells whether a tile was written again; half-written files of a killed process are no tiles. */
const inodes = async (folder: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    await Promise.all(
      (await filesUnder(folder))
        .filter((file) => !file.includes('.npw-tmp'))
        .map(async (file) => [file, (await stat(join(folder, file))).ino]),
    ),
  )

async function resumed(cwd: string, run: string): Promise<number> {
  const { summary } = await json(['resume', run, '--store', 'w'], { cwd })
  return (summary as { tasks: number }).tasks
}

/** Flips one bit in the middle of a file, in place. */
async function flip(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes[bytes.length >> 1]! ^= 0x10
  await writeFile(file, bytes)
}

/** Numbers in [0, 1) from a seed. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

test.serial(
  'a run killed at any moment is resumed to the same bits, and no finished tile is computed again',
  async (t) => {
    const { cwd, graph, expected } = await problem(t)
    const moments = random(20261123)
    let kills = 0
    for (let round = 0; round < 5; round++) {
      const run = `full${round}`
      if (!(await killed(start(cwd, run, '--durability', 'full'), 50 + 900 * moments.next().value))) continue
      kills++
      const left = await leftToDo(cwd, run, graph)
      // What is left is closed upwards: nothing is done twice for the sake of a tile that somebody finished with.
      for (const [from, to] of graph.edges) if (left.has(from)) t.true(left.has(to), `${from} again, before ${to}`)
      const before = await inodes(join(cwd, 'w', run, 'c'))
      // A second kill, in the middle of the resumed run.
      if (round % 2 === 1) {
        await killed(startCli(['resume', run, '--store', 'w'], { cwd }), 300 * moments.next().value)
      }
      const stillLeft = await leftToDo(cwd, run, graph)
      t.is(await resumed(cwd, run), stillLeft.size)
      const after = await inodes(join(cwd, 'w', run, 'c'))
      for (const [file, inode] of Object.entries(before)) t.is(after[file], inode, `${file} was written again`)
      t.deepEqual(await digests(join(cwd, 'w', run, 'c')), expected)
      t.deepEqual(await filesUnder(join(cwd, `w/.numpywren/runs/${run}/tiles`)), [])
    }
    t.true(kills >= 3, `only ${kills} runs were killed before their end`)
  },
)

test.serial('a killed run that kept its intermediates in memory is resumed to the same bits', async (t) => {
  const { cwd, graph, expected } = await problem(t)
  const moments = random(7)
  for (let round = 0; round < 4; round++) {
    const run = `outputs${round}`
    const memory = round % 2 === 0 ? [] : ['--memory', '1MiB']
    await killed(start(cwd, run, ...memory), 10 + 200 * moments.next().value)
    const left = await leftToDo(cwd, run, graph)
    t.is(await resumed(cwd, run), left.size)
    t.deepEqual(await digests(join(cwd, 'w', run, 'c')), expected)
  }
})

test.serial('tiles that were damaged or deleted behind an interrupted run are found and computed again', async (t) => {
  const { cwd, graph, expected } = await problem(t)
  const run = 'damaged'
  let left = new Set<string>()
  let held: Tile[] = []
  // Killed where L has some tiles and the next level waits in S.
  for (let delay = 500; ; delay /= 2) {
    await rm(join(cwd, 'w', run), { recursive: true, force: true })
    await rm(join(cwd, 'w/.numpywren'), { recursive: true, force: true })
    const wasKilled = await killed(start(cwd, run, '--durability', 'full'), delay)
    left = await leftToDo(cwd, run, graph)
    const stored = new Set(await filesUnder(join(cwd, `w/.numpywren/runs/${run}/tiles`)))
    held = graph.tasks
      .filter(({ id }) => left.has(id))
      .flatMap(({ reads }) => reads)
      .filter(({ matrix, index }) => matrix === 'S' && stored.has(`S/c/${index.map((at) => at - 1).join('/')}`))
    if (wasKilled && held.length > 2) break
    t.true(delay > 1, 'no run was killed in its midst')
  }
  const [flipped, deleted] = [held[0]!, held.at(-1)!]
  await flip(fileOf(cwd, run, flipped))
  await unlink(fileOf(cwd, run, deleted))
  const output = (await filesUnder(join(cwd, 'w', run, 'c')))[0]!
  await flip(join(cwd, 'w', run, 'c', output))
  const { code, stderr } = await cli(['resume', run, '--store', 'w'], { cwd })
  t.is(code, 0, stderr)
  t.true(stderr.includes(`tile S[${flipped.index.join(',')}] is missing or damaged`), stderr)
  t.true(stderr.includes(`tile L[${output.replace('/', ',')}] is missing or damaged`), stderr)
  t.deepEqual(await digests(join(cwd, 'w', run, 'c')), expected)
})

test.serial(
  'tiles of a finished factor that were damaged or deleted are computed again, by as few tasks as it takes',
  async (t) => {
    const { cwd, expected } = await problem(t)
    await start(cwd, 'done').done
    t.is(await resumed(cwd, 'done'), 0)
    const tiles = join(cwd, 'w/done/c')
    await flip(join(tiles, '0/0'))
    await unlink(join(tiles, '3/1'))
    const before = await inodes(tiles)
    const status = await cli(['verify', 'cholesky', 'w/A', 'w/done'], { cwd })
    t.is(status.code, 1, status.stderr)
    t.regex(status.stderr, /w\/done.*\[0,0\]|w\/done\/c\/0\/0/)
    t.true((await resumed(cwd, 'done')) < 20)
    t.deepEqual(await digests(tiles), expected)
    const after = await inodes(tiles)
    for (const [file, inode] of Object.entries(before)) {
      if (file !== '0/0') t.is(after[file], inode, `${file} was written again`)
    }
  },
)

test.serial('a damaged tile of an input ends the run with its name, and a repaired one lets it go on', async (t) => {
  const { cwd, expected } = await problem(t)
  const file = join(cwd, 'w/A/c/4/2')
  const sound = await readFile(file)
  await flip(file)
  const { code, stdout, stderr } = await cli(['cholesky', 'w/A', '-o', 'w/L', '--run-id', 'r'], { cwd })
  t.is(code, 1, stderr)
  t.is(stdout, '')
  t.regex(stderr, /\[4,2\]|w\/A\/c\/4\/2/)
  t.regex(stderr, /w\/A/)
  t.true(stderr.trimEnd().split('\n').length <= 3, stderr)
  await writeFile(file, sound)
  await resumed(cwd, 'r')
  t.deepEqual(await digests(join(cwd, 'w/L/c')), expected)
})

test.serial('two resumes of one run at once do no harm', async (t) => {
  const { cwd, expected } = await problem(t)
  for (const durability of ['full', 'outputs']) {
    await killed(start(cwd, durability, '--durability', durability), 120)
    const both = await Promise.all([1, 2].map(() => startCli(['resume', durability, '--store', 'w'], { cwd }).done))
    for (const { code, stderr } of both) t.is(code, 0, stderr)
    t.deepEqual(await digests(join(cwd, 'w', durability, 'c')), expected)
    t.is((await json(['status', durability, '--store', 'w'], { cwd })).state, 'done')
    t.deepEqual(await filesUnder(join(cwd, `w/.numpywren/runs/${durability}/tiles`)), [])
  }
})

test.serial('slots, durability and memory do not change a bit', async (t) => {
  const { cwd, expected } = await problem(t)
  const settings = [
    ['--slots', '1'],
    ['--slots', '2'],
    ['--slots', '5'],
    ['--slots', '2', '--durability', 'full'],
    ['--slots', '2', '--memory', '1MiB'],
    ['--slots', '5', '--memory', '1MiB', '--durability', 'full'],
    ['--slots', '2', '--workers', '2', '--memory', '1MiB'],
  ]
  for (const [at, setting] of settings.entries()) {
    const { code, stderr } = await start(cwd, `s${at}`, ...setting).done
    t.is(code, 0, `${setting.join(' ')}: ${stderr}`)
    t.deepEqual(await digests(join(cwd, `w/s${at}/c`)), expected, setting.join(' '))
  }
})
