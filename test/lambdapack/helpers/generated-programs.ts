/** Random LAmbdaPACK programs: strided, reversed, triangular, 2**level, guarded and multi-output loops on matrices of every kind. */

import fc from 'fast-check'

export interface GeneratedProgram {
  readonly text: string
  readonly args: { readonly N: number; readonly M: number }
  readonly aliases: Readonly<Record<string, string>>
}

/** Name and number of indices of the parameters. */
const matrices: readonly (readonly [string, number])[] = [
  ['A', 1],
  ['B', 2],
  ['C', 2],
  ['D', 3],
  ['G', 2],
  ['H', 1],
]

const header =
  'def generated(A: BigMatrix, B: BigMatrix, C: BigMatrix, D: BigMatrix, G: BigMatrix[N, M + 1] = 0, H: BigMatrix[N * 2], N: int, M: int):'

class Builder {
  readonly #below: (limit: number) => number
  readonly lines: string[] = [header]
  #names = 0
  #calls = 0

  constructor(below: (limit: number) => number) {
    this.#below = below
  }

  pick<T>(...choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T
  }

  /** `powers`: variables known to be small and not negative, fit for an exponent. */
  block(depth: number, indent: string, variables: readonly string[], powers: readonly string[]): void {
    const scope = [...variables]
    const count = 1 + this.#below(3)
    for (let k = 0; k < count; k++) {
      const kind = this.#below(10)
      if (kind < 4 && depth < 3 && indent.length <= 16) this.loop(depth, indent, scope, powers)
      else if (kind < 6 && depth > 0 && indent.length <= 16) this.guard(depth, indent, scope, powers)
      else if (kind === 6 && depth > 0) this.scalar(indent, scope, powers)
      else if (this.#calls < 7) this.call(indent, scope, powers)
      else this.lines.push(`${indent}pass`)
    }
  }

  loop(depth: number, indent: string, scope: readonly string[], powers: readonly string[]): void {
    const name = `v${this.#names++}`
    const inner = `${indent}    `
    const outer = this.variable(scope)
    const small = powers.length > 0 ? this.pick(...powers) : undefined
    const range = this.pick(
      'N',
      '0, M',
      '1, N',
      `${outer}, N`,
      `${outer} + 1, N + 1`,
      `0, ${outer} + 1`,
      'N - 1, -1, -1',
      `N + 1, ${outer} - 1, -2`,
      '0, 2 * N, 2',
      '-2, N, 3',
      '0, ceiling(log(N) / log(2))',
      `0, N, ${small ? `2 ** ${small}` : '2'}`,
      `0, N, ${small ? `2 ** (${small} + 1)` : '1'}`,
      `min(${outer}, M), max(N, ${outer})`,
    )
    this.lines.push(`${indent}for ${name} in range(${range}):`)
    this.block(depth + 1, inner, [...scope, name], range.includes('log') ? [...powers, name] : powers)
  }

  guard(depth: number, indent: string, scope: readonly string[], powers: readonly string[]): void {
    const inner = `${indent}    `
    const branches = this.#below(3)
    this.lines.push(`${indent}if ${this.test(scope, powers)}:`)
    this.block(depth, inner, scope, powers)
    for (let k = 0; k < branches - 1; k++) {
      this.lines.push(`${indent}elif ${this.test(scope, powers)}:`)
      this.block(depth, inner, scope, powers)
    }
    if (branches > 0) {
      this.lines.push(`${indent}else:`)
      this.block(depth, inner, scope, powers)
    }
  }

  scalar(indent: string, scope: string[], powers: readonly string[]): void {
    const name = `s${this.#names++}`
    if (this.#below(2) === 0) this.lines.push(`${indent}${name} = ${this.index(scope, powers)}`)
    else
      this.lines.push(
        `${indent}if ${this.test(scope, powers)}:`,
        `${indent}    ${name} = ${this.index(scope, powers)}`,
        `${indent}else:`,
        `${indent}    ${name} = ${this.index(scope, powers)}`,
      )
    scope.push(name)
  }

  call(indent: string, scope: readonly string[], powers: readonly string[]): void {
    this.#calls++
    const targets = Array.from({ length: 1 + this.#below(2) }, () => this.tile(scope, powers))
    const reads = Array.from({ length: this.#below(4) }, () => this.tile(scope, powers))
    const scalars = this.pick([], [this.index(scope, powers)], ['0.5', `scale=${this.variable(scope)} / 4`])
    this.lines.push(`${indent}${targets.join(', ')} = work(${[...reads, ...scalars].join(', ')})`)
  }

  tile(scope: readonly string[], powers: readonly string[]): string {
    const [name, rank] = matrices[this.#below(matrices.length)]!
    return `${name}[${Array.from({ length: rank }, () => this.index(scope, powers)).join(', ')}]`
  }

  variable(scope: readonly string[]): string {
    return scope.length === 0 ? '0' : this.pick(...scope)
  }

  index(scope: readonly string[], powers: readonly string[]): string {
    const [a, b] = [this.variable(scope), this.variable(scope)]
    const small = powers.length > 0 ? this.pick(...powers) : undefined
    return this.pick(
      a,
      a,
      a,
      `${a} + 1`,
      `${a} - 1`,
      `${a} + ${b}`,
      `${a} - ${b}`,
      `2 * ${a} + 1`,
      `N - 1 - ${a}`,
      `-${a}`,
      `${a} // 2`,
      `${a} % 3`,
      `(${a} + ${b}) // 2`,
      `(2 * ${a} + 4 * ${b}) / 2`,
      `${a} * ${b}`,
      `(${b} - 1) * ${a}`,
      `N * ${a} + ${b}`,
      `min(${a}, ${b} + 1)`,
      small ? `${a} + 2 ** ${small}` : a,
      small ? `${a} - 2 ** (${small} + 1)` : `${a} - M`,
      small ? `floor(log(${small} + 1) / log(2))` : '0',
      String(this.#below(3)),
    )
  }

  test(scope: readonly string[], powers: readonly string[]): string {
    const [a, b] = [this.variable(scope), this.variable(scope)]
    return this.pick(
      `${a} == ${this.#below(3)}`,
      `${a} == ${b}`,
      `${a} + 1 == ${this.index(scope, powers)}`,
      `${a} < ${b} + 1`,
      `${a} % 2 == 0`,
      `${a} % 2`,
      `${a} > 0 and ${b} != 1`,
      `${a} == 1 or ${b} == 0`,
      `not (${a} >= 1)`,
      `0 <= ${a} < N - 1`,
      `${a} == 0 and ${b} < 2`,
    )
  }
}

/** Programs and small arguments for them. They may write a tile twice, and an expression in them may have no value. */
export const generatedProgram: fc.Arbitrary<GeneratedProgram> = fc.gen().map((gen) => {
  const builder = new Builder((limit) => gen(fc.nat, { max: limit - 1 }))
  builder.block(0, '    ', [], [])
  const aliases = builder.pick<Readonly<Record<string, string>>>({}, {}, { C: 'B' })
  return {
    text: `${builder.lines.join('\n')}\n`,
    args: { N: 1 + gen(fc.nat, { max: 5 }), M: gen(fc.nat, { max: 4 }) },
    aliases,
  }
})
