/**
 * LAPACK's test ratios over the matrix zoo, ours beside SciPy's, as the Markdown tables of docs/accuracy.md:
 * `node bench/accuracy.ts [algorithm,...]`. Needs the Python environment of the tests (`npm run setup -- --with-tests`).
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases } from '../test/accuracy/helpers/cases.ts'
import { describeCase, faultsOf } from '../test/accuracy/helpers/faults.ts'
import { deficient, definite, indefinite, rectangular, singular, square } from '../test/accuracy/helpers/kinds.ts'
import { type Measured, measure } from '../test/accuracy/helpers/measure.ts'

const only = process.argv[2]?.split(',')
const chosen = cases.filter(({ algorithm }) => only === undefined || only.includes(algorithm))
const folder = await mkdtemp(join(tmpdir(), 'numpywren-accuracy-'))
const measured = await measure(chosen, folder)
await rm(folder, { recursive: true })

type Side = 'ours' | 'scipy'

function shown(value: number | undefined): string {
  if (value === undefined) return ''
  if (value === 0) return '0'
  return value >= 1e4 || value < 1e-3 ? value.toExponential(0).replace('+', '') : `${Number(value.toPrecision(2))}`
}

const pair = (ours: number | undefined, scipy: number | undefined): string =>
  ours === undefined ? '' : `${shown(ours)} / ${shown(scipy)}`

const ratioOf = (each: Measured, side: Side, name: string): number | undefined => {
  const { [side]: ratios } = each
  return typeof ratios === 'string' ? undefined : ratios[name]?.[0]
}

const namesOf = (group: readonly Measured[]): string[] => [
  ...new Set(group.flatMap(({ ours }) => (typeof ours === 'string' ? [] : Object.keys(ours)))),
]

/** The largest ratio of a result, growth apart. */
function worst(each: Measured, side: Side): number | undefined {
  const values = namesOf([each]).flatMap((name) => (name === 'growth' ? [] : [ratioOf(each, side, name) ?? 0]))
  return typeof each[side] === 'string' ? undefined : Math.max(...values)
}

/** Median and largest of every ratio over all matrices of a criterion. */
function summary(groups: ReadonlyMap<string, readonly Measured[]>): string {
  const lines = [...groups].flatMap(([criterion, group]) =>
    namesOf(group).map((name) => {
      const of = (side: Side): number[] =>
        group.flatMap((each) => ratioOf(each, side, name) ?? []).sort((a, b) => a - b)
      const [ours, scipy] = [of('ours'), of('scipy')]
      const middle = (values: readonly number[]): number | undefined => values[Math.floor(values.length / 2)]
      return `| ${criterion} | ${name} | ${ours.length} | ${pair(middle(ours), middle(scipy))} | ${pair(ours.at(-1), scipy.at(-1))} |`
    }),
  )
  return ['| | ratio | matrices | median | largest |', '| --- | --- | --- | --- | --- |', ...lines].join('\n')
}

/** A row for every kind, a column for every criterion: the worst ratio in float64 of the worst case. */
function byKind(title: string, kinds: readonly string[]): string {
  const relevant = measured.filter(
    ({ case: { operands, dtype } }) => dtype === 'float64' && kinds.includes(operands.A!.kind),
  )
  const columns = [...new Set(relevant.map(({ case: { criterion } }) => criterion))].filter((name) => name !== 'gemm')
  const rows = kinds.map((kind) => {
    const cells = columns.map((criterion) => {
      const cell = relevant
        .filter(({ case: each }) => each.criterion === criterion && each.operands.A!.kind === kind)
        .toSorted((a, b) => (worst(b, 'ours') ?? 0) - (worst(a, 'ours') ?? 0))[0]
      return cell ? pair(worst(cell, 'ours'), worst(cell, 'scipy')) : ''
    })
    return `| ${kind} | ${cells.join(' | ')} |`
  })
  return [
    `**${title}**`,
    '',
    `| | ${columns.join(' | ')} |`,
    `| --- |${' --- |'.repeat(columns.length)}`,
    ...rows,
  ].join('\n')
}

const groups = Map.groupBy(measured, ({ case: { criterion } }) => criterion)
console.log(summary(groups))
console.log(`\n${byKind('Any shape', [...rectangular, ...deficient])}`)
console.log(`\n${byKind('Square', [...square, ...singular])}`)
console.log(`\n${byKind('Symmetric positive definite', definite)}`)
console.log(`\n${byKind('Symmetric', indefinite)}`)
for (const each of measured) for (const fault of faultsOf(each)) console.error(`${describeCase(each.case)}: ${fault}`)
