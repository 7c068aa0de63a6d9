import { InputError } from '../errors.ts'
import { type ResidualOptions, type Verdict, verifications } from '../linalg/index.ts'
import { type BigMatrix, importFile } from '../matrix/index.ts'
import { MemoryStore } from '../storage/index.ts'
import { checkedOptions, fileOf } from './call.ts'
import type { Connection } from './connection.ts'

/** Judges results of an algorithm. @throws InputError for an unknown algorithm, matrices that are missing, or options that do not fit */
export async function judge(
  connection: Connection,
  algorithm: string,
  matrices: Readonly<Record<string, BigMatrix | string | undefined>>,
  options: ResidualOptions & Readonly<Record<string, unknown>>,
): Promise<Verdict> {
  const spec = verifications.find(({ name }) => name === algorithm)
  if (spec === undefined) {
    throw new InputError(`cannot verify '${algorithm}'; known are ${verifications.map(({ name }) => name).join(', ')}`)
  }
  const missing = spec.matrices.filter((name) => matrices[name] === undefined)
  if (missing.length > 0) {
    throw new InputError(`verify ${algorithm} takes ${spec.matrices.join(' ')}; ${missing.join(', ')} is missing`)
  }
  const known = new Set([...spec.matrices, ...(spec.optional ?? []), ...Object.values(spec.named ?? {})])
  const opened: Record<string, BigMatrix> = {}
  for (const [name, matrix] of Object.entries(matrices)) {
    if (!known.has(name)) throw new InputError(`verify ${algorithm} takes no ${name}; it takes ${[...known].join(' ')}`)
    if (matrix !== undefined) opened[name] = await matrixOrFile(connection, matrix)
  }
  const { slots, memoryBytes, signal } = options
  const checked = checkedOptions(algorithm, spec.options, options)
  return spec.judge(opened, { ...checked, ...connection.residualOptions({ slots, memoryBytes, signal }) })
}

/** A matrix; or a .npy or .csv file, as results may be written to, read into memory. */
async function matrixOrFile(connection: Connection, matrix: BigMatrix | string): Promise<BigMatrix> {
  const file = typeof matrix === 'string' ? fileOf(matrix) : undefined
  if (file === undefined) return connection.matrix(matrix)
  return importFile(file, new MemoryStore(), 'A', { signal: connection.signal })
}
