import type { RowBand } from './bands.ts'

/** Characters of one piece of text, roughly. */
const pieceChars = 2 ** 20

/** The rows as lines of numbers with commas; each number is the shortest text that reads back as the same number of its type. */
export function* csvLines({ rows, cols, data }: RowBand): Generator<string, void, undefined> {
  const spell = data instanceof Float32Array ? spellSingle : spellDouble
  let piece = ''
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) piece += (c === 0 ? '' : ',') + spell(data[r * cols + c]!)
    piece += '\n'
    if (piece.length >= pieceChars) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

/** Other programs read inf, not Infinity; and -0 keeps its sign. */
function spellDouble(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}

/** Below this a single-precision number has fewer than 24 significant bits. */
const leastNormalSingle = 2 ** -126

/** Nine digits tell all single-precision numbers apart, and each text of at most six belongs to a normal one of its own. */
function spellSingle(value: number): string {
  if (!Number.isFinite(value) || value === 0) return spellDouble(value)
  for (let digits = Math.abs(value) < leastNormalSingle ? 1 : 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return String(rounded)
  }
  return String(Number(value.toPrecision(9)))
}
