import type { Span } from './ast.ts'
import { lineText, locate, type Source } from './source.ts'

/** What a rule finds: a code, a sentence and the place. */
export interface Finding {
  /** Name of the rule, such as `unknown-name`. */
  readonly code: string
  readonly message: string
  readonly span: Span
  /** A second place that explains the first. */
  readonly related?: { readonly span: Span; readonly message: string }
}

/** A finding with its place in lines and columns (1-based). */
export interface Diagnostic extends Finding {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Places a finding in its source. */
export function toDiagnostic(source: Source, finding: Finding): Diagnostic {
  return { ...finding, file: source.name, ...locate(source, finding.span.start) }
}

/** In order of the text, each fault once. */
export function sortDiagnostics(diagnostics: Iterable<Diagnostic>): Diagnostic[] {
  const unique = new Map<string, Diagnostic>()
  for (const diagnostic of diagnostics) {
    const key = `${diagnostic.span.start} ${diagnostic.code} ${diagnostic.message}`
    if (!unique.has(key)) unique.set(key, diagnostic)
  }
  return [...unique.values()].sort((a, b) => a.span.start - b.span.start || compareText(a.code, b.code))
}

/**
 * `file:line:column: error: message`, the source line, and a caret under the place:
 *
 *     chol.lp:3:15: error: unknown name 'K'
 *         O[i, i] = chol(I[K, i])
 *                          ^
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: Source): string {
  const { file, line, column, message, span } = diagnostic
  const text = lineText(source, line)
  const characters = [...text]
  const lead = characters.slice(0, column - 1).map((character) => (character === '\t' ? '\t' : ' '))
  const length = [...source.text.slice(span.start, span.end)].length
  const width = Math.max(1, Math.min(length, characters.length - column + 1))
  return `${file}:${line}:${column}: error: ${message}\n${text}\n${lead.join('')}^${'~'.repeat(width - 1)}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
