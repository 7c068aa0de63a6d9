export type { EventSink, RunEvent, RunFinished, RunStarted, TaskFailed, TaskFinished, TileEvent } from './types.ts'
