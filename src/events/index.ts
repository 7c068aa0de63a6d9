/** Events of a run: where they go, how they are stored, and what is made from them. */

export { EventFormatError } from './errors.ts'
export { fanOut } from './fan-out.ts'
export { MemorySink } from './memory-sink.ts'
export { parseEvents, runEventSchema } from './parse.ts'
export { type PutSegment, SegmentSink, type SegmentSinkOptions } from './segment-sink.ts'
export { type RunStatistics, RunTotals, statisticsOf } from './statistics.ts'
export { EventStream } from './stream.ts'
export { type StepSeries, type Timeline, timelineOf } from './timeline.ts'
export { beginningOf, endOf } from './times.ts'
export { type Trace, type TraceEvent, traceOf } from './trace.ts'
export type {
  EventSink,
  InvocationFinished,
  InvocationOutcome,
  RunEvent,
  RunFinished,
  RunStarted,
  TaskFailed,
  TaskFinished,
  TileEvent,
  WorkerCrashed,
  WorkerJoined,
  WorkerLeft,
} from './types.ts'
