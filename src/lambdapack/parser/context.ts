import type { SyntaxNode } from '@lezer/common'
import type { NameNode, NumberNode, Span } from '../ast.ts'
import type { Finding } from '../diagnostic.ts'

/** The text that was parsed: the source, repaired where its layout was at fault, and the way back to the source's offsets. */
export interface Repaired {
  readonly text: string
  toSource(offset: number): number
}

const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
)

/** What the conversion of one file shares: text, findings, and the names that faulty statements may define. */
export class Context {
  readonly findings: Finding[] = []
  readonly #repaired: Repaired
  #doubts: Set<string> | undefined

  constructor(repaired: Repaired) {
    this.#repaired = repaired
  }

  text(node: SyntaxNode): string {
    return this.#repaired.text.slice(node.from, node.to)
  }

  /** Place of a node in the source; white space that the grammar counts to a node's end is left out. */
  span(node: SyntaxNode): Span {
    const trimmed = this.text(node).trimEnd().length
    return this.between(node.from, trimmed === 0 ? node.to : node.from + trimmed)
  }

  between(from: number, to: number): Span {
    return { start: this.#repaired.toSource(from), end: this.#repaired.toSource(to) }
  }

  name(node: SyntaxNode): NameNode {
    const id = this.text(node)
    const span = this.span(node)
    if (reserved.has(id)) this.report('syntax', span, `'${id}' is a word of Python's own and no name`)
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(id)) {
      this.report('unsupported', span, `a name consists of ASCII letters, digits and underscores, not '${id}'`)
    }
    return { kind: 'Name', id, span }
  }

  /** Notes a fault; the statement it lies in is no longer to be trusted. */
  report(code: 'syntax' | 'unsupported', span: Span, message: string): void {
    this.#doubts ??= new Set()
    // A token is at fault once, whatever else it leads to.
    if (this.findings.some((known) => known.code === code && known.span.start === span.start)) return
    this.findings.push({ code, message, span })
  }

  /** Reports, and gives an expression to stand where none could be made. */
  hole(code: 'syntax' | 'unsupported', node: SyntaxNode, message: string): NumberNode {
    const span = this.span(node)
    this.report(code, span, message)
    return { kind: 'Number', text: '1', span }
  }

  /** Names that a broken statement may define: nothing is said about them later. */
  doubt(names: Iterable<string>): void {
    this.#doubts ??= new Set()
    for (const name of names) this.#doubts.add(name)
  }

  /** The doubts since the last call; `undefined` when all was well. */
  takeDoubts(): ReadonlySet<string> | undefined {
    const doubts = this.#doubts
    this.#doubts = undefined
    return doubts
  }
}

/** Children without comments. */
export function childNodes(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') children.push(child)
  }
  return children
}

/** Reports the first place below `node` that the grammar could not read; true when there is one. */
export function reportError(context: Context, node: SyntaxNode): boolean {
  const error = firstError(node)
  if (error === undefined) return false
  const found = context.text(error).trim()
  if (found !== '') {
    const start = error.from + context.text(error).indexOf(found)
    const token = /^(\w+|.)/.exec(found)?.[0] ?? found
    context.report('syntax', context.between(start, start + token.length), `unexpected '${token}'`)
    return true
  }
  const before = lastToken(error)
  if (before === undefined) context.report('syntax', context.span(error), 'a name or a value is missing here')
  else context.report('syntax', context.span(before), `something is missing after '${brief(context.text(before))}'`)
  return true
}

/** The beginning of a text, for a message of one line. */
export function brief(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? ''
  return line.length < text.length || line.length > 30 ? `${line.slice(0, 30)}...` : line
}

function firstError(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type.isError) return node
  for (const child of childNodes(node)) {
    const error = firstError(child)
    if (error !== undefined) return error
  }
  return undefined
}

/** The token before a node, within the statement. */
function lastToken(node: SyntaxNode): SyntaxNode | undefined {
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent) {
    let before = at.prevSibling
    if (before === null) continue
    while (before.lastChild !== null) before = before.lastChild
    return before.from < before.to ? before : lastToken(before)
  }
  return undefined
}
