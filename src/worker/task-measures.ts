import { now } from './time.ts'

/** Times (epoch ms) and amounts of a task, as its event reports them. */
export interface TaskMeasures {
  leasedAt: number
  readAt: number
  computeAt: number
  computedAt: number
  writtenAt: number
  bytesRead: number
  bytesWritten: number
  cacheHits: number
  requests: number
  /** Of these, those that wrote. */
  writeRequests: number
  /** Time (ms) of each call of the store, as far as it was waited for. */
  readMs: number[]
  writeMs: number[]
  flops: number
}

/** Those of a task that was leased just now. */
export function newMeasures(): TaskMeasures {
  return {
    leasedAt: now(),
    readAt: 0,
    computeAt: 0,
    computedAt: 0,
    writtenAt: 0,
    bytesRead: 0,
    bytesWritten: 0,
    cacheHits: 0,
    requests: 0,
    writeRequests: 0,
    readMs: [],
    writeMs: [],
    flops: 0,
  }
}
