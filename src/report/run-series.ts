import type { TaskFinished } from '../events/index.ts'
import type { StepPoint } from './panel.ts'

/** More change points than this are averaged, for no screen shows them. */
const mostPoints = 1500

/** Kernels that run at once, over time in seconds since `start`; averaged over equal spans when there are many changes. */
export function runningKernels(tasks: readonly TaskFinished[], start: number, end: number): StepPoint[] {
  const changes = tasks
    .flatMap((task) => [
      { at: task.computeAt, by: 1 },
      { at: task.computedAt, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by)
  const points: StepPoint[] = [{ time: 0, value: 0 }]
  let running = 0
  for (const { at, by } of changes) {
    running += by
    push(points, (at - start) / 1000, running)
  }
  return thin(points, (end - start) / 1000, 'mean')
}

/** MiB of tiles alive in all workers, over time in seconds since `start`; the largest of each span when there are many changes. */
export function workingSetMiB(tasks: readonly TaskFinished[], start: number, end: number): StepPoint[] {
  const alive = new Map<string, number>()
  const points: StepPoint[] = [{ time: 0, value: 0 }]
  let bytes = 0
  for (const task of [...tasks].sort((a, b) => a.writtenAt - b.writtenAt)) {
    bytes += task.cacheBytes - (alive.get(task.worker) ?? 0)
    alive.set(task.worker, task.cacheBytes)
    push(points, (task.writtenAt - start) / 1000, bytes / 2 ** 20)
  }
  return thin(points, (end - start) / 1000, 'largest')
}

/** Points at one time become the last of them. */
function push(points: StepPoint[], time: number, value: number): void {
  if (points.at(-1)?.time === time) points.pop()
  points.push({ time, value })
}

/** At most {@link mostPoints} equal spans, each with the mean over time, or the largest value, of the curve within it. */
function thin(points: readonly StepPoint[], end: number, how: 'mean' | 'largest'): StepPoint[] {
  if (points.length <= mostPoints || end <= 0) return [...points]
  const span = end / mostPoints
  const areas = new Float64Array(mostPoints)
  const tops = new Float64Array(mostPoints)
  points.forEach(({ time, value }, at) => {
    const until = Math.min(points[at + 1]?.time ?? end, end)
    const last = Math.min(mostPoints - 1, Math.floor(until / span))
    for (let bin = Math.floor(time / span); bin <= last; bin++) {
      const overlap = Math.min(until, (bin + 1) * span) - Math.max(time, bin * span)
      if (overlap < 0) continue
      areas[bin]! += overlap * value
      tops[bin] = Math.max(tops[bin]!, value)
    }
  })
  return Array.from(how === 'mean' ? areas.map((area) => area / span) : tops, (value, bin) => ({
    time: bin * span,
    value,
  }))
}
