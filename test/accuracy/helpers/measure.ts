import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BigMatrix, connect, type Numpywren, type Verdict } from '../../../src/index.ts'
import { algorithms, verifications } from '../../../src/linalg/index.ts'
import { runPython } from '../../helpers/python.ts'
import type { AccuracyCase } from './cases.ts'

/** Values with their thresholds by the name of the ratio, or what is wrong with the result. */
export type Ratios = Readonly<Record<string, readonly [value: number, threshold: number]>> | string

/** Ratios of one case: by `verify`, where it applies, and in extended precision ours and SciPy's. */
export interface Measured {
  readonly case: AccuracyCase
  /** The error, when there is no result. */
  readonly failure?: string
  /** What the algorithm had to say. */
  readonly warnings: readonly string[]
  readonly verdict?: Verdict
  readonly ours: Ratios
  readonly scipy: Ratios
}

type Computed = Pick<Measured, 'failure' | 'warnings' | 'verdict'>

/** Computes every case in `folder`, and has it judged, all in one Python process. */
export async function measure(cases: readonly AccuracyCase[], folder: string): Promise<Measured[]> {
  const judge = await readFile(new URL('judge.py', import.meta.url), 'utf8')
  const here = fileURLToPath(new URL('.', import.meta.url))
  const list = join(folder, 'cases.json')
  await writeFile(list, JSON.stringify(cases))
  await runPython(judge, here, 'make', list, folder)
  const computed: Computed[] = []
  for (const [k, each] of cases.entries()) {
    await using npw = await connect({ store: `memory://accuracy-${k}`, slots: 2, memoryBytes: 2 ** 26 })
    computed.push(await compute(npw, each, `${k}`, folder))
  }
  // JSON has no infinity; Python writes it nevertheless.
  const judged = (await runPython(judge, here, 'judge', list, folder)).replaceAll(/\bInfinity\b/g, '1e999')
  const ratios = JSON.parse(judged) as Pick<Measured, 'ours' | 'scipy'>[]
  return cases.map((each, k) => ({ case: each, ...computed[k]!, ...ratios[k]! }))
}

/** Runs the algorithm, judges it by `verify` and leaves its results as .npy beside the operands. */
async function compute(npw: Numpywren, each: AccuracyCase, k: string, folder: string): Promise<Computed> {
  const { algorithm, dtype, options } = each
  const spec = algorithms.find(({ name }) => name === algorithm)
  const operands: Record<string, BigMatrix> = {}
  for (const [name, { tile }] of Object.entries(each.operands)) {
    operands[name] = await npw.import(join(folder, `${k}-${name}.npy`), `${k}/${name}`, { tile, dtype })
  }
  const wanted = spec?.results.filter(({ when }) => when === 'always' || !each.isBrief) ?? []
  const places = wanted.map(({ name, option, within }) => [
    option === 'output' ? 'out' : option,
    within === undefined ? `${k}/${name}` : `${k}/parts`,
  ])
  try {
    const given = { ...options, ...Object.fromEntries(places) }
    const { report, ...all } = await npw.call<Readonly<Record<string, BigMatrix>>>(algorithm, operands, given)
    const results = Object.fromEntries(wanted.map(({ name }) => [name, all[name]!]))
    for (const [name, matrix] of Object.entries(results)) await npw.export(matrix, join(folder, `${k}-${name}.npy`))
    return { warnings: report.warnings, ...(await verified(npw, each, { ...operands, ...results })) }
  } catch (error) {
    return { warnings: [], failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

/** The verdict, where all that it looks at was asked for; a product of less than full rank is not A, and is not judged as that. */
async function verified(
  npw: Numpywren,
  { algorithm, options }: AccuracyCase,
  matrices: Readonly<Record<string, BigMatrix>>,
): Promise<Pick<Measured, 'verdict'>> {
  const spec = verifications.find(({ name }) => name === algorithm)
  if (options.rank !== undefined) return {}
  if (spec === undefined || spec.matrices.some((name) => matrices[name] === undefined)) return {}
  const known = [...spec.matrices, ...(spec.optional ?? [])]
  const shown = Object.fromEntries(Object.entries(matrices).filter(([name]) => known.includes(name)))
  const own = Object.fromEntries(Object.entries(options).filter(([name]) => name in spec.options))
  return { verdict: await npw.verify(algorithm, shown, own) }
}
