import type { Span } from './ast.ts'

/** Program text with the name under which diagnostics speak of it (a file name, usually). */
export interface Source {
  readonly name: string
  readonly text: string
}

/** A place in a text: both 1-based, columns count characters (code points), a tab is one. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Line and column of an offset. */
export function locate(source: Source, offset: number): Position {
  const before = source.text.slice(0, offset)
  let line = 1
  let start = 0
  for (const match of before.matchAll(/\r\n|\n|\r/g)) {
    line += 1
    start = match.index + match[0].length
  }
  return { line, column: [...before.slice(start)].length + 1 }
}

/** Text of a 1-based line without its end. */
export function lineText(source: Source, line: number): string {
  return source.text.split(/\r\n|\n|\r/)[line - 1] ?? ''
}

/** The text a node was made from. */
export function textOf(source: Source, span: Span): string {
  return source.text.slice(span.start, span.end)
}
