import type { Graph } from './programs.ts'
import { bit, type Epoch, has, maskOf, members, type State } from './state.ts'

/** The rules that the proof is about; each can be broken, to see that the proof finds it out. */
export interface Rules {
  /** A result is stored before its task completes. */
  readonly writesFirst: boolean
  /** A completion counts in the epoch of its lease only. */
  readonly checksEpoch: boolean
  /** A completion counts once for a task, not once for a grant. */
  readonly countsTasks: boolean
  /** Operands are deleted when the completion of their last reader has counted, and not before. */
  readonly buriesAfterCount: boolean
  /** A tile stays in memory only when all its readers go to its worker. */
  readonly leasesAllReaders: boolean
  /** Whoever gives a task back stores those of its operands that it has in memory only. */
  readonly storesBeforeRelease: boolean
  /** A worker that joins another epoch begins with an empty memory, and what is left over of the old one does not touch it. */
  readonly emptiesMemory: boolean
  /** Leases end. */
  readonly expires: boolean
  /** A new plan is derived from the tiles that exist, not from what the coordinator counted. */
  readonly plansFromTiles: boolean
  /** The driver looks at the store before it says done. */
  readonly listsBeforeDone: boolean
}

export const goodRules: Rules = {
  writesFirst: true,
  checksEpoch: true,
  countsTasks: true,
  buriesAfterCount: true,
  leasesAllReaders: true,
  storesBeforeRelease: true,
  emptiesMemory: true,
  expires: true,
  plansFromTiles: true,
  listsBeforeDone: true,
}

/** A task graph as masks. */
export class Masks {
  readonly count: number
  readonly reads: readonly number[]
  readonly writes: readonly number[]
  /** Tiles of outputs. */
  readonly outputs: number
  /** By tile: the tasks that read it, and the task that writes it. */
  readonly readers: readonly number[]
  readonly writer: readonly number[]
  /** By task: the tasks that it waits for. */
  readonly parents: readonly number[]

  constructor({ tasks, outputs }: Graph) {
    this.count = tasks.length
    this.reads = tasks.map(({ reads }) => maskOf(reads))
    this.writes = tasks.map(({ writes }) => maskOf(writes))
    this.outputs = maskOf(outputs)
    const tiles = 1 + Math.max(...tasks.flatMap(({ writes }) => writes))
    const writer = Array.from({ length: tiles }, (_, tile) => tasks.findIndex(({ writes }) => writes.includes(tile)))
    this.writer = writer
    this.readers = writer.map((_, tile) => maskOf(tasks.flatMap(({ reads }, i) => (reads.includes(tile) ? [i] : []))))
    this.parents = tasks.map(({ reads }) => maskOf(reads.map((tile) => writer[tile]!)))
  }

  /** Readers of a tile that are not done. */
  pendingReaders(epoch: Epoch, tile: number): number {
    return this.readers[tile]! & epoch.todo & ~epoch.done
  }

  isReady(epoch: Epoch, task: number): boolean {
    const pending = epoch.todo & ~epoch.done
    return has(pending, task) && epoch.holders[task]!.length === 0 && (this.parents[task]! & pending) === 0
  }

  /** Operands that nobody else is still to read. */
  soleReads(epoch: Epoch, task: number): number {
    const isSole = (tile: number): boolean => this.pendingReaders(epoch, tile) === bit(task)
    return maskOf(members(this.reads[task]! & ~this.outputs).filter(isSole))
  }

  /** What is to do, derived from the tiles that exist: the rule of planRecovery in src/run. */
  plan(store: number): number {
    let todo = 0
    const missing = members(this.outputs & ~store)
    for (let tile = missing.pop(); tile !== undefined; tile = missing.pop()) {
      const writer = this.writer[tile]!
      if (has(todo, writer)) continue
      todo |= bit(writer)
      missing.push(...members(this.reads[writer]! & ~store))
    }
    return todo
  }
}

export function openEpoch(state: State, masks: Masks, todo: number): void {
  const zeros = Array.from({ length: masks.count }, () => 0)
  state.epoch++
  state.coordinator = {
    epoch: state.epoch,
    state: 'running',
    todo,
    done: 0,
    holders: zeros.map(() => []),
    expired: [...zeros],
    grants: [...zeros],
    backedUp: 0,
    counted: [...zeros],
    restored: false,
  }
  let read = 0
  let written = 0
  for (const task of members(todo)) {
    read |= masks.reads[task]!
    written |= masks.writes[task]!
  }
  // What will be written again is no longer excused; what was deleted since the driver looked is.
  state.lost = (state.lost & ~written) | (read & ~written & ~state.store)
}
