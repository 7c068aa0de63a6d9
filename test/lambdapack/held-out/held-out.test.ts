/** Programs written by somebody who had not seen the code: what they expand to was computed by an expander in another language. */

import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import {
  check,
  compile,
  dag,
  inline,
  type KernelShape,
  parse,
  renderDiagnostic,
} from '../../../src/lambdapack/index.ts'
import { compareWithOracle } from '../helpers/compare-with-oracle.ts'

interface Expected {
  /** Kernels as for `--declare`: `name:inputs:outputs`. */
  readonly declare: readonly string[]
  readonly runs: readonly {
    readonly args: Readonly<Record<string, number>>
    readonly tasks: number
    readonly edges: number
    readonly starters: number
    readonly terminators: number
    readonly criticalPath: number
  }[]
}

const here = new URL('.', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, here), 'utf8')

const known: readonly (readonly [string, number, number])[] = [
  ['potrf', 1, 1],
  ['trsm', 2, 1],
  ['syrk', 3, 1],
  ['gemm', 2, 1],
  ['add', 1, 1],
  ['copy', 1, 1],
  ['transpose', 1, 1],
  ['trsm_sub', 3, 1],
]

const aliases: Readonly<Record<string, readonly string[]>> = { potrf: ['chol'], copy: ['identity'] }

function kernelsWith(declared: readonly string[]): readonly KernelShape[] {
  const shapes = known.map(([name, minInputs, outputs]): KernelShape => {
    const maxInputs = name === 'add' ? Infinity : name === 'gemm' ? 3 : minInputs
    return { name, aliases: aliases[name] ?? [], minInputs, maxInputs, outputs, absent: [name === 'add'] }
  })
  const more = declared.map((text): KernelShape => {
    const [name = '', inputs = '', outputs = ''] = text.split(':')
    const [least, most = least] = inputs.split('-')
    return {
      name,
      aliases: [],
      minInputs: Number(least),
      maxInputs: most === '' ? Infinity : Number(most),
      outputs: Number(outputs),
      absent: [true],
    }
  })
  const names = new Set(more.map(({ name }) => name))
  return [...shapes.filter(({ name }) => !names.has(name)), ...more]
}

const expected = JSON.parse(read('expected.json')) as Readonly<Record<string, Expected>>

for (const [name, { declare, runs }] of Object.entries(expected)) {
  test(`${name}: passes its check, and expands as elsewhere`, (t) => {
    const source = { name: `${name}.lp`, text: read(`programs/${name}.lp`) }
    const kernels = kernelsWith(declare)
    t.deepEqual(check(source, { kernels }), [])
    const program = inline(parse(source).module)
    for (const { args, ...counts } of runs) {
      t.deepEqual(check(source, { kernels, args }), [])
      const graph = dag(compile(program, args, { source: source.text }))
      const { tasks, edges, starters, terminators, criticalPath } = graph
      t.deepEqual(
        {
          tasks: tasks.length,
          edges: edges.length,
          starters: starters.length,
          terminators: terminators.length,
          criticalPath,
        },
        counts,
      )
      if (tasks.length < 60) t.true(compareWithOracle(program, args))
    }
  })
}

/** A first line `# N=4` gives the size; what is shown stands in the .txt beside the program, nothing for a valid one. */
for (const file of readdirSync(new URL('faulty/', here)).filter((name) => name.endsWith('.lp'))) {
  test(`faulty ${file}: every fault once, at its place`, (t) => {
    const source = { name: file, text: read(`faulty/${file}`) }
    const N = /^# N=(-?\d+)/.exec(source.text)?.[1]
    const found = check(source, {
      kernels: kernelsWith(['f:1-:2']),
      ...(N === undefined ? {} : { args: { N: Number(N) } }),
    })
    const shown = found.map((diagnostic) => `${renderDiagnostic(diagnostic, source)}\n`).join('')
    t.is(shown, read(`faulty/${file.replace('.lp', '.txt')}`))
  })
}
