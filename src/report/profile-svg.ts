import { EmptyPictureError } from './errors.ts'
import { figure } from './figure.ts'
import { ink } from './palette.ts'
import { stepPanel } from './panel.ts'

/** What is drawn of a profile: what a program allows when every task starts as soon as it can. */
export interface ProfileData {
  readonly program: string
  readonly args: Readonly<Record<string, number>>
  /** `null` for as many as can be used. */
  readonly workers: number | null
  readonly tasks: number
  /** Sum of the durations of all tasks. */
  readonly work: number
  /** In tasks. */
  readonly criticalPath: number
  /** When the last task ends, in the unit of the levels' times. */
  readonly makespan: number
  readonly peakRunning: number
  readonly peakWorkingSetTiles: number
  readonly levels: readonly ProfileLevelData[]
}

/** What holds from `time` until the next level. */
export interface ProfileLevelData {
  readonly time: number
  /** Tasks that run at once. */
  readonly running: number
  /** Tiles that must be kept. */
  readonly workingSetTiles: number
}

/**
 * Draws the theoretical profile of a program: available parallelism and required working set over time.
 * After the figure of that name in the numpywren project's description (Shankar et al.).
 * @throws {EmptyPictureError} when the profile has no tasks
 */
export function profileSvg(profile: ProfileData): string {
  if (profile.levels.length === 0 || profile.makespan === 0)
    throw new EmptyPictureError(`the profile of ${profile.program} has no tasks`)
  const end = profile.makespan
  const running = profile.levels.map(({ time, running }) => ({ time, value: running }))
  const workingSet = profile.levels.map(({ time, workingSetTiles }) => ({ time, value: workingSetTiles }))
  return figure({
    title: `Theoretical profile of ${programLabel(profile)}`,
    notes: [
      `${count(profile.tasks)} tasks, critical path ${count(profile.criticalPath)} tasks, ` +
        `peak parallelism ${count(profile.peakRunning)} tasks, peak working set ${count(profile.peakWorkingSetTiles)} tiles` +
        (profile.workers === null ? '' : `; ${count(profile.workers)} workers`),
    ],
    legend: [],
    drawings: [
      stepPanel({
        xLabel: profileTimeLabel(profile),
        yLabel: profile.workers === null ? 'available parallelism (tasks)' : 'running tasks',
        end,
        whole: true,
        series: [{ points: running, colour: ink.measured, mark: 'fill' }],
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
function profileTimeLabel(profile: ProfileData): string {
  return profile.work === profile.tasks ? 'time (steps of one task each)' : 'time (in the unit of the task durations)'
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
