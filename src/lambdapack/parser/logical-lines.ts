import type { Edit } from './edits.ts'

/** A line as Python counts them: joined within brackets and strings and after a backslash. */
export interface LogicalLine {
  /** Offset of the first physical line, before the indentation. */
  readonly start: number
  readonly indent: string
  /** Offset of the first token. */
  readonly first: number
  /** End of the last token. */
  readonly end: number
  /** First word, such as `for`; empty when the line starts with something else. */
  readonly word: string
  /** Whether there is a colon outside of brackets, and whether it is the last token. */
  readonly hasColon: boolean
  readonly endsWithColon: boolean
}

export interface LineFault {
  readonly start: number
  readonly end: number
  readonly message: string
}

export interface Lines {
  readonly lines: readonly LogicalLine[]
  readonly faults: readonly LineFault[]
  readonly edits: readonly Edit[]
}

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const statementStart =
  /^[ \t]*(?:(?:for|if|elif|else|def|return|pass|while|class|import|with|try|del|global|break|continue)\b(?!\s*=)|[A-Za-z_]\w*\s*\[[^\]\n]*\]\s*(?:,\s*[A-Za-z_]\w*\s*\[[^\]\n]*\]\s*)*=[^=])/

/** Splits a text into logical lines; brackets and strings that do not fit are reported, with the edits that repair them. */
export function splitLines(text: string): Lines {
  const lines: LogicalLine[] = []
  const faults: LineFault[] = []
  const edits: Edit[] = []
  let at = 0
  if (text.startsWith('\ufeff')) {
    // A byte order mark, as some editors write.
    edits.push({ at: 0, remove: 1, insert: '' })
    at = 1
  }

  const fault = (start: number, end: number, message: string): void => void faults.push({ start, end, message })

  /** End of a string literal that starts with a quote at `from`; repaired when it does not end. */
  const skipString = (from: number): number => {
    const quote = text[from] ?? ''
    const long = text.startsWith(quote.repeat(3), from) ? quote.repeat(3) : quote
    for (let k = from + long.length; k < text.length; k += 1) {
      if (text[k] === '\\') k += text.startsWith('\r\n', k + 1) ? 2 : 1
      else if (text.startsWith(long, k)) return k + long.length
      else if (long.length === 1 && isNewline(text[k])) {
        fault(from, from + 1, 'this string does not end')
        edits.push({ at: k, remove: 0, insert: long })
        return k
      }
    }
    fault(from, from + long.length, 'this string does not end')
    edits.push({ at: text.length, remove: 0, insert: text.endsWith('\\') ? ` ${long}` : long })
    return text.length
  }

  while (at < text.length) {
    const start = at
    while (text[at] === ' ' || text[at] === '\t' || text[at] === '\f') at += 1
    const indent = text.slice(start, at)
    const first = at
    const open: { readonly character: string; readonly offset: number }[] = []
    /** Closers that were put in: the ones that were meant may still come. */
    const inserted: string[] = []
    let end = at
    let hasColon = false
    let lastToken = ''
    let colon = at
    const token = (length: number): void => {
      lastToken = text.slice(at, at + length)
      at += length
      end = at
    }

    /** Reports brackets that were never closed, and closes them before a final colon or at the end of the line. */
    const closeAll = (): void => {
      for (const { character, offset } of open) fault(offset, offset + 1, `'${character}' is never closed`)
      const closers = [...open]
        .reverse()
        .map(({ character }) => closerOf[character])
        .join('')
      const insideColon = lastToken === ':' && colon === end - 1
      if (closers !== '') edits.push({ at: insideColon ? colon : end, remove: 0, insert: closers })
      if (insideColon) hasColon = true
      open.length = 0
    }

    for (;;) {
      const character = text[at]
      if (character === undefined) {
        closeAll()
        break
      }
      if (isNewline(character)) {
        const next = text.startsWith('\r\n', at) ? at + 2 : at + 1
        if (open.length > 0 && statementStart.test(nextCode(text, next))) closeAll()
        at = next
        if (open.length === 0) break
      } else if (character === '#') {
        while (at < text.length && !isNewline(text[at])) at += 1
      } else if (character === '\\') {
        const joined = /^\\(\r\n|\n|\r)/.exec(text.slice(at, at + 3))
        if (joined !== null && at + joined[0].length < text.length) at += joined[0].length
        else {
          fault(at, at + 1, "unexpected '\\'")
          edits.push({ at, remove: 1, insert: ' ' })
          at += 1
        }
      } else if (character === '"' || character === "'") token(skipString(at) - at)
      else if (closerOf[character] !== undefined) {
        open.push({ character, offset: at })
        token(1)
      } else if (character === ')' || character === ']' || character === '}') {
        closeOne(character, open, inserted)
        token(1)
      } else if (/\w/.test(character)) {
        token(/^\w+/.exec(text.slice(at, at + 200))?.[0].length ?? 1)
        // The grammar does not know `2.` and `2.e3`.
        const bare = /^\d[\d_]*$/.test(lastToken) && /^\.(?![\w.]|$)|^\.[eE][+-]?\d/.test(text.slice(at, at + 4))
        if (bare) edits.push({ at: at + 1, remove: 0, insert: '0' })
      } else if (character === ' ' || character === '\t' || character === '\f') at += 1
      else if (isForeign(text, at)) {
        const point = String.fromCodePoint(text.codePointAt(at) ?? 0)
        fault(at, at + point.length, `unexpected character ${JSON.stringify(point)}`)
        edits.push({ at, remove: point.length, insert: ' '.repeat(point.length) })
        at += point.length
      } else {
        if (character === ':') {
          colon = at
          hasColon ||= open.length === 0
        }
        token(1)
      }
    }
    if (end > first) {
      const word = /^[A-Za-z_]\w*/.exec(text.slice(first, first + 40))?.[0] ?? ''
      lines.push({ start, indent, first, end, word, hasColon, endsWithColon: lastToken === ':' })
    }
  }
  return { lines, faults, edits }

  function closeOne(
    character: string,
    open: { readonly character: string; readonly offset: number }[],
    inserted: string[],
  ): void {
    const top = open.at(-1)
    if (top === undefined) {
      const meant = inserted.indexOf(character)
      if (meant < 0) fault(at, at + 1, `'${character}' closes nothing`)
      else inserted.splice(meant, 1)
      edits.push({ at, remove: 1, insert: ' ' })
      return
    }
    if (closerOf[top.character] === character) {
      open.pop()
      return
    }
    fault(at, at + 1, `'${character}' does not close '${top.character}'`)
    const outer = open.findLastIndex((bracket) => closerOf[bracket.character] === character)
    if (outer < 0) {
      edits.push({ at, remove: 1, insert: closerOf[top.character] ?? '' })
      open.pop()
      return
    }
    const closers = open
      .splice(outer)
      .slice(1)
      .reverse()
      .map((bracket) => closerOf[bracket.character] ?? '')
    inserted.push(...closers)
    edits.push({ at, remove: 0, insert: closers.join('') })
  }
}

function isNewline(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

/** The next line that is neither blank nor a comment. */
function nextCode(text: string, from: number): string {
  return /^(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*([^\r\n]*)/.exec(text.slice(from))?.[1] ?? ''
}

/** A character that no Python token has. */
function isForeign(text: string, at: number): boolean {
  const character = text[at] ?? ''
  if (character === '!') return text[at + 1] !== '='
  if (character > '\x7e') return !/^[\p{ID_Start}\p{ID_Continue}]/u.test(text.slice(at, at + 2))
  return character < ' ' || character === '$' || character === '?' || character === '`'
}
