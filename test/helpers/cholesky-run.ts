import { readFile } from 'node:fs/promises'
import type { RunEvent } from '../../src/events/index.ts'
import { type KernelRegistry, kernelRegistry } from '../../src/kernels/index.ts'
import { type CompiledProgram, compile, parse } from '../../src/lambdapack/index.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { type Coordinator, createEmbeddedCoordinator, type RunOutcome } from '../../src/scheduler/index.ts'
import { MemoryStore, type Store } from '../../src/storage/index.ts'
import {
  createWorker,
  type Durability,
  type MatrixBinding,
  type StopReason,
  type WorkerMemory,
  type WorkerState,
} from '../../src/worker/index.ts'

/** The shipped Cholesky program for an `nt x nt` grid. */
export async function choleskyProgram(nt: number): Promise<CompiledProgram> {
  const text = await readFile(new URL('../../src/lambdapack/programs/cholesky.lp', import.meta.url), 'utf8')
  const { module } = parse({ name: 'cholesky.lp', text })
  return compile(module.programs[0]!, { N: nt, truncate: 0 }, { source: text })
}

/** A Cholesky problem in a store: the input A (stored whole), empty L and S. */
export interface CholeskyProblem {
  readonly n: number
  readonly nb: number
  readonly nt: number
  readonly store: Store
  readonly program: CompiledProgram
  readonly matrices: ReadonlyMap<string, MatrixBinding>
  readonly L: BigMatrix
  readonly A: BigMatrix
  readonly S: BigMatrix
  /** A, row-major. */
  readonly data: Float64Array
}

/** A symmetric positive definite matrix that depends on n only: a diagonal of n and a smooth pseudo-random rest. */
export function spd(n: number): Float64Array {
  const data = new Float64Array(n * n)
  for (let r = 0; r < n; r++)
    for (let c = 0; c <= r; c++) {
      const value = r === c ? n + 1 : Math.sin(1 + r * 12.9898 + c * 78.233)
      data[r * n + c] = value
      data[c * n + r] = value
    }
  return data
}

/** Makes the arrays of a problem. @param through wraps the store that the run sees */
export async function choleskyProblem(
  n: number,
  nb: number,
  options: { readonly data?: Float64Array; readonly store?: Store; readonly through?: (store: Store) => Store } = {},
): Promise<CholeskyProblem> {
  const plain = options.store ?? new MemoryStore()
  const nt = Math.ceil(n / nb)
  const data = options.data ?? spd(n)
  const layout = { shape: [n, n], tile: [nb, nb], dtype: 'float64' as const }
  await (await BigMatrix.create(plain, 'A', layout)).write([0, n], [0, n], data)
  await BigMatrix.create(plain, 'L', layout)
  await BigMatrix.create(plain, 'S', { shape: [nt, n, n], tile: [1, nb, nb], dtype: 'float64' })
  const store = options.through?.(plain) ?? plain
  const [A, L, S] = await Promise.all(['A', 'L', 'S'].map((name) => BigMatrix.open(store, name)))
  const matrices = new Map<string, MatrixBinding>([
    ['A', { role: 'input', array: A!, absentIsFill: false }],
    ['L', { role: 'output', array: L!, absentIsFill: false }],
    ['S', { role: 'intermediate', array: S!, absentIsFill: false }],
  ])
  return { n, nb, nt, store, data, matrices, program: await choleskyProgram(nt), A: A!, L: L!, S: S! }
}

export interface RunResult {
  readonly outcome: RunOutcome
  readonly events: readonly RunEvent[]
  readonly reason: StopReason | undefined
}

/** Runs a problem with one worker over an embedded coordinator. */
export async function runCholesky(
  problem: CholeskyProblem,
  options: {
    readonly id?: string
    readonly slots?: number
    readonly prefetch?: number
    readonly memoryBytes?: number
    readonly durability?: Durability
    readonly sharesMemory?: boolean
    readonly memory?: WorkerMemory
    readonly kernels?: KernelRegistry
    readonly deadlineMs?: number
    readonly deadlineMarginMs?: number
    readonly idleMs?: number
    readonly onState?: (state: WorkerState) => void
    readonly checkFinite?: boolean
    readonly todo?: ReadonlySet<string>
    readonly coordinator?: Coordinator
    readonly signal?: AbortSignal
    readonly onEvent?: (event: RunEvent) => void
  } = {},
): Promise<RunResult> {
  const { program, matrices } = problem
  const events: RunEvent[] = []
  const coordinator =
    options.coordinator ??
    createEmbeddedCoordinator({ program, todo: options.todo, backoff: { baseMs: 1, capMs: 5 }, maxAttempts: 4 })
  const worker = createWorker({
    id: options.id ?? 'w0',
    coordinator,
    program,
    matrices,
    kernels: options.kernels ?? kernelRegistry,
    slots: options.slots ?? 2,
    prefetch: options.prefetch,
    memoryBytes: options.memoryBytes ?? 2 ** 28,
    durability: options.durability ?? 'outputs',
    sharesMemory: options.sharesMemory,
    memory: options.memory,
    deadlineMs: options.deadlineMs,
    deadlineMarginMs: options.deadlineMarginMs,
    idleMs: options.idleMs,
    onState: options.onState,
    checkFinite: options.checkFinite,
    signal: options.signal,
    events: {
      emit: (event) => {
        events.push(event)
        options.onEvent?.(event)
      },
    },
  })
  await worker.run()
  return { outcome: await coordinator.outcome(), events, reason: worker.reason }
}

/** max |A - L L^T| / (n max |A|), from the stored lower half. */
export async function residual({ L, data, n }: CholeskyProblem): Promise<number> {
  const l = await lowerHalf(L, n)
  let worst = 0
  let largest = 0
  for (let r = 0; r < n; r++)
    for (let c = 0; c <= r; c++) {
      let sum = 0
      for (let k = 0; k <= c; k++) sum += l[r * n + k]! * l[c * n + k]!
      worst = Math.max(worst, Math.abs(data[r * n + c]! - sum))
      largest = Math.max(largest, Math.abs(data[r * n + c]!))
    }
  return worst / (n * largest)
}

/** L row-major, zeros above the diagonal. */
export async function lowerHalf(L: BigMatrix, n: number): Promise<Float64Array> {
  const { data } = await L.read([0, n], [0, n])
  return Float64Array.from(data)
}

/** Indices of the tiles that an array has in its store. */
export async function storedIndices(array: BigMatrix): Promise<(readonly number[])[]> {
  const indices: (readonly number[])[] = []
  for await (const { index } of array.storedTiles()) indices.push(index)
  return indices
}
