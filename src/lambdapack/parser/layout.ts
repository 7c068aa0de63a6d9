import type { Finding } from '../diagnostic.ts'
import type { Repaired } from './context.ts'
import { applyEdits, type Edit } from './edits.ts'
import { type LogicalLine, splitLines } from './logical-lines.ts'

const compound = new Set([
  'for',
  'if',
  'elif',
  'else',
  'def',
  'while',
  'class',
  'try',
  'with',
  'except',
  'finally',
  'match',
  'case',
  'async',
])
/** These may be names as well: a missing colon is not theirs to miss. */
const soft = new Set(['match', 'case', 'async'])

/** An open block: its indentation with tabs to multiples of eight, and with tabs as one column (Python compares both). */
interface Level {
  readonly column: number
  readonly alternative: number
}

/**
 * Finds faults of layout by Python's rules, indentation, brackets, strings, missing colons and bodies, and repairs them in
 * the text that is then parsed: the grammar's own recovery would lose the statements that follow.
 */
export function repairLayout(text: string): { readonly findings: readonly Finding[]; readonly repaired: Repaired } {
  const { lines, faults, edits } = splitLines(text)
  const layout = new Layout(lines)
  layout.run()
  const all = [...edits, ...layout.edits]
  const uneven = layout.findings.length > 0 || lines.some(({ indent }) => /[^ ]/.test(indent))
  if (uneven) {
    for (const [position, { start, indent }] of lines.entries()) {
      all.push({ at: start, remove: indent.length, insert: '    '.repeat(layout.depths[position] ?? 0) })
    }
  }
  const findings = [
    ...faults.map(({ start, end, message }): Finding => ({ code: 'syntax', message, span: { start, end } })),
    ...layout.findings,
  ]
  return { findings, repaired: applyEdits(text, all) }
}

class Layout {
  readonly findings: Finding[] = []
  readonly edits: Edit[] = []
  /** Blocks that each line lies in. */
  readonly depths: number[] = []
  readonly #lines: readonly LogicalLine[]
  readonly #levels: Level[] = [{ column: 0, alternative: 0 }]
  /** A line that opened a block which has no statement yet. */
  #opener: LogicalLine | undefined
  /** An indentation that was reported: the lines that share it are taken as they should stand. */
  #stray: number | undefined

  constructor(lines: readonly LogicalLine[]) {
    this.#lines = lines
  }

  run(): void {
    for (const line of this.#lines) {
      this.#indentation(line)
      this.depths.push(this.#levels.length - 1)
      this.#colon(line)
    }
    if (this.#opener !== undefined) this.#missingBody(this.#opener, this.#opener.end - 1, this.#opener.end)
  }

  #report(start: number, end: number, message: string): void {
    this.findings.push({ code: 'syntax', message, span: { start, end } })
  }

  #indentation(line: LogicalLine): void {
    const { column, alternative } = measure(line.indent)
    const top = this.#top()
    const start = line.first
    const end = start + Math.max(1, line.word.length)
    if (this.#opener !== undefined) {
      const opener = this.#opener
      this.#opener = undefined
      this.#stray = undefined
      if (column > top.column) {
        if (alternative <= top.alternative) this.#report(start, end, 'tabs and spaces are mixed in this indentation')
        this.#levels.push({ column, alternative })
        return
      }
      this.#missingBody(opener, start, end)
    }
    if (column > top.column) {
      if (this.#stray !== column) this.#report(start, end, 'unexpected indentation')
      this.#stray = column
      return
    }
    this.#stray = undefined
    let left: Level | undefined
    while (this.#top().column > column) left = this.#levels.pop()
    const level = this.#top()
    if (level.column !== column) {
      this.#report(start, end, 'this indentation matches that of no block around it')
      if (left !== undefined && left.column - column <= column - level.column) this.#levels.push(left)
      this.#stray = column
    } else if (level.alternative !== alternative) {
      this.#report(start, end, 'tabs and spaces are mixed in this indentation')
    }
  }

  #colon(line: LogicalLine): void {
    const { word, end, hasColon, endsWithColon } = line
    if (!compound.has(word)) {
      if (!endsWithColon) return
      this.#report(end - 1, end, "unexpected ':'")
      this.edits.push({ at: end - 1, remove: 1, insert: ' ' })
      const next = this.#lines[this.#lines.indexOf(line) + 1]
      if (next !== undefined) this.#stray = measure(next.indent).column
      return
    }
    if (!hasColon) {
      if (soft.has(word)) return
      this.#report(end, end, `':' is missing after '${word}'`)
      this.edits.push({ at: end, remove: 0, insert: ':' })
    }
    if (!hasColon || endsWithColon) this.#opener = line
  }

  #missingBody(opener: LogicalLine, start: number, end: number): void {
    this.#report(start, end, `an indented block is missing after '${opener.word}'`)
    this.edits.push({ at: opener.end, remove: 0, insert: ' pass' })
  }

  #top(): Level {
    return this.#levels.at(-1) ?? { column: 0, alternative: 0 }
  }
}

function measure(indent: string): Level {
  let column = 0
  let alternative = 0
  for (const character of indent) {
    if (character === '\f') column = alternative = 0
    else {
      column = character === '\t' ? column - (column % 8) + 8 : column + 1
      alternative += 1
    }
  }
  return { column, alternative }
}
