import { z } from 'zod'
import type { Layout, MatrixAttributes } from '../matrix/index.ts'
import { objectUrl, type Store } from '../storage/index.ts'
import type { Axes } from './axes.ts'
import { ManifestError, RunNotFoundError } from './errors.ts'
import { manifestKey } from './keys.ts'
import { arrayPathSchema, type RecordKind, readRecord, storeUrlSchema, timestampSchema } from './records.ts'
import { checkRunId, runIdSchema } from './run-id.ts'

/** How a bound input is seen; applied in order. */
export type ViewStep =
  | { readonly kind: 'transposed' }
  /** A vector as a matrix of one column. */
  | { readonly kind: 'column' }
  | { readonly kind: 'symmetric'; readonly stored: 'lower' | 'upper' }
  /** The other half reads as zeros. */
  | { readonly kind: 'triangular'; readonly half: 'lower' | 'upper' }
  | { readonly kind: 'block'; readonly ranges: readonly (readonly [number, number])[] }
  /** In tiles of so many rows and columns. */
  | { readonly kind: 'retiled'; readonly tile: readonly [number, number] }

export interface ManifestInput {
  readonly role: 'input'
  /** URL of the store, and key prefix of the array in it. */
  readonly store: string
  readonly path: string
  readonly view: readonly ViewStep[]
  readonly axes?: Axes
}

export interface ManifestOutput {
  readonly role: 'output'
  readonly store: string
  readonly path: string
  readonly layout: Layout
  readonly axes?: Axes
  readonly fillValue: number
  readonly attributes: MatrixAttributes
  /** Tiles nobody writes read as zeros. */
  readonly zeros: boolean
}

/** Lies in the run's own folder. */
export interface ManifestIntermediate {
  readonly role: 'intermediate'
  readonly layout: Layout
  readonly axes?: Axes
  readonly zeros: boolean
}

/** A program's matrix: where it lies and what it looks like. */
export type ManifestMatrix = ManifestInput | ManifestOutput | ManifestIntermediate

/** How a run is carried out. */
export interface RunOptions {
  /** 0: only those that join a run which several processes share. */
  readonly workers: number
  /** Tasks that each worker computes at the same time. */
  readonly slots: number
  /** Budget of each worker for tiles in memory. */
  readonly memoryBytes: number
  readonly durability: 'full' | 'outputs'
  /** Look for NaN and infinity in the inputs. */
  readonly checkFinite: boolean
  /** In a run that several processes share: a task whose worker is silent for so long is given to another. @default 30000 */
  readonly leaseMs?: number
  /** The platform whose functions are the workers. @default workers of this machine */
  readonly provider?: string
}

/** Everything from which a run can be continued: with the tiles that exist, it is the whole state. */
export interface Manifest {
  readonly version: 1
  readonly id: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly program: { readonly text: string; readonly name: string }
  readonly args: Readonly<Record<string, number>>
  /** Parameters that are bound to the array of another one. */
  readonly aliases: Readonly<Record<string, string>>
  readonly matrices: Readonly<Record<string, ManifestMatrix>>
  readonly options: RunOptions
  readonly algorithm?: AlgorithmNote
  /** Of the user who made it, where it is needed (voucher.ts). */
  readonly voucher?: string
}

/** What an algorithm notes in its run, so that whoever resumes it can do what comes after; any JSON. */
export interface AlgorithmNote {
  readonly name: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** Name of a result for callers, and the program's parameter that it is. */
  readonly results?: Readonly<Record<string, string>>
  /** Files to be written from results when the run is done. */
  readonly files?: Readonly<Record<string, string>>
}

/** No matrix has more dimensions, tiles that are listed one by one, or workers. */
const MOST = { dimensions: 16, tiles: 2 ** 26, workers: 10_000, slots: 1024 }

const layout = z.strictObject({
  shape: z.array(z.int().positive()).min(1).max(MOST.dimensions),
  tile: z.array(z.int().positive()).min(1).max(MOST.dimensions),
  dtype: z.enum(['float64', 'float32', 'int64']),
  origin: z.array(z.int()).exactOptional(),
})

const viewStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('transposed') }),
  z.strictObject({ kind: z.literal('column') }),
  z.strictObject({ kind: z.literal('symmetric'), stored: z.enum(['lower', 'upper']) }),
  z.strictObject({
    kind: z.literal('block'),
    ranges: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
  }),
  z.strictObject({ kind: z.literal('triangular'), half: z.enum(['lower', 'upper']) }),
  z.strictObject({ kind: z.literal('retiled'), tile: z.tuple([z.int().positive(), z.int().positive()]) }),
])

const place = { store: storeUrlSchema, path: arrayPathSchema }
const axes = z.array(z.int().nonnegative().nullable()).exactOptional()

const matrix = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('input'), ...place, view: z.array(viewStep), axes }),
  z.strictObject({
    role: z.literal('output'),
    ...place,
    layout: layout.refine((found) => tilesOf(found) <= MOST.tiles, `it has more than ${MOST.tiles} tiles`),
    axes,
    fillValue: z.number(),
    attributes: z.record(z.string(), z.unknown()),
    zeros: z.boolean(),
  }),
  z.strictObject({ role: z.literal('intermediate'), layout, axes, zeros: z.boolean() }),
])

export const runOptionsSchema: z.ZodType<RunOptions> = z.strictObject({
  workers: z.int().nonnegative().max(MOST.workers),
  slots: z.int().positive().max(MOST.slots),
  memoryBytes: z.number().positive(),
  durability: z.enum(['full', 'outputs']),
  checkFinite: z.boolean(),
  leaseMs: z.number().positive().exactOptional(),
  provider: z.string().exactOptional(),
})

const schema: z.ZodType<Manifest> = z.strictObject({
  version: z.literal(1),
  id: runIdSchema,
  createdAt: timestampSchema,
  program: z.strictObject({ text: z.string(), name: z.string() }),
  args: z.record(z.string(), z.number()),
  aliases: z.record(z.string(), z.string()),
  matrices: z.record(z.string().regex(/^\w+$/), matrix),
  options: runOptionsSchema,
  algorithm: z
    .strictObject({
      name: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      results: z.record(z.string(), z.string()).exactOptional(),
      files: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional(),
  voucher: z.string().exactOptional(),
})

function tilesOf({ shape, tile }: { readonly shape: readonly number[]; readonly tile: readonly number[] }): number {
  return shape.reduce((product, extent, dimension) => product * Math.ceil(extent / (tile[dimension] ?? extent)), 1)
}

/** Parameters of the program that the caller bound: all but intermediates, and those that are another's array. */
export function boundNames({ aliases, matrices }: Manifest): string[] {
  const named = Object.entries(matrices).flatMap(([name, { role }]) => (role === 'intermediate' ? [] : [name]))
  return [...Object.keys(aliases), ...named]
}

/** URLs of the stores that workers of the run read and write. @param store keeps the run */
export function storesOf({ matrices }: Manifest, store: Pick<Store, 'url'>): ReadonlySet<string> {
  const elsewhere = Object.values(matrices).flatMap((each) => (each.role === 'intermediate' ? [] : [each.store]))
  return new Set([store.url, ...elsewhere])
}

export function encodeManifest(value: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
}

const kind: RecordKind<Manifest> = {
  what: 'manifest',
  schema,
  advice: 'the run cannot be continued, start it anew',
}

/** @throws InputError for what is no run id; RunNotFoundError; ManifestError when it is damaged or of another version */
export async function readManifest(store: Store, runId: string): Promise<Manifest> {
  checkRunId(runId)
  const found = await readRecord(store, manifestKey(runId), kind)
  if (found === undefined) throw new RunNotFoundError({ runId, storeUrl: store.url })
  if (found.id === runId) return found
  throw new ManifestError(
    `the manifest ${objectUrl(store.url, manifestKey(runId))} is that of run ${found.id}, not of ${runId}; it was moved or damaged`,
  )
}
