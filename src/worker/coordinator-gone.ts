import { isNumpywrenError } from '../errors.ts'

/** Whether the coordinator lost the run or cannot be reached: no call of this worker will succeed any more. */
export function isCoordinatorGone(error: unknown): boolean {
  return isNumpywrenError(error, 'CoordinatorLostError', 'CoordinatorUnavailableError')
}

/** Whether the coordinator works, but on another plan than this worker's. */
export function isPlanLost(error: unknown): boolean {
  return isNumpywrenError(error, 'CoordinatorLostError')
}
