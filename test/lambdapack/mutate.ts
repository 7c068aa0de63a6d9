const fragments = [
  ...'()[]{}:,;=.+-*/%<>!@$?\'"\\#\t\n 0'.split(''),
  ...[
    '    ',
    '  ',
    '\n\n',
    '\r\n',
    '\f',
    '==',
    '**',
    '//',
    ' in ',
    ' is ',
    ' not ',
    ' and ',
    ' or ',
    'if ',
    'else:',
    'elif x:',
  ],
  ...[
    'for ',
    'def ',
    'return ',
    'pass',
    'lambda ',
    'while ',
    'import ',
    'with ',
    'try:',
    'yield ',
    'await ',
    'async ',
    'None',
    'as ',
  ],
  ...[
    '0x1',
    '1e',
    '1_',
    '01',
    '1.5.2',
    'é',
    '€',
    '"""',
    "'",
    'f"',
    'N=1',
    '*N',
    '**N',
    ':=',
    '->',
    '+=',
    '...',
    '\u00a0',
    'del ',
    '1abc',
  ],
]

/** A text with one to three characters, tokens or lines deleted, doubled, swapped or put in; the same for the same seed. */
export function mutate(text: string, seed: number): string {
  const random = generator(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  let mutant = text
  for (let k = 1 + below(3); k > 0; k -= 1) {
    const at = below(mutant.length + 1)
    const length = 1 + below(random() < 0.8 ? 3 : 30)
    const fragment = fragments[below(fragments.length)] ?? ''
    switch (below(5)) {
      case 0:
        mutant = mutant.slice(0, at) + mutant.slice(at + length)
        break
      case 1:
        mutant = mutant.slice(0, at) + fragment + mutant.slice(at)
        break
      case 2:
        mutant = mutant.slice(0, at) + fragment + mutant.slice(at + length)
        break
      case 3: {
        const lines = mutant.split('\n')
        const [line] = lines.splice(below(lines.length), 1)
        lines.splice(below(lines.length), 0, line ?? '')
        mutant = lines.join('\n')
        break
      }
      default:
        mutant = mutant.slice(0, at) + mutant.slice(at, at + length) + mutant.slice(at)
    }
  }
  return mutant
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
