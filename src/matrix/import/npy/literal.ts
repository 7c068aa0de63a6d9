/** The part of Python's literal syntax that .npy headers use: strings, integers, True, False, None, tuples, lists, dicts. */

import { InputError } from '../../../errors.ts'

export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>

/** What is wrong with a literal and at which character (from 0). */
export class LiteralError extends InputError {
  override readonly _tag = 'LiteralError'
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const maxDepth = 16

/** Reads one literal that fills `text`, white space aside, in linear time. @throws LiteralError */
export function parseLiteral(text: string): Literal {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.skipSpace()
  if (!reader.isAtEnd) throw new LiteralError('something follows the end of the header', reader.at)
  return value
}

class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  skipSpace(): void {
    while (!this.isAtEnd && ' \t\r\n\f'.includes(this.text[this.at]!)) this.at++
  }

  value(depth: number): Literal {
    if (depth > maxDepth) throw new LiteralError(`nested deeper than ${maxDepth} levels`, this.at)
    this.skipSpace()
    const next = this.text[this.at]
    if (next === '{') return this.#dict(depth)
    if (next === '(' || next === '[') return this.#sequence(depth)
    const quoted = this.#match(/[ub]?(['"])((?:(?!\1)[^\\\n])*)\1/y)
    if (quoted) return quoted[2]!
    const integer = this.#match(/[+-]?\d{1,20}(?![\d.eE])L?/y)
    if (integer) return Number(integer[0].replace('L', ''))
    const word = this.#match(/True|False|None/y)
    if (word) return word[0] === 'None' ? null : word[0] === 'True'
    throw new LiteralError(
      this.isAtEnd ? 'the header ends too early' : 'this is no string, integer, tuple or dict',
      this.at,
    )
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match) this.at += match[0].length
    return match ?? undefined
  }

  #sequence(depth: number): Literal {
    const close = this.text[this.at++] === '(' ? ')' : ']'
    const items: Literal[] = []
    let isTuple = close === ']'
    while (!this.#take(close)) {
      items.push(this.value(depth + 1))
      if (this.#take(',')) isTuple = true
      else if (this.#take(close)) break
      else throw new LiteralError(`expected , or ${close}`, this.at)
    }
    // Python: (5) is 5, (5,) is a tuple.
    return isTuple || items.length !== 1 ? items : items[0]!
  }

  #dict(depth: number): Literal {
    this.at++
    const entries = new Map<string, Literal>()
    while (!this.#take('}')) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string') throw new LiteralError('a key is not a string', this.at)
      if (!this.#take(':')) throw new LiteralError('expected :', this.at)
      entries.set(key, this.value(depth + 1))
      if (this.#take(',')) continue
      if (this.#take('}')) break
      throw new LiteralError('expected , or }', this.at)
    }
    return entries
  }

  #take(symbol: string): boolean {
    this.skipSpace()
    if (this.text[this.at] !== symbol) return false
    this.at++
    return true
  }
}
