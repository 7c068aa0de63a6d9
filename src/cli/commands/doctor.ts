import type { Command } from 'commander'
import type { Finding } from '../../providers/index.ts'
import { addCommand } from '../command.ts'
import { exitCodes, interruption, printResult } from '../context.ts'
import { addFunctionOptions, type FunctionOptions, placeOf, platform } from '../function-options.ts'

interface DoctorCommandOptions extends FunctionOptions {
  readonly store?: string
}

/** `doctor PROVIDER`: what a run needs, looked at one by one. */
export function addDoctor(program: Command): void {
  addCommand<DoctorCommandOptions>(program, {
    usage: 'doctor <provider>',
    summary: 'look whether everything is there that runs on a provider need; a line each, ok or what to do',
    examples: ['numpywren doctor aws-lambda --store s3://bucket/work', 'numpywren doctor local --store work'],
    options: (command) => {
      addFunctionOptions(command)
      command.option('--store <url>', 'whose access is tried with a small object (NUMPYWREN_STORE)')
    },
    async run([name = ''], options) {
      const store = options.store ?? process.env.NUMPYWREN_STORE
      const provider = await platform(name)
      const findings: Finding[] = []
      for await (const finding of provider.doctor({ ...placeOf(options), store, signal: interruption() })) {
        findings.push(finding)
        if (!options.json) printResult({}, finding, lineOf(finding))
      }
      const problems = findings.filter(({ state }) => state === 'problem').length
      if (problems > 0) process.exitCode = exitCodes.failed
      if (options.json) printResult(options, { provider: name, ok: problems === 0, findings }, '')
    },
  })
}

function lineOf({ what, state, text }: Finding): string {
  return `${state.padEnd(7)}  ${what}: ${text}`
}
