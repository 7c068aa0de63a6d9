import fc from 'fast-check'
import type { Ast } from '../../../src/lambdapack/index.ts'

const span: Ast.Span = { start: 0, end: 0 }
const word = fc.constantFrom('i', 'j', 'k', 'N', 'A1', 'S_', 'level')
const name: fc.Arbitrary<Ast.NameNode> = word.map((id) => ({ kind: 'Name', id, span }))
const number: fc.Arbitrary<Ast.NumberNode> = fc
  .constantFrom('0', '1', '29', '0.5', '1e-3', '.25')
  .map((text) => ({ kind: 'Number', text, span }))

const { expression } = fc.letrec<{ expression: Ast.ExpressionNode }>((tie) => {
  const inner = tie('expression')
  const unary = fc.record({
    kind: fc.constant('Unary' as const),
    operator: fc.constantFrom('-' as const, '+' as const, 'not' as const),
    operand: inner,
    span: fc.constant(span),
  })
  const operators = ['+', '-', '*', '/', '//', '%', '**'] as const
  const binary = fc.record({
    kind: fc.constant('Binary' as const),
    operator: fc.constantFrom(...operators),
    left: inner,
    right: inner,
    span: fc.constant(span),
  })
  const logical = fc.record({
    kind: fc.constant('Logical' as const),
    operator: fc.constantFrom('and' as const, 'or' as const),
    left: inner,
    right: inner,
    span: fc.constant(span),
  })
  const comparison = fc.constantFrom(
    '<' as const,
    '<=' as const,
    '>' as const,
    '>=' as const,
    '==' as const,
    '!=' as const,
  )
  const compare = fc.array(fc.tuple(comparison, inner), { minLength: 1, maxLength: 3 }).chain((rest) =>
    inner.map(
      (first): Ast.CompareNode => ({
        kind: 'Compare',
        operands: [first, ...rest.map(([, operand]) => operand)],
        operators: rest.map(([operator]) => operator),
        span,
      }),
    ),
  )
  const callee = fc.constantFrom('min', 'log', 'ceiling').map((id): Ast.NameNode => ({ kind: 'Name', id, span }))
  const call = fc.record({
    kind: fc.constant('Call' as const),
    callee,
    arguments: fc.array(inner, { maxLength: 3 }),
    span: fc.constant(span),
  })
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      name,
      unary,
      binary,
      logical,
      compare,
      call,
    ),
  }
})

const reference: fc.Arbitrary<Ast.TileRefNode> = fc.record({
  kind: fc.constant('TileRef' as const),
  matrix: name,
  indices: fc.array(expression, { minLength: 1, maxLength: 3 }),
  span: fc.constant(span),
})
const keywords: fc.Arbitrary<Ast.KeywordNode[]> = fc.uniqueArray(
  fc.record({ kind: fc.constant('Keyword' as const), name, value: expression, span: fc.constant(span) }),
  { maxLength: 2, selector: (keyword) => keyword.name.id },
)

const { body } = fc.letrec<{ body: Ast.StatementNode[]; statement: Ast.StatementNode }>((tie) => {
  const inner = tie('body')
  const range = fc.oneof(
    expression.map((stop) => ({ start: undefined, stop, step: undefined })),
    fc.record({ start: expression, stop: expression, step: fc.option(expression, { nil: undefined }) }),
  )
  const loop = fc
    .tuple(name, range, inner)
    .map(
      ([variable, bounds, statements]): Ast.ForNode => ({ kind: 'For', variable, ...bounds, body: statements, span }),
    )
  const branch = fc.record({
    kind: fc.constant('Branch' as const),
    test: expression,
    body: inner,
    span: fc.constant(span),
  })
  const choice = fc.record({
    kind: fc.constant('If' as const),
    branches: fc.array(branch, { minLength: 1, maxLength: 2 }),
    otherwise: fc.oneof(fc.constant([]), inner),
    span: fc.constant(span),
  })
  const assign = fc.record({ kind: fc.constant('Assign' as const), name, value: expression, span: fc.constant(span) })
  const kernel = fc.record({
    kind: fc.constant('KernelCall' as const),
    targets: fc.array(reference, { minLength: 1, maxLength: 3 }),
    kernel: name,
    arguments: fc.array(fc.oneof(reference, expression), { maxLength: 3 }),
    keywords,
    span: fc.constant(span),
  })
  const call = fc.record({
    kind: fc.constant('ProgramCall' as const),
    callee: name,
    arguments: fc.array(expression, { maxLength: 3 }),
    keywords,
    span: fc.constant(span),
  })
  const pass: fc.Arbitrary<Ast.PassNode> = fc.constant({ kind: 'Pass', span })
  const leave = fc.record({
    kind: fc.constant('Return' as const),
    names: fc.array(name, { maxLength: 2 }),
    span: fc.constant(span),
  })
  return {
    statement: fc.oneof({ depthSize: 'small', withCrossShrink: true }, pass, assign, kernel, call, leave, loop, choice),
    body: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  }
})

const parameters: fc.Arbitrary<Ast.ParameterNode[]> = fc.uniqueArray(word, { maxLength: 4 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        kind: fc.constant('Parameter' as const),
        name: fc.constant({ kind: 'Name' as const, id, span }),
        type: fc.constant('BigMatrix' as const),
        grid: fc.option(fc.array(expression, { minLength: 1, maxLength: 2 }), { nil: undefined }),
        default: fc.option(fc.constant({ kind: 'Number' as const, text: '0', span }), { nil: undefined }),
        span: fc.constant(span),
      }),
    ),
  ),
)

const program: fc.Arbitrary<Ast.ProgramNode> = fc.record({
  kind: fc.constant('Program' as const),
  name,
  parameters,
  body,
  docstring: fc.option(fc.string({ unit: 'grapheme-ascii' }), { nil: undefined }),
  span: fc.constant(span),
})

/** Any tree that a text can have, with empty places. */
export const module: fc.Arbitrary<Ast.ModuleNode> = fc.record({
  kind: fc.constant('Module' as const),
  programs: fc.array(program, { minLength: 1, maxLength: 2 }),
  span: fc.constant(span),
})
