/** Programs whose tasks the benchmarks of coordinators hand out, by name. */

import { readFile } from 'node:fs/promises'
import { type CompiledProgram, compile, parse } from '../src/lambdapack/index.ts'

const texts = {
  independent: `def independent(A: BigMatrix, B: BigMatrix, N: int):
    for i in range(0, N):
        B[i] = copy(A[i])
`,
  grid: `def grid(A: BigMatrix, S: BigMatrix, N: int, M: int):
    for i in range(0, N):
        for j in range(0, M):
            if i == 0:
                S[0, j] = copy(A[j])
            else:
                S[i, j] = add(S[i - 1, j], S[i - 1, (j + 1) % M])
`,
}

/** `independent:100000`, `grid:1000` (rows of 100) or `cholesky:84` (tiles a side). */
export async function benchProgram(name: string): Promise<CompiledProgram> {
  const [kind = '', size = ''] = name.split(':')
  const N = Number(size)
  if (kind === 'independent') return fromText(texts.independent, { N })
  if (kind === 'grid') return fromText(texts.grid, { N, M: 100 })
  const text = await readFile(new URL('../src/lambdapack/programs/cholesky.lp', import.meta.url), 'utf8')
  return fromText(text, { N, truncate: 0 })
}

function fromText(text: string, args: Readonly<Record<string, number>>): CompiledProgram {
  const { module } = parse({ name: 'bench.lp', text })
  return compile(module.programs[0]!, args, { source: text })
}
