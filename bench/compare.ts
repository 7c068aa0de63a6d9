/**
 * `numpywren compare` over the emulators of both clouds, on this machine: its table goes to docs/performance.md, its pictures to docs/images.
 * Nothing in them is a figure of a cloud, and every row and title says so.
 * Usage: node bench/compare.ts [--shape 4096] [--tile 1024] [--repeat 3] [--workers 4] [--dry]; --dry prints the table and writes nothing.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { comparisonPictures, comparisonSchema, summaryTable, titleOf } from '../src/report/index.ts'
import { startCloudRunEmulator } from '../test/helpers/emulators/cloud-run/emulator.ts'
import { startLambdaEmulator } from '../test/helpers/emulators/lambda/emulator.ts'
import { startFakeGcs } from '../test/helpers/servers/fake-gcs.ts'
import { startVersitygw } from '../test/helpers/servers/versitygw.ts'

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: '4096' },
    tile: { type: 'string', default: '1024' },
    repeat: { type: 'string', default: '3' },
    workers: { type: 'string', default: '4' },
    dry: { type: 'boolean', default: false },
  },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs/performance.md')
const [begin, end] = ['<!-- compared: begin -->', '<!-- compared: end -->']
/** Those that the pages show. */
const shown = ['completion', 'starts', 'split', 'workers-aws-lambda']
/** The platform's megabytes that come with one vCPU on Lambda. */
const MEMORY_MB = 1769

const endings: (() => unknown)[] = []
const folder = await mkdtemp(join(tmpdir(), 'numpywren-compare-'))
endings.push(() => rm(folder, { recursive: true, force: true }))
try {
  const t = { teardown: (ending: () => unknown): void => void endings.push(ending) }
  const [s3, gcs] = await Promise.all([startVersitygw(t), startFakeGcs(t)])
  const lambda = await startLambdaEmulator(t, {
    functions: [{ name: 'numpywren-worker', memoryMb: MEMORY_MB, timeoutS: 300 }],
    role: s3.env,
  })
  const cloudRun = await startCloudRunEmulator(t, {
    services: [{ name: 'numpywren-worker', memoryMb: MEMORY_MB, vcpus: 1 }],
    environment: gcs.env,
  })
  const stores = `here=${folder}/here,local=${folder}/local,aws-lambda=${await s3.url('work')},gcp-functions=${await gcs.url('work')}`
  await run(
    [
      ...['compare', 'cholesky', '--shape', values.shape, '--tile', values.tile, '--repeat', values.repeat],
      ...['--workers', values.workers, '--providers', 'here,local,aws-lambda,gcp-functions', '--store', stores],
      ...['-o', join(folder, 'report')],
    ],
    { ...s3.env, ...gcs.env, ...lambda.env, ...cloudRun.env },
  )
  const comparison = comparisonSchema.parse(JSON.parse(await readFile(join(folder, 'report/report.json'), 'utf8')))
  const { header, rows, notes } = summaryTable(comparison)
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const text = [
    `${comparison.createdAt.slice(0, 10)}, ${availableParallelism()} cores of ${cpus()[0]?.model}, ${titleOf(comparison)}, ${values.workers} invocations at the same time:`,
    '',
    line(header),
    line(header.map(() => '---')),
    ...rows.map(line),
    '',
    `${comparison.agreement.text} ${notes.join(' ')}`,
  ].join('\n')
  process.stdout.write(`${text}\n`)
  if (!values.dry) {
    const old = await readFile(page, 'utf8')
    const [before = '', rest = ''] = old.split(begin)
    await writeFile(page, `${before}${begin}\n\n${text}\n\n${end}${rest.split(end)[1] ?? ''}`)
    for (const { name, svg } of comparisonPictures(comparison)) {
      if (shown.includes(name)) await writeFile(join(root, `docs/images/compare-${name}.svg`), svg)
    }
  }
} finally {
  for (const ending of endings.reverse()) await ending()
}

/** The command as a user types it, with what it says. @throws Error unless it ends well */
async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`numpywren ${args.join(' ')} ended with ${code}`)
}
