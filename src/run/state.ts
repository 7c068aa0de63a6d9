import { hostname } from 'node:os'
import { z } from 'zod'
import { objectUrl, type Store } from '../storage/index.ts'
import { ManifestError } from './errors.ts'
import { stateKey } from './keys.ts'

/** A driver says this often that it lives. */
export const HEARTBEAT_MS = 3000
/** A running driver that has not said so for this long is taken for dead. */
const STALE_MS = 30_000

/** What the driver of a run last said of it. Times are epoch milliseconds. */
export interface RunState {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'
  readonly message?: string
  readonly startedAt: number
  readonly heartbeatAt: number
  readonly pid: number
  readonly host: string
  /** As of then, of the program's tasks. */
  readonly tasksDone: number
  readonly tasksTotal: number
}

const schema: z.ZodType<RunState> = z.object({
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  message: z.string().exactOptional(),
  startedAt: z.number(),
  heartbeatAt: z.number(),
  pid: z.int(),
  host: z.string(),
  tasksDone: z.int(),
  tasksTotal: z.int(),
})

/** As shown: `stale` is a run whose driver has died without a word. */
export type ShownState = RunState['state'] | 'stale'

export async function writeState(store: Store, runId: string, state: RunState): Promise<void> {
  await store.put(stateKey(runId), new TextEncoder().encode(`${JSON.stringify(state)}\n`))
}

/** `undefined` for a run that never came so far. @throws ManifestError when it is damaged */
export async function readState(store: Store, runId: string): Promise<RunState | undefined> {
  const bytes = await store.get(stateKey(runId))
  if (bytes === undefined) return undefined
  const url = objectUrl(store.url, stateKey(runId))
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new ManifestError(`the state ${url} is damaged; delete it, then resume the run`, { cause })
  }
}

/** The state to show: a running one is stale when its process is gone from this host, or silent for long. */
export function shownState(state: RunState | undefined, now: number = Date.now()): ShownState {
  if (state === undefined) return 'stale'
  if (state.state !== 'running') return state.state
  const isGone = state.host === hostname() && !isProcessAlive(state.pid)
  return isGone || now - state.heartbeatAt > STALE_MS ? 'stale' : 'running'
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
