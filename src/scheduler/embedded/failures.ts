import type { FailureRecord, RunOutcome } from '../coordinator.ts'
import type { TaskEntry } from './task-table.ts'

/** How a run ends whose task failed for the last time. */
export function failedBy(entry: TaskEntry, failure: FailureRecord): RunOutcome {
  return { state: 'failed', taskId: entry.id, failure, attempts: entry.attempts }
}

/** The failure of a task that used up its attempts. @param last what its last attempt failed with */
export function exhausted(
  entry: Pick<TaskEntry, 'id' | 'attempts'>,
  kernel: string,
  last: FailureRecord,
): FailureRecord {
  return {
    tag: 'TaskExhaustedError',
    category: 'fatal',
    message: `task ${entry.id} (${kernel}) failed ${entry.attempts} times, the last time with ${last.tag}: ${last.message}`,
    fields: { taskId: entry.id, attempts: entry.attempts, lastTag: last.tag, lastMessage: last.message },
  }
}

/** How a run ends in which nothing can go on though tasks are left. @param taskId one of them */
export function stuck(taskId: string, left: number): RunOutcome {
  const message = `nothing is ready or running, but ${left} tasks are left, such as ${taskId}: the graph has a cycle`
  return { state: 'failed', taskId, attempts: 0, failure: { tag: 'InternalError', category: 'fatal', message } }
}
