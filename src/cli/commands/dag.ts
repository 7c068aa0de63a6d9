import { type Command, Option } from 'commander'
import { dag } from '../../lambdapack/index.ts'
import { addCommand } from '../command.ts'
import { pictures } from '../pictures.ts'
import { addProgramOptions, compileProgram, type ProgramOptions } from '../program-options.ts'
import { writeOutput } from '../write-output.ts'

interface DagOptions extends ProgramOptions {
  readonly format: 'json' | 'dot' | 'svg'
  readonly output?: string
}

/** `dag PROGRAM.lp|ALGORITHM`: the expanded task graph. */
export function addDag(program: Command): void {
  addCommand<DagOptions>(program, {
    usage: 'dag <program>',
    summary: 'expand the task graph of a program: a .lp file, or a shipped one by name',
    examples: [
      'numpywren dag cholesky --arg N=4 --format svg -o dag.svg',
      'numpywren dag mine.lp --arg N=4 | jq .criticalPath',
    ],
    options: (command) => {
      addProgramOptions(command)
      command
        .addOption(new Option('--format <format>', 'what to print').choices(['json', 'dot', 'svg']).default('json'))
        .option('-o, --output <file>', 'write to a file instead of standard output')
    },
    async run([file = ''], options) {
      const graph = dag(compileProgram(file, options))
      const render = {
        json: () => JSON.stringify(graph),
        dot: async () => (await pictures()).dagDot(graph),
        svg: async () => (await pictures()).dagSvg(graph),
      }
      const toStdout = options.output === undefined || options.output === '-'
      await writeOutput(await render[options.json && toStdout ? 'json' : options.format](), options)
    },
  })
}
