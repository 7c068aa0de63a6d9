import type {
  AssignNode,
  BinaryNode,
  BranchNode,
  CallNode,
  CompareNode,
  ForNode,
  IfNode,
  KernelCallNode,
  KeywordNode,
  LogicalNode,
  ModuleNode,
  NameNode,
  NumberNode,
  ParameterNode,
  PassNode,
  ProgramCallNode,
  ProgramNode,
  ReturnNode,
  TileRefNode,
  UnaryNode,
} from './ast.ts'

/** Every node of the tree. */
export type AnyNode =
  | ModuleNode
  | ProgramNode
  | ParameterNode
  | ForNode
  | IfNode
  | BranchNode
  | AssignNode
  | KernelCallNode
  | ProgramCallNode
  | KeywordNode
  | ReturnNode
  | PassNode
  | TileRefNode
  | NumberNode
  | NameNode
  | UnaryNode
  | BinaryNode
  | CompareNode
  | LogicalNode
  | CallNode

export type Kind = AnyNode['kind']
export type NodeOf<K extends Kind> = Extract<AnyNode, { readonly kind: K }>

/** Fields that hold children, in order of the text: the one place that knows the shape of the tree. */
export const childFields: { readonly [K in Kind]: readonly (keyof NodeOf<K> & string)[] } = {
  Module: ['programs'],
  Program: ['name', 'parameters', 'body'],
  Parameter: ['name', 'grid', 'default'],
  For: ['variable', 'start', 'stop', 'step', 'body'],
  If: ['branches', 'otherwise'],
  Branch: ['test', 'body'],
  Assign: ['name', 'value'],
  KernelCall: ['targets', 'kernel', 'arguments', 'keywords'],
  ProgramCall: ['callee', 'arguments', 'keywords'],
  Keyword: ['name', 'value'],
  Return: ['names'],
  Pass: [],
  TileRef: ['matrix', 'indices'],
  Number: [],
  Name: [],
  Unary: ['operand'],
  Binary: ['left', 'right'],
  Compare: ['operands'],
  Logical: ['left', 'right'],
  Call: ['callee', 'arguments'],
}

/** Children of a node, in order of the text. */
export function childrenOfNode(node: AnyNode): AnyNode[] {
  const fields = node as unknown as Readonly<Record<string, AnyNode | readonly AnyNode[] | undefined>>
  return childFields[node.kind].flatMap((field) => fields[field] ?? [])
}

/** All nodes of a kind below (and including) a node, in order of the text. */
export function collect<K extends Kind>(node: AnyNode, kind: K): NodeOf<K>[] {
  const found: NodeOf<K>[] = []
  const walk = (at: AnyNode): void => {
    if (at.kind === kind) found.push(at as NodeOf<K>)
    for (const child of childrenOfNode(at)) walk(child)
  }
  walk(node)
  return found
}
