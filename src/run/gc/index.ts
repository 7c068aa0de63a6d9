/** Removing what dead runs left in a store. */

export { type Collected, type CollectOptions, collectGarbage, type KeptItem } from './collect.ts'
export type { RemovedItem } from './removal.ts'
