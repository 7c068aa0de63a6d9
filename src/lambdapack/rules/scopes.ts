import type {
  AssignNode,
  ExpressionNode,
  ForNode,
  IfNode,
  NameNode,
  ParameterNode,
  ProgramNode,
  StatementNode,
} from '../ast.ts'
import { collect } from '../visitor.ts'

/** What a name stands for. A scalar that every branch of an if/else assigns has no single value. */
export type Meaning =
  | { readonly kind: 'matrix' | 'parameter'; readonly name: NameNode; readonly parameter: ParameterNode }
  | { readonly kind: 'loop'; readonly name: NameNode; readonly loop: ForNode }
  | { readonly kind: 'scalar'; readonly name: NameNode; readonly value: ExpressionNode | undefined }

/** One use of a name, with what it means there, or why it means nothing. */
export interface Use {
  readonly name: NameNode
  /** What its place wants; the argument of a program call may be either. */
  readonly wants: 'matrix' | 'scalar' | 'either'
  readonly meaning: Meaning | undefined
  /** `early`: assigned further down only; `ended`: assigned in a block that has ended; `partial`: not in every branch. */
  readonly problem: 'unknown' | 'early' | 'ended' | 'partial' | undefined
}

/** A definition of a name that has a meaning already. */
export interface Clash {
  readonly name: NameNode
  readonly by: 'loop' | 'assignment'
  readonly earlier: Meaning
}

export interface Resolution {
  readonly uses: readonly Use[]
  readonly clashes: readonly Clash[]
  /** Scalars that some branches only assign and that are used afterwards. */
  readonly partial: readonly { readonly name: NameNode; readonly use: NameNode }[]
  /** What the name at this node means. */
  meaningOf(name: NameNode): Meaning | undefined
}

type Scope = Map<string, Meaning>
interface Block {
  readonly scope: Scope
  /** Assigned by some branches of an earlier if of this block (or of those around it). */
  readonly partial: Map<string, NameNode>
  readonly assigned: Map<string, AssignNode>
}

/** Finds what every name in a program means: blocks are scopes, a name is assigned once in a scope or once in every branch. */
export function resolve(program: ProgramNode): Resolution {
  const uses: Use[] = []
  const clashes: Clash[] = []
  const partial: { name: NameNode; use: NameNode }[] = []
  const meanings = new Map<NameNode, Meaning>()
  const assignments = [...collect(program, 'Assign'), ...collect(program, 'For')].map((node) =>
    node.kind === 'Assign' ? node.name : node.variable,
  )

  const use = (name: NameNode, wants: Use['wants'], block: Block): void => {
    const meaning = block.scope.get(name.id)
    if (meaning !== undefined) meanings.set(name, meaning)
    const half = meaning === undefined ? block.partial.get(name.id) : undefined
    if (half !== undefined) partial.push({ name: half, use: name })
    const elsewhere = assignments.filter((other) => other.id === name.id)
    const before = elsewhere.some((other) => other.span.start < name.span.start)
    const missing = half !== undefined ? 'partial' : before ? 'ended' : elsewhere.length > 0 ? 'early' : 'unknown'
    uses.push({ name, wants, meaning, problem: meaning === undefined ? missing : undefined })
  }

  const useAll = (node: ExpressionNode | undefined, block: Block): void => {
    if (node === undefined) return
    const callees = new Set(collect(node, 'Call').map((call) => call.callee))
    for (const name of collect(node, 'Name')) if (!callees.has(name)) use(name, 'scalar', block)
  }

  const define = (name: NameNode, by: Clash['by'], meaning: Meaning, block: Block): void => {
    const half = block.partial.get(name.id)
    const earlier =
      block.scope.get(name.id) ??
      (half === undefined || by === 'loop' ? undefined : ({ kind: 'scalar', name: half, value: undefined } as const))
    if (earlier !== undefined) clashes.push({ name, by, earlier })
    meanings.set(name, meaning)
    block.scope.set(name.id, meaning)
  }

  const inner = (block: Block): Block => ({
    scope: new Map(block.scope),
    partial: new Map(block.partial),
    assigned: new Map(),
  })

  const runIf = (node: IfNode, block: Block): void => {
    const branches = node.branches.map((branch) => {
      useAll(branch.test, block)
      return runBlock(branch.body, inner(block))
    })
    branches.push(runBlock(node.otherwise, inner(block)))
    for (const name of new Set(branches.flatMap((branch) => [...branch.keys()]))) {
      const first = branches.flatMap((branch) => branch.get(name) ?? [])[0]
      if (first === undefined || block.scope.has(name)) continue
      if (!branches.every((branch) => branch.has(name))) block.partial.set(name, first.name)
      else {
        block.scope.set(name, { kind: 'scalar', name: first.name, value: undefined })
        block.assigned.set(name, first)
      }
    }
  }

  const runStatement = (node: StatementNode, block: Block): void => {
    switch (node.kind) {
      case 'For': {
        for (const bound of [node.start, node.stop, node.step]) useAll(bound, block)
        const body = inner(block)
        define(node.variable, 'loop', { kind: 'loop', name: node.variable, loop: node }, body)
        runBlock(node.body, body)
        return
      }
      case 'If':
        runIf(node, block)
        return
      case 'Assign':
        useAll(node.value, block)
        define(node.name, 'assignment', { kind: 'scalar', name: node.name, value: node.value }, block)
        block.assigned.set(node.name.id, node)
        return
      case 'KernelCall':
        for (const part of [...node.targets, ...node.arguments]) {
          if (part.kind !== 'TileRef') useAll(part, block)
          else {
            use(part.matrix, 'matrix', block)
            for (const index of part.indices) useAll(index, block)
          }
        }
        for (const keyword of node.keywords) useAll(keyword.value, block)
        return
      case 'ProgramCall':
        for (const value of [...node.arguments, ...node.keywords.map((keyword) => keyword.value)]) {
          if (value.kind === 'Name') use(value, 'either', block)
          else useAll(value, block)
        }
        return
      case 'Return':
        for (const name of node.names) use(name, 'matrix', block)
        return
      case 'Pass':
        return
    }
  }

  const runBlock = (body: readonly StatementNode[], block: Block): Map<string, AssignNode> => {
    for (const statement of body) runStatement(statement, block)
    return block.assigned
  }

  const scope: Scope = new Map()
  for (const parameter of program.parameters) {
    const kind = parameter.type === 'BigMatrix' ? 'matrix' : 'parameter'
    scope.set(parameter.name.id, { kind, name: parameter.name, parameter })
  }
  const outermost: Block = { scope, partial: new Map(), assigned: new Map() }
  for (const parameter of program.parameters) for (const extent of parameter.grid ?? []) useAll(extent, outermost)
  runBlock(program.body, outermost)
  return { uses, clashes, partial, meaningOf: (name) => meanings.get(name) }
}
