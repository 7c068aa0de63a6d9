/** The loop that leases, reads, computes, writes and completes. */

export type { Durability, MatrixBinding, StopReason, Worker, WorkerOptions, WorkerState } from './contract.ts'
export {
  DeadlineError,
  InputTileError,
  KernelOutputError,
  LostTileError,
  MemoryBudgetError,
  NonFiniteInputError,
  UnboundNameError,
} from './errors.ts'
export { createWorker } from './worker.ts'
export { createWorkerMemory, type WorkerMemory } from './worker-memory.ts'
