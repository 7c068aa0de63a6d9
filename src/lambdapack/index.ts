/** LAmbdaPACK: parse, check, analyse. Pure: no I/O, no clock. */

export type {
  CompiledProgram,
  MatrixInfo,
  StatementInfo,
  Task,
  TaskDetail,
  TileRead,
  TileRef,
} from './program.ts'
export { parseTaskId, taskId, tileId } from './program.ts'
