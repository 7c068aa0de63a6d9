/**
 * The tree of a LAmbdaPACK program: plain readonly nodes told apart by `kind`, each with its place in the text.
 * Printed by print.ts, walked by visitor.ts by way of the table of child fields.
 */

/** Offsets into the source text, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ModuleNode extends Node {
  readonly kind: 'Module'
  readonly programs: readonly ProgramNode[]
}

export interface ProgramNode extends Node {
  readonly kind: 'Program'
  readonly name: NameNode
  readonly parameters: readonly ParameterNode[]
  readonly body: readonly StatementNode[]
  readonly docstring: string | undefined
}

/** `A: BigMatrix[N, M // 2] = 0` or `N: int`. */
export interface ParameterNode extends Node {
  readonly kind: 'Parameter'
  readonly name: NameNode
  readonly type: 'BigMatrix' | 'int' | 'float'
  /** Declared grid extents, `undefined` for a plain `BigMatrix` or a scalar. */
  readonly grid: readonly ExpressionNode[] | undefined
  /** `= 0` on a matrix (tiles nobody wrote read as zeros), or a scalar's default value. */
  readonly default: ExpressionNode | undefined
}

export type StatementNode = ForNode | IfNode | AssignNode | KernelCallNode | ProgramCallNode | ReturnNode | PassNode

export interface ForNode extends Node {
  readonly kind: 'For'
  readonly variable: NameNode
  /** `undefined` start is 0, `undefined` step is 1. */
  readonly start: ExpressionNode | undefined
  readonly stop: ExpressionNode
  readonly step: ExpressionNode | undefined
  readonly body: readonly StatementNode[]
}

/** `if`, any number of `elif`, `else` (empty when there is none). */
export interface IfNode extends Node {
  readonly kind: 'If'
  readonly branches: readonly BranchNode[]
  readonly otherwise: readonly StatementNode[]
}

export interface BranchNode extends Node {
  readonly kind: 'Branch'
  readonly test: ExpressionNode
  readonly body: readonly StatementNode[]
}

/** Scalar assignment `k = i + 1`. */
export interface AssignNode extends Node {
  readonly kind: 'Assign'
  readonly name: NameNode
  readonly value: ExpressionNode
}

/** `V[i, 0], T[i] = geqrt(A[i, 0], 3, nb=32)`. */
export interface KernelCallNode extends Node {
  readonly kind: 'KernelCall'
  readonly targets: readonly TileRefNode[]
  readonly kernel: NameNode
  readonly arguments: readonly (TileRefNode | ExpressionNode)[]
  readonly keywords: readonly KeywordNode[]
}

/** Call of another program as a statement: `inner(A, B, N - 1)`; inlined before analysis. Matrices are passed as bare names. */
export interface ProgramCallNode extends Node {
  readonly kind: 'ProgramCall'
  readonly callee: NameNode
  readonly arguments: readonly ExpressionNode[]
  readonly keywords: readonly KeywordNode[]
}

export interface KeywordNode extends Node {
  readonly kind: 'Keyword'
  readonly name: NameNode
  readonly value: ExpressionNode
}

export interface ReturnNode extends Node {
  readonly kind: 'Return'
  readonly names: readonly NameNode[]
}

export interface PassNode extends Node {
  readonly kind: 'Pass'
}

export interface TileRefNode extends Node {
  readonly kind: 'TileRef'
  readonly matrix: NameNode
  readonly indices: readonly ExpressionNode[]
}

export type ExpressionNode = NumberNode | NameNode | UnaryNode | BinaryNode | CompareNode | LogicalNode | CallNode

export interface NumberNode extends Node {
  readonly kind: 'Number'
  /** As written: `16`, `0.5`, `1e-3`. Exact evaluation starts from the text. */
  readonly text: string
}

export interface NameNode extends Node {
  readonly kind: 'Name'
  readonly id: string
}

export interface UnaryNode extends Node {
  readonly kind: 'Unary'
  readonly operator: '-' | '+' | 'not'
  readonly operand: ExpressionNode
}

export interface BinaryNode extends Node {
  readonly kind: 'Binary'
  readonly operator: '+' | '-' | '*' | '/' | '//' | '%' | '**'
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}

/** `a < b` and chains `a < b <= c`. */
export interface CompareNode extends Node {
  readonly kind: 'Compare'
  readonly operands: readonly ExpressionNode[]
  readonly operators: readonly ('<' | '<=' | '>' | '>=' | '==' | '!=')[]
}

export interface LogicalNode extends Node {
  readonly kind: 'Logical'
  readonly operator: 'and' | 'or'
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}

/** `min max log ceiling floor` of scalars. */
export interface CallNode extends Node {
  readonly kind: 'Call'
  readonly callee: NameNode
  readonly arguments: readonly ExpressionNode[]
}

interface Node {
  readonly span: Span
}
