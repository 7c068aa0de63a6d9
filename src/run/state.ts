import { hostname } from 'node:os'
import { z } from 'zod'
import type { Store } from '../storage/index.ts'
import { stateKey } from './keys.ts'
import { type RecordKind, readRecord } from './records.ts'

/** A driver says this often that it lives. */
export const HEARTBEAT_MS = 3000
/** A running driver that has not said so for this long is taken for dead. */
export const STALE_MS = 30_000
/** When its process has gone from this host, workers of a run that several processes share take over within this time. */
const TAKEOVER_MS = 15_000

/** What the driver of a run last said of it. Times are epoch milliseconds. */
export interface RunState {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'
  readonly message?: string
  readonly startedAt: number
  readonly heartbeatAt: number
  readonly pid: number
  readonly host: string
  /** True when several processes share the run: any of them takes over to drive it. */
  readonly shared?: boolean
  /** True when nothing is left of a running run but to record its end: its workers may leave. */
  readonly settled?: boolean
  /** As of then, of the program's tasks. */
  readonly tasksDone: number
  readonly tasksTotal: number
}

const schema: z.ZodType<RunState> = z.object({
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  message: z.string().exactOptional(),
  startedAt: z.number(),
  heartbeatAt: z.number(),
  pid: z.int().positive(),
  host: z.string(),
  shared: z.boolean().exactOptional(),
  settled: z.boolean().exactOptional(),
  tasksDone: z.int(),
  tasksTotal: z.int(),
})

/** As shown: `stale` is a run whose driver has died without a word. */
export type ShownState = RunState['state'] | 'stale'

export async function writeState(store: Store, runId: string, state: RunState): Promise<void> {
  await store.put(stateKey(runId), new TextEncoder().encode(`${JSON.stringify(state)}\n`))
}

const kind: RecordKind<RunState> = { what: 'state', schema, advice: 'delete it, then resume the run' }

/** `undefined` for a run that never came so far. @throws ManifestError when it is damaged */
export function readState(store: Store, runId: string): Promise<RunState | undefined> {
  return readRecord(store, stateKey(runId), kind)
}

/** The state to show: a running one is stale when its process is gone from this host, or silent for long. */
export function shownState(state: RunState | undefined, now: number = Date.now()): ShownState {
  if (state === undefined) return 'stale'
  if (state.state !== 'running') return state.state
  const isGone = state.host === hostname() && !isProcessAlive(state.pid)
  if (isGone && !state.shared) return 'stale'
  return now - state.heartbeatAt > (isGone ? TAKEOVER_MS : STALE_MS) ? 'stale' : 'running'
}

/** Whether a process of this machine lives, under whatever name. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
