/** The state of the whole system in plain values. Sets of tasks and of tiles are bit masks. */

/** A grant in force. Tokens count the grants of one task in one epoch: two epochs have the same ones. */
export interface Holder {
  readonly worker: number
  readonly token: number
}

/** What the coordinator knows of one plan. */
export interface Epoch {
  readonly epoch: number
  state: 'running' | 'done' | 'failed'
  readonly todo: number
  done: number
  /** By task: who holds it, in the order of the grants. */
  holders: Holder[][]
  /** By task: token of the last grant that expired, 0 for none. */
  expired: number[]
  /** By task: grants so far. */
  grants: number[]
  /** Tasks whose last grant was a backup. */
  backedUp: number
  /** By task: completions that counted. No part of the protocol: the proof looks at it. */
  counted: number[]
  /** True when it came back from an older snapshot: what was said since is forgotten. */
  restored: boolean
}

/** A task in the hands of a worker, whether or not it still holds the lease. */
export interface Job {
  readonly epoch: number
  readonly task: number
  readonly token: number
  /** `refused`: its results are to be stored before it completes. */
  phase: 'leased' | 'computed' | 'refused' | 'written' | 'sent'
  /** Operands that nobody else reads: their buffers are used up by computing. */
  readonly sole: number
  /** Operands that were in memory only and are used up. */
  consumed: number
}

export interface Worker {
  /** The epoch that it works in; jobs of others are left over. */
  epoch: number
  /** Tiles that are in its memory, for the jobs of its epoch, and that it did not store. */
  memory: number
  jobs: Job[]
  /** Tiles that it was told to delete. */
  burials: { readonly tile: number; readonly epoch: number }[]
}

/** A completion on its way. */
export interface Message {
  readonly worker: number
  readonly epoch: number
  readonly task: number
  readonly token: number
  readonly unstored: number
  /** Nobody waits for the answer: a repetition, or its worker died. */
  readonly isGhost: boolean
}

/** How often each fault may still happen. */
export interface Budget {
  /** A worker dies and starts anew with nothing. */
  crash: number
  /** A lease ends though its holder lives: it was stopped, and wakes up. */
  expiry: number
  /** The store loses a tile. */
  loss: number
  /** A message arrives twice, or its answer is lost and it is sent again. */
  repetition: number
  /** A worker that another is slow for gets a second grant. */
  backup: number
  /** A worker gives a task back. */
  release: number
  /** The coordinator forgets everything. */
  flush: number
  /** The coordinator comes back as it was at some moment before. */
  restore: number
  /** A driver is taken for dead while it plans, and another plans too. */
  takeover: number
}

export interface State {
  coordinator: Epoch | undefined
  /** What a restored coordinator comes back as. */
  snapshot: Epoch | undefined
  /** Tiles in the store. */
  store: number
  /** Tiles that a fault took: the only ones that may be missing where they are needed. No part of the protocol. */
  lost: number
  workers: Worker[]
  messages: Message[]
  /** Tasks to do, by drivers that have looked at the store and not yet opened an epoch. */
  plans: number[]
  /** The epoch opened last. */
  epoch: number
  /** The driver has said that the run is done. */
  isFinished: boolean
  budget: Budget
}

export const noFaults: Budget = {
  crash: 0,
  expiry: 0,
  loss: 0,
  repetition: 0,
  backup: 0,
  release: 0,
  flush: 0,
  restore: 0,
  takeover: 0,
}

export const bit = (i: number): number => 1 << i
export const has = (set: number, i: number): boolean => (set & bit(i)) !== 0
export const maskOf = (items: readonly number[]): number => items.reduce((set, i) => set | bit(i), 0)

/** The numbers in a mask, ascending. */
export function members(set: number): number[] {
  const found: number[] = []
  for (let rest = set; rest !== 0; rest &= rest - 1) found.push(31 - Math.clz32(rest & -rest))
  return found
}

export function copyEpoch(epoch: Epoch): Epoch {
  const { holders, expired, grants, counted } = epoch
  return {
    ...epoch,
    holders: holders.map((h) => [...h]),
    expired: [...expired],
    grants: [...grants],
    counted: [...counted],
  }
}

export function copy(state: State): State {
  return {
    ...state,
    coordinator: state.coordinator && copyEpoch(state.coordinator),
    workers: state.workers.map(({ epoch, memory, jobs, burials }) => ({
      epoch,
      memory,
      jobs: jobs.map((job) => ({ ...job })),
      burials: [...burials],
    })),
    messages: [...state.messages],
    plans: [...state.plans],
    budget: { ...state.budget },
  }
}

/** A text that is the same for states that differ in the names of workers or the order of what has none. */
export function keyOf(state: State): string {
  const texts = state.workers.map(({ epoch, memory, jobs, burials }) => {
    const sorted = jobs.map((j) => `${j.epoch}.${j.task}.${j.token}${j.phase}${j.sole}.${j.consumed}`).sort()
    return `${epoch}.${memory}/${sorted}/${burials.map((b) => `${b.tile}.${b.epoch}`).sort()}`
  })
  // Workers have no names that matter: those in the same situation are told apart by what they hold.
  const epochText = (epoch: Epoch | undefined, rank: readonly number[]): string => {
    if (epoch === undefined) return '-'
    const holders = epoch.holders.map((all) => all.map((h) => `${rank[h.worker]}.${h.token}`).join('+'))
    const { expired, grants, counted } = epoch
    return `${epoch.epoch}${epoch.state}${epoch.todo}.${epoch.done}.${epoch.backedUp}${epoch.restored}|${holders}|${expired}|${grants}|${counted}`
  }
  const order = texts.map((_, i) => i).sort((a, b) => (texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : a - b))
  const rank: number[] = []
  for (const [at, worker] of order.entries()) rank[worker] = at
  const messages = state.messages
    .map((m) => `${rank[m.worker]}.${m.epoch}.${m.task}.${m.token}.${m.unstored}${m.isGhost}`)
    .sort()
  return [
    epochText(state.coordinator, rank),
    epochText(state.snapshot, rank),
    state.store,
    state.lost,
    order.map((i) => texts[i]).join(';'),
    messages.join(';'),
    [...state.plans].sort().join(),
    state.epoch,
    state.isFinished,
    Object.values(state.budget).join(),
  ].join('#')
}
