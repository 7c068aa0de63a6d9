import type { SyntaxNode } from '@lezer/common'
import type { Context } from './context.ts'

const escapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text of a string literal that stands first in a program; reports a literal that Python would refuse. */
export function docstringOf(context: Context, node: SyntaxNode): string {
  const literal = context.text(node)
  const parts = /^([rRuU]?)('''|"""|'|")([\s\S]*)\2$/.exec(literal)
  if (parts === null || (parts[2]?.length === 1 && /(^|[^\\])(\\\\)*[\r\n]/.test(parts[3] ?? ''))) {
    const ended = /^[a-zA-Z]*('''|"""|'|")/.exec(literal)?.[0].length !== literal.length && /['"]$/.test(literal)
    const refused = ended && /^[a-zA-Z]+/.test(literal)
    context.hole(
      refused ? 'unsupported' : 'syntax',
      node,
      refused ? 'a docstring is a plain string' : 'this string does not end',
    )
    return ''
  }
  const text = (parts[3] ?? '').replaceAll(/\r\n?/g, '\n')
  if (/^[rR]$/.test(parts[1] ?? '')) return text
  return text.replaceAll(
    /\\([0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g,
    (whole, code: string) => {
      const plain = escapes[code]
      if (plain !== undefined) return plain
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
      const point = Number.parseInt(code.slice(1), 16)
      if (code.length > 1 && point <= 0x10ffff) return String.fromCodePoint(point)
      if (/^[xuUN]/.test(code)) context.hole('syntax', node, `'${whole}' is no escape that Python knows`)
      return whole
    },
  )
}
