/**
 * How long the analysis takes on programs of 1024 tile rows: compiling, and asking for the tasks that wait for one task, along
 * random walks through the graph. `node bench/analysis.ts` prints a table.
 */

import { readFileSync } from 'node:fs'
import { type CompiledProgram, compile, inline, parse, type Task } from '../src/lambdapack/index.ts'
import { bdfac, qr } from '../test/lambdapack/helpers/factorizations.ts'

const shipped = (name: string): string =>
  readFileSync(new URL(`../src/lambdapack/programs/${name}.lp`, import.meta.url), 'utf8')

const cases: readonly (readonly [string, string, Readonly<Record<string, number>>])[] = [
  ['cholesky', shipped('cholesky'), { N: 1024 }],
  ['gemm', shipped('gemm'), { M: 1024, N: 1024, K: 1024 }],
  ['gemm_tree', shipped('gemm_tree'), { M: 1024, N: 1024, K: 1024 }],
  ['trsm_lower', shipped('trsm_lower'), { N: 1024, R: 1024 }],
  ['qr', qr, { N: 1024, depth: 11 }],
  ['bdfac', bdfac, { N: 1024, truncate: 0 }],
]

/** A repeatable sequence of numbers from 0 to 1. */
function* numbers(): Generator<number, never> {
  let state = 12345
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

/** Follows random children from the first task until so many are visited; new walks start when one ends. */
function walk(compiled: CompiledProgram, visits: number): { queries: number; children: number } {
  const random = numbers()
  const [first] = compiled.starters()
  let [task, queries, children]: [Task | undefined, number, number] = [first, 0, 0]
  while (queries < visits && first) {
    const next = compiled.childrenOf(task ?? first)
    queries++
    children += next.length
    task = next[Math.floor(random.next().value * next.length)]
  }
  return { queries, children }
}

for (const [name, text, args] of cases) {
  const { module } = parse({ name, text })
  const program = inline(module)
  const start = performance.now()
  const compiled = compile(program, args, { source: text })
  const compileMs = performance.now() - start
  walk(compiled, 20_000)
  const from = performance.now()
  const { queries, children } = walk(compiled, 100_000)
  const us = ((performance.now() - from) * 1000) / queries
  const row = [
    compileMs.toFixed(2),
    us.toFixed(2),
    (children / queries).toFixed(1),
    ((us * queries) / children).toFixed(2),
  ]
  console.log(
    `${name.padEnd(12)} compile ${row[0]} ms, dependents ${row[1]} us a task (${row[2]} each, ${row[3]} us apiece)`,
  )
}
