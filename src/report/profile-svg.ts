import type { Profile } from '../lambdapack/index.ts'
import { EmptyPictureError } from './errors.ts'
import { figure } from './figure.ts'
import { ink } from './palette.ts'
import { stepPanel } from './panel.ts'

/**
 * Draws the theoretical profile of a program: available parallelism and required working set over time.
 * After the figure of that name in the numpywren project's description (Shankar et al.).
 * @throws {EmptyPictureError} when the profile has no tasks
 */
export function profileSvg(profile: Profile): string {
  if (profile.points.length === 0 || profile.makespan === 0)
    throw new EmptyPictureError(`the profile of ${profile.program} has no tasks`)
  const end = profile.makespan
  const parallelism = profile.points.map(({ time, parallelism }) => ({ time, value: parallelism }))
  const workingSet = profile.points.map(({ time, workingSetTiles }) => ({ time, value: workingSetTiles }))
  return figure({
    title: `Theoretical profile of ${programLabel(profile)}`,
    notes: [
      `${count(profile.tasks)} tasks, critical path ${count(profile.criticalPath)} tasks, ` +
        `peak parallelism ${count(profile.peakParallelism)} tasks, peak working set ${count(profile.peakWorkingSetTiles)} tiles` +
        (profile.workers === null ? '' : `; ${count(profile.workers)} workers`),
    ],
    legend: [],
    drawings: [
      stepPanel({
        xLabel: profileTimeLabel(profile),
        yLabel: profile.workers === null ? 'available parallelism (tasks)' : 'running tasks',
        end,
        whole: true,
        series: [{ points: parallelism, colour: ink.measured, mark: 'fill' }],
      }),
      stepPanel({
        xLabel: profileTimeLabel(profile),
        yLabel: 'required working set (tiles)',
        end,
        whole: true,
        series: [{ points: workingSet, colour: ink.theoretical, mark: 'fill' }],
      }),
    ],
  })
}

/** `cholesky, N = 16`. */
export function programLabel(of: {
  readonly program: string
  readonly args: Readonly<Record<string, number>>
}): string {
  return [of.program, ...Object.entries(of.args).map(([name, value]) => `${name} = ${value}`)].join(', ')
}

/** Times are steps of one task unless the profile was made with other durations. */
function profileTimeLabel(profile: Profile): string {
  return profile.work === profile.tasks ? 'time (steps of one task each)' : 'time (in the unit of the task durations)'
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
