/** What is done when a run is over: its matrices are opened, files are written from them, and the algorithm says what there is to say. */

import { algorithms, type Report } from '../linalg/index.ts'
import { BigMatrix, exportFile } from '../matrix/index.ts'
import { type AlgorithmNote, readManifest } from '../run/index.ts'
import type { Connection } from './connection.ts'

/** What an operation gives besides its summary. */
export interface Finished {
  readonly matrices: Readonly<Record<string, BigMatrix>>
  readonly report: Report
  /** Files that were written, by the result they hold. */
  readonly files: Readonly<Record<string, string>>
}

export const emptyReport: Report = { facts: {}, warnings: [] }

/** The matrices of a finished run of one program, by the names its note has for them. */
export async function openResults(
  connection: Connection,
  runId: string,
  results: Readonly<Record<string, string>>,
): Promise<Record<string, BigMatrix>> {
  const { matrices, aliases } = await readManifest(connection.places.base, runId)
  const opened: Record<string, BigMatrix> = {}
  for (const [name, parameter] of Object.entries(results)) {
    const written = matrices[aliases[parameter] ?? parameter]
    if (written?.role !== 'output') continue
    opened[name] = await BigMatrix.open(connection.places.store(written.store), written.path)
  }
  return opened
}

/** After a run of one program, as its note in the manifest says. */
export async function finishRun(connection: Connection, runId: string): Promise<Finished> {
  const { algorithm } = await readManifest(connection.places.base, runId)
  if (algorithm === undefined) return { matrices: {}, report: emptyReport, files: {} }
  const opened = await openResults(connection, runId, algorithm.results ?? {})
  const spec = algorithms.find(({ name }) => name === algorithm.name)
  const report =
    spec !== undefined && 'plan' in spec && spec.report !== undefined
      ? await spec.report(opened, algorithm.parameters)
      : emptyReport
  const { files = {} } = algorithm
  await writeFiles(opened, files, connection.signal)
  if (spec === undefined) return { matrices: opened, report, files }
  const names = new Set(spec.results.map(({ name }) => name))
  const matrices = Object.fromEntries(Object.entries(opened).filter(([name]) => names.has(name)))
  return { matrices, report, files }
}

/** Writes results to the files that were asked for, replacing what an earlier try left. */
export async function writeFiles(
  matrices: Readonly<Record<string, BigMatrix>>,
  files: NonNullable<AlgorithmNote['files']>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const matrix = matrices[name]
    if (matrix !== undefined) await exportFile(matrix, file, { overwrite: true, signal })
  }
}
