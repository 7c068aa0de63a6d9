import { readFile } from 'node:fs/promises'
import type { RunEvent, TaskFinished } from '../../src/events/index.ts'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { localProvider, type Provider } from '../../src/providers/index.ts'
import type { StartRunOptions } from '../../src/run/index.ts'
import { type ResumeRunOptions, type Run, type RunOptions, resumeRun, startRun } from '../../src/run/index.ts'
import type { Store } from '../../src/storage/index.ts'
import { spd } from './cholesky-run.ts'

export const provider: Provider = localProvider()

export const runOptions: RunOptions = {
  workers: 1,
  slots: 2,
  memoryBytes: 2 ** 28,
  durability: 'outputs',
  checkFinite: true,
}

export const choleskyText: string = await readFile(
  new URL('../../src/lambdapack/programs/cholesky.lp', import.meta.url),
  'utf8',
)

/** Stores the input A, symmetric positive definite unless `data` says otherwise. */
export async function storeInput(store: Store, n: number, nb: number, data: Float64Array = spd(n)): Promise<void> {
  const A = await BigMatrix.create(store, 'A', { shape: [n, n], tile: [nb, nb], dtype: 'float64' })
  await A.write([0, n], [0, n], data)
}

export interface CholeskyStart extends Partial<Omit<StartRunOptions, 'options'>> {
  readonly nt: number
  readonly options?: Partial<RunOptions>
}

/** Starts the shipped Cholesky of A into L. */
export function startCholesky(store: Store, { nt, options, ...rest }: CholeskyStart): Promise<Run> {
  return startRun({
    store,
    program: { text: choleskyText, origin: 'cholesky.lp' },
    args: { N: nt },
    bindings: { A: { path: 'A' }, L: { path: 'L' } },
    kernels: kernelRegistry,
    provider,
    ...rest,
    options: { ...runOptions, ...options },
  })
}

export function resume(store: Store, id: string, more: Partial<ResumeRunOptions> = {}): Promise<Run> {
  return resumeRun({ store, id, kernels: kernelRegistry, provider, ...more })
}

/** Follows a run to its end. @returns its events; the error that ended it is left to `wait()` */
export async function eventsOf(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of run) events.push(event)
  return events
}

/** Ids of the tasks whose completion counted. */
export function tasksOf(events: readonly RunEvent[]): string[] {
  return events
    .filter((event): event is TaskFinished => event.type === 'task' && event.counted)
    .map(({ task }) => task)
    .sort()
}

/** Every object of the array at a path, by key: for comparing bits. */
export async function bitsOf(store: Store, path: string): Promise<ReadonlyMap<string, string>> {
  const bits = new Map<string, string>()
  for await (const { key } of store.list(`${path}/c/`))
    bits.set(key, Buffer.from((await store.get(key))!).toString('base64'))
  return new Map([...bits].sort())
}

export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys.sort()
}
