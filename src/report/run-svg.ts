import type { TaskFinished } from '../events/index.ts'
import type { Profile } from '../lambdapack/index.ts'
import { EmptyPictureError } from './errors.ts'
import type { Drawing, LegendEntry } from './figure.ts'
import { figure } from './figure.ts'
import { ink, kernelColours } from './palette.ts'
import type { StepPoint } from './panel.ts'
import { laneMargin, lanePanel, stepPanel } from './panel.ts'
import { slotLanes } from './run-lanes.ts'
import { runningKernels, workingSetMiB } from './run-series.ts'

export interface MeasuredRun {
  /** What ran, such as `cholesky, 8192 x 8192, tiles of 1024`. */
  readonly title: string
  readonly tasks: readonly TaskFinished[]
  /** Kernels that could run at once, over all workers. */
  readonly slots: number
}

export interface RunPicture {
  readonly measured: MeasuredRun
  /** What the program allows, and the bytes of one of its tiles; its time is stretched to the measured one. */
  readonly theoretical?: { readonly profile: Profile; readonly tileBytes: number } | undefined
}

/** A lane chart has a bar for every task up to this many; above, bars are narrower than a pixel. */
export const maxLaneTasks: number = 5000

/**
 * Draws a run: kernels running out of the slots there were, the working set, and which slot did what,
 * beside what the program allows in theory. Time is in seconds from the first lease.
 * @throws {EmptyPictureError} when no task finished, or the profile has no tasks
 */
export function runSvg({ measured, theoretical }: RunPicture): string {
  const { tasks, slots } = measured
  if (tasks.length === 0) throw new EmptyPictureError('no task of the run has finished')
  if (theoretical?.profile.makespan === 0) throw new EmptyPictureError('the theoretical profile has no tasks')
  const start = tasks.reduce((at, task) => Math.min(at, task.leasedAt), Infinity)
  const finish = tasks.reduce((at, task) => Math.max(at, task.completedAt, task.writtenAt), start)
  const end = Math.max((finish - start) / 1000, 1e-3)
  const busy = tasks.reduce((sum, task) => sum + (task.computedAt - task.computeAt), 0) / 1000
  const running = runningKernels(tasks, start, finish)
  const workingSet = workingSetMiB(tasks, start, finish)
  const colours = kernelColours(tasks.length <= maxLaneTasks ? tasks.map((task) => task.kernel) : [])
  const lanes = colours.size > 0 ? slotLanes(tasks, start, colours) : undefined
  const marginLeft = laneMargin(lanes?.names ?? [])
  const peak = workingSet.reduce((most, point) => Math.max(most, point.value), 0)
  return figure({
    title: measured.title,
    notes: [
      `${counted(tasks.length, 'task')} in ${significant(end)} s on ${counted(slots, 'slot')}; kernels ran for ` +
        `${significant(busy)} core-seconds, ${Math.round((100 * busy) / (end * slots))} % of the slots' time; ` +
        `peak working set ${significant(peak)} MiB`,
      ...(theoretical ? [theory(theoretical.profile)] : []),
      ...(lanes ? [] : [`Slots are drawn for runs of at most ${maxLaneTasks.toLocaleString('en-US')} tasks.`]),
    ],
    legend: legend(theoretical !== undefined, colours),
    drawings: [
      ...curves({ running, workingSet, slots, end, theoretical, marginLeft }),
      ...(lanes
        ? [lanePanel({ xLabel, yLabel: 'kernels by slot', end, marginLeft, lanes: lanes.names, bars: lanes.bars })]
        : []),
    ],
  })
}

const xLabel = 'time (s)'

interface Curves {
  readonly running: readonly StepPoint[]
  readonly workingSet: readonly StepPoint[]
  readonly slots: number
  readonly end: number
  readonly theoretical: RunPicture['theoretical']
  readonly marginLeft: number
}

/** Measured and available parallelism under each other (they differ by orders of magnitude), working sets in one frame. */
function curves({ running, workingSet, slots, end, theoretical, marginLeft }: Curves): Drawing[] {
  const stretch = theoretical ? end / theoretical.profile.makespan : 1
  const points = theoretical?.profile.points ?? []
  const available = points.map(({ time, parallelism }) => ({ time: time * stretch, value: parallelism }))
  const needed = points.map(({ time, workingSetTiles }) => ({
    time: time * stretch,
    value: (workingSetTiles * (theoretical?.tileBytes ?? 0)) / 2 ** 20,
  }))
  const limit = { value: slots, label: counted(slots, 'slot') }
  return [
    stepPanel({
      xLabel,
      yLabel: 'running kernels',
      end,
      marginLeft,
      whole: true,
      limit,
      series: [{ points: running, colour: ink.measured, mark: 'fill' }],
    }),
    ...(available.length === 0
      ? []
      : [
          stepPanel({
            xLabel: 'time (steps of the program, stretched to the run)',
            yLabel: 'available parallelism in theory (tasks)',
            end,
            marginLeft,
            whole: true,
            xTicks: false,
            series: [{ points: available, colour: ink.theoretical, mark: 'fill' }],
          }),
        ]),
    stepPanel({
      xLabel,
      yLabel: 'working set (MiB)',
      end,
      marginLeft,
      series: [
        { points: workingSet, colour: ink.measured, mark: 'fill' },
        ...(needed.length === 0 ? [] : [{ points: needed, colour: ink.theoretical, mark: 'line' } as const]),
      ],
    }),
  ]
}

function legend(theoretical: boolean, colours: ReadonlyMap<string, string>): LegendEntry[] {
  return [
    { label: 'measured', colour: ink.measured, mark: 'curve' },
    ...(theoretical ? [{ label: 'theoretical', colour: ink.theoretical, mark: 'curve' } as const] : []),
    ...[...colours].map(([label, colour]) => ({ label, colour })),
  ]
}

function theory(profile: Profile): string {
  return (
    `In theory: critical path ${profile.criticalPath} tasks, peak parallelism ${profile.peakParallelism} tasks, ` +
    `peak working set ${profile.peakWorkingSetTiles} tiles`
  )
}

/** `1 slot`, `2 slots`. */
function counted(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`
}

/** Three significant digits, without an exponent. */
function significant(value: number): string {
  const rounded = Number(value.toPrecision(3))
  return rounded.toLocaleString('en-US', { maximumSignificantDigits: 3 })
}
