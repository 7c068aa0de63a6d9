import test from 'ava'
import fc from 'fast-check'
import { type Ast, parse, print } from '../../src/lambdapack/index.ts'
import { validPrograms } from './corpus.ts'
import { module } from './helpers/arbitrary-module.ts'

/** A tree without its places. */
function bare(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'span' ? undefined : value)))
}

function reparse(text: string): Ast.ModuleNode {
  const { module: tree, diagnostics } = parse({ name: 'printed', text })
  if (diagnostics.length > 0)
    throw new Error(`${diagnostics[0]?.line}:${diagnostics[0]?.column} ${diagnostics[0]?.message}\n${text}`)
  return tree
}

test('what is printed is parsed to the same tree', (t) => {
  fc.assert(
    fc.property(module, (tree) => {
      t.deepEqual(bare(reparse(print(tree)).programs), bare(tree.programs))
    }),
    { numRuns: 300 },
  )
})

for (const { name, text } of validPrograms) {
  test(`printing ${name} and parsing it again changes nothing`, (t) => {
    const tree = reparse(text)
    const printed = print(tree)
    t.deepEqual(bare(reparse(printed).programs), bare(tree.programs))
    t.is(print(reparse(printed)), printed)
  })
}

test('only the parentheses that are needed are printed', (t) => {
  const text = (expression: string): string => {
    const tree = reparse(`def f(N: int):\n    k = ${expression}\n`)
    return print(tree).split('\n')[1]?.trim() ?? ''
  }
  t.is(text('((a) + (b * c))'), 'k = a + b * c')
  t.is(text('(a - (b - c)) - d'), 'k = a - (b - c) - d')
  t.is(text('(-a) ** -(b ** c)'), 'k = (-a) ** -b ** c')
  t.is(text('-(a ** b)'), 'k = -a ** b')
  t.is(text('(a ** b) ** c'), 'k = (a ** b) ** c')
  t.is(text('not (a and (not b or c))'), 'k = not (a and (not b or c))')
  t.is(text('not a and b or not c or d and not e'), 'k = not a and b or not c or d and not e')
  t.is(text('((not a) and b) or (not c)'), 'k = not a and b or not c')
  t.is(text('not (a < 2. or 1_000 > .5) and b'), 'k = not (a < 2.0 or 1000 > .5) and b')
  t.is(text('(a < b) < c <= (d == e)'), 'k = (a < b) < c <= (d == e)')
  t.is(text('ceil(log(N) / log(2))'), 'k = ceiling(log(N) / log(2))')
})
