/** The language reference is complete: every rule has a section, and the table of kernels is the registry. */

import { readdirSync } from 'node:fs'
import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import { type Kernel, type KernelScalars, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import { shippedPrograms } from '../../src/linalg/index.ts'
import { fencedBlocks, readPage, root } from './helpers/markdown.ts'

const page = readPage('docs/lambdapack.md')

interface Row {
  readonly name: string
  readonly aliases: readonly string[]
  readonly operands: string
  /** Default by name, `undefined` where there is none. */
  readonly scalars: Readonly<Record<string, number | undefined>>
  readonly absent: string
}

const words = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

const rows = /<!-- kernels -->\n([\s\S]*)<!-- \/kernels -->/
  .exec(page)![1]!
  .trimEnd()
  .split('\n')
  .slice(2)
  .map((line): Row => {
    const [name = '', aliases = '', operands = '', , scalars = '', absent = ''] = line.split(' | ')
    const defaults = words(scalars).map((text): [string, number | undefined] => {
      const [scalar = '', value] = text.split('=')
      return [scalar, value === undefined ? undefined : Number(value)]
    })
    const [primary = ''] = words(name)
    return { name: primary, aliases: words(aliases), operands, scalars: Object.fromEntries(defaults), absent }
  })

/** 2 x 2, diagonally dominant, symmetric: right for every kernel that wants square tiles. */
function tile(seed: number): Tile {
  return { data: Float64Array.of(4 + seed, 1, 1, 3 + seed), rows: 2, cols: 2, ld: 2 }
}

function column(seed: number): Tile {
  return { data: Float64Array.of(1 + seed, 2), rows: 2, cols: 1, ld: 2 }
}

/** Where the rows of a tile stand, as a tournament has it; an exchange of them that changes nothing. */
const where: Tile = { data: Float64Array.of(0, 0, 0, 1), rows: 2, cols: 2, ld: 2 }
const plan: Tile = { data: Float64Array.of(0, 0, 0, 1, -1, -1, -1, -1), rows: 2, cols: 4, ld: 2 }

/** Operands of the kernels that want more than tiles of one shape. */
const special: Readonly<Record<string, readonly (Tile | undefined)[]>> = {
  merge_rows: [where, tile(0)],
  factor_rows: [where, tile(0)],
  lu_panel: [plan, tile(0), tile(1), tile(2)],
  lu_diagonal: [plan, tile(0), tile(1), tile(2)],
  lu_update: [plan, tile(0), tile(1), tile(2), tile(3)],
  pivot_rows: [plan, undefined, tile(0)],
  receive_rows: [plan, tile(0), tile(1)],
  take_rows: [column(0), undefined, column(0), tile(0)],
  rescale: [tile(0), { data: Float64Array.of(1), rows: 1, cols: 1, ld: 1 }],
  band_columns: [{ data: new Float64Array(6), rows: 3, cols: 2, ld: 3 }, tile(0), tile(1)],
  subtract_means: [tile(0), column(0)],
  column_peaks: [tile(0), column(0)],
  explained_variance: [column(0)],
}

async function resultOf(kernel: Kernel, scalars: KernelScalars): Promise<readonly number[]> {
  const operands =
    special[kernel.name] ??
    Array.from({ length: Math.max(kernel.minInputs, Math.min(3, kernel.maxInputs)) }, (_, k) =>
      (['rbf', 'row_sumsq', 'scale_rows'].includes(kernel.name) && k > 0) || kernel.name === 'diagonal'
        ? column(k)
        : tile(k),
    )
  const [result] = await kernel.run(operands, {
    scalars,
    donated: operands.map(() => false),
    allocate: ({ rows, cols }) => ({ data: new Float64Array(rows * cols), rows, cols, ld: rows }),
  })
  return [...result!.data]
}

test('the table lists every kernel, with its other names, in the order of the registry', (t) => {
  t.deepEqual(
    rows.map(({ name, aliases }) => [name, ...aliases]),
    kernelRegistry.list().map(({ name, aliases }) => [name, ...aliases]),
  )
})

test('operands and absent operands are as the registry has them', (t) => {
  for (const { name, operands, absent } of rows) {
    const { minInputs, maxInputs, absent: accepted } = kernelRegistry.get(name)!
    const names = [...operands.matchAll(/[A-Za-z]\w*/g)].map(([word]) => word)
    const optional = [...operands.matchAll(/\[[^\]]*\]/g)].length
    if (maxInputs === Number.POSITIVE_INFINITY) t.true(operands.endsWith('...'), name)
    else t.deepEqual([names.length - optional, names.length], [minInputs, maxInputs], name)
    const takes = names.filter((_, k) => accepted[Math.min(k, accepted.length - 1)])
    if (absent.startsWith('all')) t.deepEqual(takes, names, name)
    else t.deepEqual(takes, absent.startsWith('none') ? [] : absent.replace(/ \|$/, '').split(', '), name)
  }
})

test('scalars and their defaults are those that the kernels take', async (t) => {
  for (const { name, scalars } of rows) {
    const kernel = kernelRegistry.get(name)!
    const unknown = await t.throwsAsync(
      resultOf(kernel, { positional: [], keywords: { nonsense: 1 } }).then(() =>
        kernel.shape([tile(0), tile(1), tile(2)].slice(0, kernel.minInputs), {
          positional: [],
          keywords: { nonsense: 1 },
        }),
      ),
    )
    const names = Object.keys(scalars)
    t.true(
      unknown.message.includes(names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`),
      `${name}: ${unknown.message}`,
    )
    const required = names.filter((scalar) => scalars[scalar] === undefined)
    const given = Object.fromEntries(required.map((scalar) => [scalar, 0.5]))
    const defaults = Object.fromEntries(Object.entries(scalars).map(([scalar, value]) => [scalar, value ?? 0.5]))
    const plain = await resultOf(kernel, { positional: [], keywords: given })
    t.deepEqual(await resultOf(kernel, { positional: [], keywords: defaults }), plain, `${name}: the defaults`)
    t.deepEqual(
      await resultOf(kernel, { positional: Object.values(defaults), keywords: {} }),
      plain,
      `${name}: by position`,
    )
    for (const scalar of required) {
      const { [scalar]: _, ...rest } = given
      const error = await t.throwsAsync(resultOf(kernel, { positional: [], keywords: rest }))
      t.true(isNumpywrenError(error, 'KernelArgumentError') && error.message.includes(`${scalar} is missing`), name)
    }
  }
})

test('every rule of the checker has a section with an example', (t) => {
  const source = readdirSync(`${root}src/lambdapack/rules`)
    .map((file) => readPage(`src/lambdapack/rules/${file}`))
    .join('\n')
  const codes = new Set(
    [...source.matchAll(/(?:code: |faultsOf\(walk, [^)]*)'([a-z-]+)'/g)].map(([, code = '']) => code),
  )
  t.true(codes.size >= 25)
  for (const code of codes) t.regex(page, new RegExp(`^### ${code}$`, 'm'))
  const shown = fencedBlocks(page).filter(({ info }) => info.startsWith('check'))
  t.true(shown.length >= codes.size)
})

test('every shipped program is named', (t) => {
  for (const name of shippedPrograms()) t.true(page.includes(`\`${name}\``), name)
})
