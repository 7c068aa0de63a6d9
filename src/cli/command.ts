import { type Command, CommanderError } from 'commander'
import { InputError } from '../errors.ts'
import { exitCodeOf, exitCodes, type GlobalOptions, reportError } from './context.ts'

/** What a command file gives: its name with arguments, what it does, an example, and how it is set up. */
export interface CommandSpec<O extends GlobalOptions> {
  /** `name <required> [optional]` */
  readonly usage: string
  readonly summary: string
  /** Shown under --help; full command lines. */
  readonly examples: readonly string[]
  /** Adds the command's own options. */
  readonly options?: (command: Command) => void
  readonly run: (args: readonly string[], options: O) => Promise<void>
}

/** Adds a command; every error ends in one plain message and the exit code of the design. */
export function addCommand<O extends GlobalOptions>(program: Command, spec: CommandSpec<O>): void {
  const command = program.command(spec.usage).description(spec.summary)
  spec.options?.(command)
  command
    .option('--json', 'print exactly one JSON object on standard output')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}`)
    .action(async (...received: unknown[]) => {
      const options = command.opts<O>()
      const args = received.slice(0, -2).flat().map(String)
      try {
        await spec.run(args, options)
      } catch (error) {
        reportError(error, options)
        process.exitCode = exitCodeOf(error)
      }
    })
}

/** Parses and runs; usage errors are wrong input (exit 2), help and version are not errors. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  explainUsage(program)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help or the version was shown; help unasked is what a call without a command gets.
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.wrongInput
      return
    }
    reportError(error, { json: argv.includes('--json'), debug: argv.includes('--debug') })
    process.exitCode = exitCodeOf(error)
  }
}

/** Makes usage errors of a command and those below it InputErrors, one line each, that say which help to read. */
function explainUsage(command: Command): void {
  command.configureOutput({ outputError: () => undefined }).exitOverride((error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error
    throw new InputError(usageMessage(error.message, command), { cause: error })
  })
  for (const child of command.commands) explainUsage(child)
}

/** What commander found, in our words. */
function usageMessage(message: string, command: Command): string {
  const found = message
    .replace(/^error: /, '')
    .replace(/ argument '[^']*' is invalid\. (?=wanted)/, ': ')
    .replace(/\s*\n\s*\(Did (.*)\)/, '; did $1')
    .replace(/\.?\s*$/, '')
  const name = command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`
  return `${found} (${name} --help shows what there is)`
}
