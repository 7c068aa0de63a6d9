/**
 * Everything that is measured, side by side in one run on this machine, written to docs/performance.md.
 * Usage: npm run bench -- [--n 8192] [--tile 1024] [--rounds 1] [--only qr,lu] [--dry] ; --dry prints the page's figures instead of
 * writing them, and --only, which takes names of bench/peers/problems.ts, `parts`, `coordinator-redis` and `stores`, implies it.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.ts'
import { measureParts, measureRedisCoordinator } from './parts.ts'
import { problemOf, problems } from './peers/problems.ts'
import { measureProblems } from './side-by-side.ts'
import { measureStores } from './stores/measure.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '8192' },
    tile: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
    dry: { type: 'boolean', default: false },
  },
})
const only = values.only?.split(',')
const sections = ['parts', 'coordinator-redis', 'stores']
const chosen = only?.filter((name) => !sections.includes(name)).map(problemOf) ?? problems
const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const [begin, end] = ['<!-- measured: begin -->', '<!-- measured: end -->']

const folder = await mkdtemp(join(tmpdir(), 'numpywren-bench-'))
try {
  const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`)
  const sizes = { n: Number(values.n), tile: Number(values.tile), rounds: Number(values.rounds) }
  const parts = [
    await describeMachine(sizes),
    ...(chosen.length > 0 ? [await measureProblems({ ...sizes, problems: chosen, folder, say })] : []),
    ...(only === undefined || only.includes('parts') ? [await measureParts(say)] : []),
    ...(only === undefined || only.includes('coordinator-redis') ? [await measureRedisCoordinator(say)] : []),
    ...(only === undefined || only.includes('stores') ? [await measureStores({ say })] : []),
  ]
  const measured = parts.join('\n\n')
  if (values.dry || only) process.stdout.write(`${measured}\n`)
  else await replaceMeasured(measured)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function replaceMeasured(measured: string): Promise<void> {
  const text = await readFile(page, 'utf8')
  const [before, rest] = text.split(begin)
  const [, after] = (rest ?? '').split(end)
  if (before === undefined || after === undefined) throw new RangeError(`${page} has lost its markers ${begin} ${end}`)
  await writeFile(page, `${before}${begin}\n\n${measured}\n\n${end}${after}`)
  process.stderr.write(`bench: wrote ${page}\n`)
}
