import type { Masks, Rules } from './rules.ts'
import { bit, type Epoch, has, type Job, type Message, maskOf, members, type State } from './state.ts'

/** Grants a task. @returns what its worker begins with */
export function grant(state: State, masks: Masks, worker: number, task: number): Job {
  const epoch = state.coordinator!
  const isBackup = epoch.holders[task]!.length > 0
  const token = ++epoch.grants[task]!
  epoch.holders[task]!.push({ worker, token })
  epoch.expired[task] = 0
  epoch.backedUp = isBackup ? epoch.backedUp | bit(task) : epoch.backedUp & ~bit(task)
  const sole = isBackup ? 0 : masks.soleReads(epoch, task)
  return { epoch: epoch.epoch, task, token, phase: 'leased', sole, consumed: 0 }
}

export function isHeld(epoch: Epoch | undefined, worker: number, job: Job | Message): boolean {
  if (epoch?.state !== 'running' || epoch.epoch !== job.epoch) return false
  return epoch.holders[job.task]!.some((h) => h.worker === worker && h.token === job.token)
}

interface Answer {
  readonly counted: boolean
  readonly refused: boolean
  readonly leases: readonly Job[]
  readonly dead: readonly number[]
}

const notCounted: Answer = { counted: false, refused: false, leases: [], dead: [] }

/** What the coordinator does with a completion: the state machine of `complete`. */
export function complete(
  state: State,
  masks: Masks,
  rules: Rules,
  { message, take }: { message: Message; take: number },
): Answer {
  const epoch = state.coordinator
  const { task, worker, unstored } = message
  if (epoch?.state !== 'running' || !counts(epoch, message, rules)) return notCounted
  const pending = epoch.todo & ~epoch.done
  const kept = members(unstored)
  const readers = members(maskOf(kept.flatMap((tile) => members(masks.pendingReaders(epoch, tile)))))
  const becomesReady = (reader: number): boolean => (masks.parents[reader]! & pending) === bit(task)
  if (rules.leasesAllReaders && (readers.length > take || !readers.every(becomesReady)))
    return { ...notCounted, refused: true }
  epoch.done |= bit(task)
  epoch.counted[task]!++
  epoch.holders[task] = rules.countsTasks ? [] : epoch.holders[task]!.filter((h) => h.token !== message.token)
  const leases = readers.filter((reader) => masks.isReady(epoch, reader)).slice(0, take)
  const intermediates = (masks.reads[task]! | masks.writes[task]!) & ~masks.outputs
  const dead = members(intermediates).filter((tile) => masks.pendingReaders(epoch, tile) === 0)
  const jobs = leases.map((reader) => grant(state, masks, worker, reader))
  if ((epoch.todo & ~epoch.done) === 0) epoch.state = 'done'
  return { counted: true, refused: false, leases: jobs, dead }
}

function counts(epoch: Epoch, message: Message, rules: Rules): boolean {
  const { task, worker, token } = message
  if (rules.checksEpoch && epoch.epoch !== message.epoch) return false
  if (!rules.countsTasks) return has(epoch.todo, task) && token <= epoch.grants[task]! && token > 0
  if (!has(epoch.todo & ~epoch.done, task)) return false
  const holders = epoch.holders[task]!
  return (
    holders.some((h) => h.worker === worker && h.token === token) ||
    (holders.length === 0 && epoch.expired[task] === token)
  )
}

/** Whether a job, a message or a grant are of one lease. */
export function isSame(
  a: Pick<Job, 'epoch' | 'task' | 'token'>,
  b: Pick<Message, 'epoch' | 'task' | 'token'>,
): boolean {
  return a.epoch === b.epoch && a.task === b.task && a.token === b.token
}
