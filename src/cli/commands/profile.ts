import { extname } from 'node:path'
import type { Command } from 'commander'
import { InputError } from '../../errors.ts'
import { profile } from '../../lambdapack/index.ts'
import { addCommand } from '../command.ts'
import { wholeNumber } from '../options.ts'
import { pictures } from '../pictures.ts'
import { addProgramOptions, compileProgram, type ProgramOptions } from '../program-options.ts'
import { writeOutput } from '../write-output.ts'

interface ProfileCommandOptions extends ProgramOptions {
  readonly output?: string
  readonly workers?: number
}

/** `profile PROGRAM.lp|ALGORITHM`: available parallelism and working set over time. */
export function addProfile(program: Command): void {
  addCommand<ProfileCommandOptions>(program, {
    usage: 'profile <program>',
    summary: 'show the available parallelism and the working set of a program over time, with its critical path',
    examples: [
      'numpywren profile cholesky --arg N=64 -o profile.svg',
      'numpywren profile mine.lp --arg N=16 > profile.json',
    ],
    options: (command) => {
      addProgramOptions(command)
      command
        .option(
          '--workers <n>',
          'tasks that run at a time (as many as are ready, unless said otherwise)',
          wholeNumber(1),
        )
        .option('-o, --output <file>', 'write to FILE.svg, FILE.png or FILE.json instead of JSON to standard output')
    },
    async run([file = ''], options) {
      const kind =
        options.output === undefined || options.output === '-' ? '.json' : extname(options.output).toLowerCase()
      if (!['.json', '.svg', '.png'].includes(kind)) {
        throw new InputError(`cannot tell the format of ${options.output}: the name must end in .svg, .png or .json`)
      }
      const compiled = compileProgram(file, options)
      const found = profile(compiled, options.workers === undefined ? {} : { workers: options.workers })
      if (kind === '.json') {
        await writeOutput(JSON.stringify(found), options)
        return
      }
      const { profileSvg, svgToPng } = await pictures()
      const svg = profileSvg(found)
      await writeOutput(kind === '.svg' ? svg : svgToPng(svg), options)
    },
  })
}
