import type { Repaired } from './context.ts'

/** `remove` characters at `at` are replaced by `insert`. */
export interface Edit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** Applies edits to a text, and keeps the way back to its offsets. Edits must not overlap. */
export function applyEdits(source: string, edits: readonly Edit[]): Repaired {
  const sorted = [...edits].sort((a, b) => a.at - b.at)
  const pieces: string[] = []
  /** From this offset of the new text on, offsets differ by `shift`. */
  const marks: { readonly from: number; readonly shift: number }[] = [{ from: 0, shift: 0 }]
  let length = 0
  let at = 0
  for (const edit of sorted) {
    pieces.push(source.slice(at, edit.at), edit.insert)
    length += edit.at - at
    // What was inserted belongs to the place of insertion.
    for (let k = 0; k < edit.insert.length; k += 1) marks.push({ from: length + k, shift: edit.at - (length + k) })
    length += edit.insert.length
    at = edit.at + edit.remove
    marks.push({ from: length, shift: at - length })
  }
  pieces.push(source.slice(at))
  const toSource = (offset: number): number => {
    let low = 0
    let high = marks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((marks[middle]?.from ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return Math.min(source.length, offset + (marks[low]?.shift ?? 0))
  }
  return { text: pieces.join(''), toSource }
}
