/** `; did you mean 'potrf'?` for the candidate that is nearest in spelling, or nothing. */
export function suggest(name: string, candidates: Iterable<string>): string {
  let best: string | undefined
  // A slip or two in a longer name, none in a letter.
  let least = (name.length > 3 ? 2 : name.length > 1 ? 1 : 0) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (candidate !== name && distance < least) [best, least] = [candidate, distance]
  }
  return best === undefined ? '' : `; did you mean '${best}'?`
}

/** Insertions, deletions and replacements that turn a into b (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
