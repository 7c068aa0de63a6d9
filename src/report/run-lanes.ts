import type { TaskFinished } from '../events/index.ts'
import { ink } from './palette.ts'
import type { LaneBar } from './panel.ts'

/** Who ran what: the slots of all workers as lanes, by worker and slot, and each task's kernel as a bar in seconds since `start`. */
export interface Lanes {
  readonly names: readonly string[]
  readonly bars: readonly LaneBar[]
}

/** Arranges the tasks of a run in lanes. */
export function slotLanes(tasks: readonly TaskFinished[], start: number, colours: ReadonlyMap<string, string>): Lanes {
  const several = new Set(tasks.map((task) => task.worker)).size > 1
  const lanes = new Map<string, TaskFinished>()
  for (const task of tasks) lanes.set(laneKey(task), task)
  const ordered = [...lanes].sort(([, a], [, b]) => compare(a.worker, b.worker) || a.slot - b.slot)
  const laneOf = new Map(ordered.map(([key], at) => [key, at]))
  return {
    names: ordered.map(([, { worker, slot }]) => (several ? `${shorten(worker)} slot ${slot}` : `slot ${slot}`)),
    bars: tasks.map((task) => ({
      lane: laneOf.get(laneKey(task)) ?? 0,
      start: (task.computeAt - start) / 1000,
      end: (task.computedAt - start) / 1000,
      colour: colours.get(task.kernel) ?? ink.quiet,
      hint: `${task.kernel} ${task.task}: ${(task.computedAt - task.computeAt).toFixed(1)} ms`,
    })),
  }
}

function laneKey(task: TaskFinished): string {
  return `${task.slot} ${task.worker}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The end of a worker's name tells it apart. */
function shorten(worker: string): string {
  return worker.length <= 16 ? worker : `…${worker.slice(-15)}`
}
