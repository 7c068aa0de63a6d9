/**
 * The number that `text` spells as Python's `float()` reads it: decimal digits with sign, point and exponent, or nan, inf, infinity in
 * any case, between blanks. Correctly rounded. @returns undefined for anything else, such as '', '0x10' or '1,5'
 */
export function parseNumber(text: string): number | undefined {
  const value = Number(text)
  // JavaScript alone reads '' and ' ' as 0, and knows 0x, 0o and 0b.
  if (value === 0 && !text.includes('0')) return undefined
  if (!Number.isNaN(value)) return /^\s*0[xob]/i.test(text) ? undefined : value
  const match = /^\s*([+-]?)(nan|inf|infinity)\s*$/i.exec(text)
  if (!match) return undefined
  const magnitude = match[2]!.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY
  return match[1] === '-' ? -magnitude : magnitude
}
