/**
 * LAPACK's test ratios over the matrix zoo, ours beside SciPy's, as the Markdown tables of docs/accuracy.md:
 * `node bench/accuracy.ts [algorithm,...]`. Needs the Python environment of the tests (`npm run setup -- --with-tests`).
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AccuracyCase, cases } from '../test/accuracy/helpers/cases.ts'
import { faultsOf } from '../test/accuracy/helpers/faults.ts'
import { type Measured, measure } from '../test/accuracy/helpers/measure.ts'

const only = process.argv[2]?.split(',')
const chosen = cases.filter(({ algorithm }) => only === undefined || only.includes(algorithm))
const folder = await mkdtemp(join(tmpdir(), 'numpywren-accuracy-'))
const measured = await measure(chosen, folder)
await rm(folder, { recursive: true })

const shown = (value: number | undefined): string =>
  value === undefined
    ? ''
    : value === 0
      ? '0'
      : value >= 1e5 || value < 1e-4
        ? value.toExponential(0)
        : `${Number(value.toPrecision(2))}`

const extent = ({ operands, dtype }: AccuracyCase): string => {
  const { shape, tile } = operands.A!
  return `${shape.join(' x ')} in ${tile.join(' x ')}${dtype === 'float64' ? '' : `, ${dtype}`}`
}

/** One line a case; ratios as ours / SciPy's. */
function tableOf(group: readonly Measured[]): string {
  const names = [...new Set(group.flatMap(({ ours }) => (typeof ours === 'string' ? [] : Object.keys(ours))))]
  const rows = group.map(({ case: each, verdict, ours, scipy }) => {
    const cells = names.map((name) => {
      const [mine, theirs] = [ours, scipy].map((ratios) => (typeof ratios === 'string' ? undefined : ratios[name]?.[0]))
      return `${shown(mine)} / ${shown(theirs)}`
    })
    const how = Object.entries(each.options).flatMap(([name, value]) =>
      name === 'assume' ? [String(value)] : value === true ? [name] : [],
    )
    return `| ${[Object.values(each.operands).map(({ kind }) => kind)[0], ...how].join(', ')} | ${extent(each)} | ${cells.join(' | ')} | ${shown(verdict?.ratio)} |`
  })
  const heads = names.map((name) => ` ${name} |`).join('')
  return [`| matrix | size |${heads} \`verify\` |`, `| --- | --- |${' --- |'.repeat(names.length + 1)}`, ...rows].join(
    '\n',
  )
}

/** The worst of every ratio over the cases of a criterion. */
function worstOf(criterion: string, group: readonly Measured[]): string[] {
  const names = [...new Set(group.flatMap(({ ours }) => (typeof ours === 'string' ? [] : Object.keys(ours))))]
  return names.map((name) => {
    const of = (whose: 'ours' | 'scipy'): number[] =>
      group
        .flatMap(({ [whose]: ratios }) => (typeof ratios === 'string' ? [] : [ratios[name]?.[0] ?? 0]))
        .sort((a, b) => a - b)
    const [ours, scipy] = [of('ours'), of('scipy')]
    const middle = (values: number[]): string => shown(values[Math.floor(values.length / 2)])
    return `| ${criterion} | ${name} | ${group.length} | ${middle(ours)} / ${middle(scipy)} | ${shown(ours.at(-1))} / ${shown(scipy.at(-1))} |`
  })
}

const groups = Map.groupBy(measured, ({ case: { criterion } }) => criterion)
console.log('| | ratio | matrices | median, ours / SciPy | largest, ours / SciPy |\n| --- | --- | --- | --- | --- |')
for (const [criterion, group] of groups) for (const line of worstOf(criterion, group)) console.log(line)
for (const [criterion, group] of groups) console.log(`\n### ${criterion}\n\n${tableOf(group)}`)
for (const each of measured) for (const fault of faultsOf(each)) console.error(`${each.case.criterion}: ${fault}`)
