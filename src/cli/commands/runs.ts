/** The life of a run: runs, status, resume, cancel, trace. */

import type { Command } from 'commander'
import { InputError } from '../../errors.ts'
import { type RunStatus, resumeLine } from '../../run/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult, say } from '../context.ts'
import { followOperation } from '../progress.ts'
import { addSettings, connectFor, type SettingsOptions, settings } from '../run-options.ts'
import { factLines, summaryText } from '../summary.ts'
import { table } from '../table.ts'
import { writeOutput } from '../write-output.ts'

interface StoreOptions extends GlobalOptions {
  readonly store?: string
}

const storeOption = (command: Command): void => {
  command.option('--store <url>', 'where the run is kept (NUMPYWREN_STORE, or the current folder)')
}

export function addRuns(program: Command): void {
  addCommand<StoreOptions>(program, {
    usage: 'runs',
    summary: 'list the runs of a store',
    examples: ['numpywren runs --store work'],
    options: storeOption,
    async run(_args, options) {
      await using npw = await connectFor(options)
      const runs = await npw.runs()
      const rows = runs.map((run) =>
        'problem' in run
          ? [run.id, 'unreadable', '', run.problem]
          : [run.id, run.state, progressOf(run), run.last?.message ?? ''],
      )
      const shown = runs.map((run) => ('problem' in run ? run : statusObject(run)))
      const text = rows.length === 0 ? `no runs in ${npw.storeUrl}` : table(['run', 'state', 'tasks', 'message'], rows)
      printResult(options, { store: npw.storeUrl, runs: shown }, text)
    },
  })
}

export function addStatus(program: Command): void {
  addCommand<StoreOptions>(program, {
    usage: 'status <run>',
    summary: 'show how a run stands',
    examples: ['numpywren status 20261123-101500-cholesky-x7f3 --store work'],
    options: storeOption,
    async run([id = ''], options) {
      await using npw = await connectFor(options)
      const status = await npw.status(id)
      const { description, state, last } = status
      const reason = state === 'stale' ? 'the process that drove it has gone' : last?.message
      const outputs = Object.entries(description.outputs).map(([name, url]) => `output     ${name} ${url}`)
      const text = [
        `run        ${id}`,
        `state      ${state}${reason === undefined ? '' : `: ${reason}`}`,
        `tasks      ${progressOf(status)}`,
        `created    ${description.createdAt}`,
        `program    ${description.program} ${JSON.stringify(description.args)}`,
        ...outputs,
        ...(state === 'running' || state === 'done'
          ? []
          : [`to go on   ${resumeLine({ runId: id, storeUrl: npw.storeUrl })}`]),
      ].join('\n')
      printResult(options, statusObject(status), text)
    },
  })
}

export function addResume(program: Command): void {
  addCommand<SettingsOptions>(program, {
    usage: 'resume <run>',
    summary:
      'continue a run, whatever ended it: verify what is there, compute what is missing or damaged and nothing else',
    examples: ['numpywren resume 20261123-101500-cholesky-x7f3 --store work'],
    options: addSettings,
    async run([id = ''], options) {
      await using npw = await connectFor(options)
      const operation = npw.resume(id, settings(options))
      const { summary, report } = await followOperation(operation)
      const { facts, warnings } = report
      for (const warning of warnings) say(`warning: ${warning}`)
      printResult(
        options,
        { run: id, facts, warnings, summary },
        [...factLines(facts), summaryText(summary)].join('\n'),
      )
    },
  })
}

export function addCancel(program: Command): void {
  addCommand<StoreOptions>(program, {
    usage: 'cancel <run>',
    summary: 'end a run that is under way; what is stored stays, and resume goes on with it',
    examples: ['numpywren cancel 20261123-101500-cholesky-x7f3 --store work'],
    options: storeOption,
    async run([id = ''], options) {
      await using npw = await connectFor(options)
      const { state } = await npw.cancel(id)
      const wasRunning = state === 'running'
      printResult(
        options,
        { run: id, state, cancelled: wasRunning },
        wasRunning ? `asked run ${id} to end` : `run ${id} is not running: it is ${state}`,
      )
    },
  })
}

interface TraceOptions extends StoreOptions {
  readonly output: string
}

export function addTrace(program: Command): void {
  addCommand<TraceOptions>(program, {
    usage: 'trace <run>',
    summary: 'write what a run did, task by task, for Perfetto or chrome://tracing',
    examples: ['numpywren trace 20261123-101500-cholesky-x7f3 --store work -o trace.json'],
    options: (command) => {
      storeOption(command)
      command.requiredOption('-o, --output <file>', 'file to write (- for standard output)')
    },
    async run([id = ''], options) {
      await using npw = await connectFor(options)
      const trace = await npw.trace(id)
      if (trace.traceEvents.length === 0) throw new InputError(`run ${id} has left no events in ${npw.storeUrl}`)
      await writeOutput(JSON.stringify(trace), options)
    },
  })
}

function progressOf({ last }: RunStatus): string {
  return last === undefined ? '' : `${last.tasksDone}/${last.tasksTotal}`
}

function statusObject({ id, state, description, last }: RunStatus): object {
  const { createdAt, program, args, options, algorithm } = description
  return { id, createdAt, program, args, options, algorithm, ...last, state }
}
