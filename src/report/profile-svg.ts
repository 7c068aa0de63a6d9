import { EmptyPictureError } from './errors.ts'
import { figure } from './figure.ts'
import { ink } from './palette.ts'
import { stepPanel } from './panel.ts'

/** What a program could do at most: one step of time is one task, with as many slots as could be used. */
export interface ProfileData {
  readonly program: string
  readonly args: Readonly<Record<string, number>>
  readonly tasks: number
  /** In tasks. */
  readonly criticalPath: number
  readonly points: readonly ProfilePoint[]
  readonly peakParallelism: number
  readonly peakWorkingSetTiles: number
}

export interface ProfilePoint {
  /** In steps of one task. */
  readonly time: number
  /** Tasks that can run at once. */
  readonly parallelism: number
  /** Tiles that must be kept. */
  readonly workingSetTiles: number
}

/**
 * Draws the theoretical profile of a program: available parallelism and required working set over time.
 * After the figure of that name in the numpywren project's description (Shankar et al.).
 * @throws {EmptyPictureError} when the profile has no points
 */
export function profileSvg(profile: ProfileData): string {
  if (profile.points.length === 0) throw new EmptyPictureError(`the profile of ${profile.program} has no tasks`)
  const end = profileEnd(profile)
  const xLabel = 'time (steps of one task each)'
  const parallelism = profile.points.map(({ time, parallelism }) => ({ time, value: parallelism }))
  const workingSet = profile.points.map(({ time, workingSetTiles }) => ({ time, value: workingSetTiles }))
  return figure({
    title: `Theoretical profile of ${programLabel(profile)}`,
    notes: [
      `${count(profile.tasks)} tasks, critical path ${count(profile.criticalPath)} tasks, ` +
        `peak parallelism ${count(profile.peakParallelism)} tasks, peak working set ${count(profile.peakWorkingSetTiles)} tiles`,
    ],
    legend: [],
    drawings: [
      stepPanel({
        xLabel,
        yLabel: 'available parallelism (tasks)',
        end,
        whole: true,
        series: [{ points: parallelism, colour: ink.measured, mark: 'fill' }],
      }),
      stepPanel({
        xLabel,
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

/** When the last step of a profile is over. */
export function profileEnd(profile: ProfileData): number {
  return Math.max(profile.criticalPath, (profile.points.at(-1)?.time ?? 0) + 1)
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
