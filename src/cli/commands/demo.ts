import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { MemorySink } from '../../events/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult, say } from '../context.ts'
import { loadDigits } from '../demo/digits.ts'
import { gamma, judge, kernelRidge, ridge } from '../demo/kernel-ridge.ts'
import { wholeNumber } from '../options.ts'
import { pictures } from '../pictures.ts'
import { follow } from '../progress.ts'
import { connectFor } from '../run-options.ts'

interface DemoOptions extends GlobalOptions {
  readonly store: string
  readonly tile: number
  readonly slots?: number
  readonly output?: string
}

/** `demo`: kernel ridge regression on handwritten digits, from a CSV file to the held-out accuracy and a picture of the run. */
export function addDemo(program: Command): void {
  addCommand<DemoOptions>(program, {
    usage: 'demo',
    summary:
      'the worked example: tell handwritten digits apart by kernel ridge regression (GEMM, Cholesky, two triangular solves)',
    examples: ['numpywren demo', 'numpywren demo --store /tmp/demo --tile 128 --slots 4'],
    options: (command) => {
      command
        .option('--store <folder>', 'where matrices and the run are kept', 'numpywren-demo')
        .option('--tile <rows>', 'rows of a tile', wholeNumber(1), 256)
        .option('--slots <n>', 'tasks computed at the same time (the cores of this machine)', wholeNumber(1))
        .option('-o, --output <file.svg>', 'where the picture of the run goes (run.svg in the store)')
    },
    async run(_args, options) {
      await using npw = await connectFor({ ...options, provider: 'here' })
      const digits = await loadDigits(npw)
      const { X, Z } = digits
      say(
        `${X.rows} handwritten digits to learn from, ${Z.rows} held out; kernel exp(-${gamma} |x - y|^2), ridge ${ridge}`,
      )
      const task = await kernelRidge(npw, digits, options.tile)
      const run = await task.operation.start()
      const events = new MemorySink()
      const [outcome] = await Promise.all([judge(npw, task, digits), collect(run, events), follow(run)])
      const { summary, correct, heldOut, residual } = outcome
      const finished = events.events.filter((event) => event.type === 'task')
      const slots = Math.max(...events.events.map((event) => (event.type === 'run-started' ? event.slots : 1)))
      const title = `kernel ridge regression, ${X.rows} + ${Z.rows} digits, tiles of ${options.tile}`
      const { theory, tileBytes } = task
      const picture = resolve(options.output ?? `${options.store}/run.svg`)
      const { runSvg } = await pictures()
      await mkdir(dirname(picture), { recursive: true })
      await writeFile(
        picture,
        runSvg({ measured: { title, tasks: finished, slots }, theoretical: { profile: theory, tileBytes } }),
      )
      const accuracy = correct / heldOut
      printResult(
        options,
        { accuracy, correct, heldOut, residual, summary, picture, store: npw.storeUrl },
        [
          `accuracy      ${(100 * accuracy).toFixed(1)} % (${correct} of ${heldOut} held-out digits)`,
          `residual      ${residual.ratio.toPrecision(3)} = ${residual.formula} (passes at ${residual.threshold})`,
          `tasks         ${summary.tasks} in ${summary.wallSeconds.toFixed(2)} s on ${slots} slots`,
          `core-seconds  ${summary.coreSeconds.toFixed(2)} (${summary.computeSeconds.toFixed(2)} in kernels)`,
          `matrices      ${npw.storeUrl} (numpywren ls ${options.store})`,
          `picture       ${picture}`,
        ].join('\n'),
      )
    },
  })
}

async function collect<E>(run: AsyncIterable<E>, sink: { emit(event: E): void }): Promise<void> {
  for await (const event of run) sink.emit(event)
}
