import type { Command } from 'commander'
import { renderDiagnostic } from '../../lambdapack/index.ts'
import { addCommand } from '../command.ts'
import { exitCodes, printResult } from '../context.ts'
import { addProgramOptions, checkProgram, type ProgramOptions } from '../program-options.ts'

/** `check PROGRAM.lp`: every fault of a program, with its place. */
export function addCheck(program: Command): void {
  addCommand<ProgramOptions>(program, {
    usage: 'check <program>',
    summary: 'find the faults of a LAmbdaPACK program: a .lp file, or a shipped one by name',
    examples: [
      'numpywren check mine.lp',
      'numpywren check mine.lp --arg N=16',
      'numpywren check tree.lp --declare merge:2:1',
    ],
    options: addProgramOptions,
    async run([file = ''], options) {
      const { source, diagnostics } = checkProgram(file, options)
      if (diagnostics.length > 0) process.exitCode = exitCodes.wrongInput
      const faults = diagnostics.map(({ code, message, line, column }) => ({
        file: source.name,
        line,
        column,
        code,
        message,
      }))
      const text = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n')
      printResult(
        options,
        { file: source.name, ok: faults.length === 0, diagnostics: faults },
        text || `${source.name}: no faults`,
      )
    },
  })
}
