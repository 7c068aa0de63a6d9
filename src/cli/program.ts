import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { runProgram } from './command.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** Runs the command that this process was started with. */
export async function runCommandLine(addCommands: (program: Command) => void): Promise<void> {
  const program = new Command('numpywren')
    .description(
      'Dense linear algebra on matrices larger than any one machine: tiles in a store, short-lived workers, no cluster.',
    )
    .version(version)
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 the run failed, 2 the input was wrong, 130 interrupted (then resume continues).',
    )
  addCommands(program)

  // A reader that went away (`numpywren ls | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  // Messages that nobody hears any more: a worker outlives the command that started it.
  process.stderr.on('error', () => undefined)
  await runProgram(program, process.argv)
}
