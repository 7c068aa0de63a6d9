import type { Grant } from './grant.ts'

/** What the loop that leases offers to those who carry its tasks out. */
export interface Loop {
  /** True when the worker takes no new task. */
  isDraining(): boolean
  /** Tasks that it could take on now. */
  room(): number
  /** Takes on tasks that came with a completion. */
  start(grants: readonly Grant[]): void
  /** Something changed that the loop may wait for. */
  wake(): void
  /** The worker cannot go on; a coordinator that lost the run only ends it. */
  crash(error: unknown): void
}
