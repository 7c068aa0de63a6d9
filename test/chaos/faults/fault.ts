/** What a fault is, and what it gets to cause itself with. */

import type { Command, RunProcesses } from '../processes.ts'
import type { Random } from '../random.ts'
import type { RedisSite } from '../redis-site.ts'
import type { StoreKind, StoreSite } from '../store-site.ts'

/** The disturbed run, as its faults see it. */
export interface Disturbed {
  readonly runIds: readonly string[]
  readonly processes: RunProcesses
  /** Commands that drive the runs and still live. */
  readonly drivers: () => readonly Command[]
  readonly site: StoreSite
  readonly redis: RedisSite | undefined
  /** Life of a lease that nobody renews, as the commands were told. */
  readonly leaseMs: number
  /** Keys of result tiles that were damaged after they had been stored. */
  readonly damaged: Set<string>
  /** True when the commands have ended. */
  readonly isOver: () => boolean
  /** To be undone when faults are lifted; awaited before anything is judged. */
  readonly lift: (undo: () => unknown) => void
  /** Runs a command beside the run, with the settings of its driver for a `resume`; its end is awaited and judged when faults are lifted. */
  readonly beside: (args: readonly string[]) => void
  /** Says what was done, for the log. */
  readonly note: (text: string) => void
}

/** Times that a fault took place: 0 when there was nothing to hit. A function is asked when the run is over. */
export type Caused = number | (() => number)

export interface Fault {
  readonly kind: string
  readonly group: 'process' | 'command' | 'store' | 'redis' | 'tile' | 'disk'
  /** Whether it makes sense there. */
  readonly fits: (where: {
    readonly store: StoreKind
    readonly coordinator: 'embedded' | 'redis'
    readonly hasDisk: boolean
  }) => boolean
  readonly cause: (run: Disturbed, random: Random) => Promise<Caused>
}
