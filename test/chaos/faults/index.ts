import { commandFaults } from './command-faults.ts'
import { diskFaults } from './disk-faults.ts'
import type { Fault } from './fault.ts'
import { processFaults } from './process-faults.ts'
import { redisFaults } from './redis-faults.ts'
import { storeFaults } from './store-faults.ts'
import { tileFaults } from './tile-faults.ts'

export type { Caused, Disturbed, Fault } from './fault.ts'

/** Every fault that can be caused. */
export const faults: readonly Fault[] = [
  ...processFaults,
  ...commandFaults,
  ...tileFaults,
  ...storeFaults,
  ...redisFaults,
  ...diskFaults,
]
