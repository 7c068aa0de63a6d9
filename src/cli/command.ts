import { type Command, CommanderError } from 'commander'
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
  exitWith2(program)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.wrongInput
  }
}

function exitWith2(command: Command): void {
  command.exitOverride().showSuggestionAfterError()
  command.configureOutput({
    outputError: (text, write) => write(`numpywren: ${text.replace(/^error: /, '')}`),
  })
  for (const child of command.commands) exitWith2(child)
}
