import type { Lease } from '../scheduler/index.ts'
import { type Moment, since } from './time.ts'

/** A lease and when the request was sent that gave or renewed it: from then on it lasts, whenever the answer came. */
export interface Grant {
  readonly lease: Lease
  readonly askedAt: Moment
}

/** Whether the lease is still in force for certain, by the clocks of this process alone. */
export function isAlive({ lease, askedAt }: Grant): boolean {
  return since(askedAt) < lease.leaseMs
}
