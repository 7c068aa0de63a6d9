import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { InputError } from '../../errors.ts'
import { addCommand } from '../command.ts'
import { interruption, printResult, say } from '../context.ts'
import { addFunctionOptions, type FunctionOptions, placeOf, platform, sayStep } from '../function-options.ts'

interface DestroyCommandOptions extends FunctionOptions {
  readonly yes?: boolean
}

/** `destroy PROVIDER`: what `deploy` made, and nothing else. */
export function addDestroy(program: Command): void {
  addCommand<DestroyCommandOptions>(program, {
    usage: 'destroy <provider>',
    summary: 'remove what deploy made, by its tags, and nothing else; asks first',
    examples: ['numpywren destroy aws-lambda', 'numpywren destroy gcp-functions --region europe-west1 --yes'],
    options: (command) => {
      addFunctionOptions(command)
      command.option('--yes', 'do not ask')
    },
    async run([name = ''], options) {
      const provider = await platform(name)
      const signal = interruption()
      let unasked: readonly string[] | undefined
      let refused = false
      const removed = await provider.destroy({
        ...placeOf(options),
        signal,
        onStep: sayStep,
        confirm: async (what) => {
          if (options.yes) return true
          if (!process.stdin.isTTY) {
            unasked = what
            return false
          }
          refused = !(await ask(what, signal))
          return !refused
        },
      })
      if (unasked !== undefined) {
        throw new InputError(
          `nothing was removed: this would remove ${unasked.join(', ')}, and there is no terminal to ask at; give --yes`,
        )
      }
      const nothing = refused ? 'nothing was removed' : 'there is nothing to remove'
      const text = removed.length === 0 ? nothing : removed.map((each) => `removed ${each}`).join('\n')
      printResult(options, { provider: name, removed }, text)
    },
  })
}

async function ask(what: readonly string[], signal: AbortSignal): Promise<boolean> {
  for (const each of what) say(`would remove ${each}`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question('remove all of it? [y/N] ', { signal })).trim())
  } finally {
    terminal.close()
  }
}
