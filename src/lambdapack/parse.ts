import type { SyntaxNode, TreeCursor } from '@lezer/common'
import { parser } from '@lezer/python'
import type { ModuleNode, ProgramNode } from './ast.ts'
import { type Diagnostic, sortDiagnostics, toDiagnostic } from './diagnostic.ts'
import { Context, childNodes, reportError } from './parser/context.ts'
import { repairLayout } from './parser/layout.ts'
import { convertProgram } from './parser/program.ts'
import { unsupported } from './parser/unsupported.ts'
import type { Source } from './source.ts'

export interface ParseResult {
  readonly module: ModuleNode
  /** Syntax faults and Python that is not part of LAmbdaPACK, in order of the text. */
  readonly diagnostics: readonly Diagnostic[]
  /** Programs with such faults, each with the names that its broken statements may have defined. */
  readonly doubts: ReadonlyMap<ProgramNode, ReadonlySet<string>>
}

/**
 * Parses program text: Python's grammar, narrowed to LAmbdaPACK. Never throws: every fault is a diagnostic, and what could
 * be read stands in the module. Faults of layout (indentation, brackets, missing colons) are repaired first, so that one of
 * them does not hide the rest.
 */
export function parse(source: Source): ParseResult {
  const { findings, repaired } = repairLayout(source.text)
  const context = new Context(repaired)
  const programs: ProgramNode[] = []
  const doubts = new Map<ProgramNode, ReadonlySet<string>>()
  const tree = parser.parse(repaired.text)
  const deep = tooDeep(tree.cursor())
  if (deep !== undefined) context.report('unsupported', context.between(deep, deep + 1), 'this is nested too deeply')
  for (const node of deep === undefined ? childNodes(tree.topNode) : []) {
    const program = convertTopLevel(context, node)
    reportRest(context, node, source.text)
    const doubted = context.takeDoubts()
    if (program === undefined) continue
    programs.push(program)
    const faulty = findings.some(({ span }) => span.start >= program.span.start && span.start <= program.span.end)
    if (doubted !== undefined || faulty) doubts.set(program, doubted ?? new Set())
  }
  if (programs.length === 0 && findings.length + context.findings.length === 0) {
    context.report(
      'syntax',
      { start: 0, end: 0 },
      'there is no program here: a program starts with def name(parameters):',
    )
  }
  // A line whose layout was at fault had to be guessed: what the grammar finds wrong with the guess is not said.
  const layout = findings.map((finding) => toDiagnostic(source, finding))
  const guessed = new Set(layout.map(({ line }) => line))
  const converted = context.findings.map((finding) => toDiagnostic(source, finding))
  const diagnostics = [...layout, ...converted.filter(({ code, line }) => code !== 'syntax' || !guessed.has(line))]
  const module: ModuleNode = { kind: 'Module', programs, span: { start: 0, end: source.text.length } }
  return { module, diagnostics: sortDiagnostics(diagnostics), doubts }
}

function convertTopLevel(context: Context, node: SyntaxNode): ProgramNode | undefined {
  if (node.name === 'FunctionDefinition') return convertProgram(context, node)
  if (node.type.isError) reportError(context, node)
  else if (node.name !== 'ExpressionStatement' || node.firstChild?.name !== 'String') {
    const outside = 'only programs (def name(parameters):) stand outside of programs'
    if (!reportError(context, node))
      context.report('unsupported', context.span(node.firstChild ?? node), unsupported(node.name) ?? outside)
  }
  return undefined
}

/** Levels of nesting beyond which a text is refused: recursion has an end. */
const maxDepth = 600

/** Offset of the first node that lies too deep. */
function tooDeep(cursor: TreeCursor): number | undefined {
  let depth = 0
  let found: number | undefined
  cursor.iterate(
    ({ from }) => {
      depth += 1
      if (depth > maxDepth) found ??= from
      return found === undefined
    },
    () => {
      depth -= 1
    },
  )
  return found
}

/** Reports what the grammar could not read on lines of which nothing was said. */
function reportRest(context: Context, node: SyntaxNode, text: string): void {
  node.cursor().iterate(({ type, node: error }) => {
    if (!type.isError) return
    const { start } = context.span(error)
    const isKnown = context.findings.some(({ span }) => {
      return !/[\r\n]/.test(text.slice(Math.min(span.start, start), Math.max(span.start, start)))
    })
    if (!isKnown) reportError(context, error)
  })
}
