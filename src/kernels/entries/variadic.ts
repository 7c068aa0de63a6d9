/** Kernels over several tiles of a row or column of tiles, of which the last ones may lie outside of the grid. */

import { KernelArgumentError } from '../errors.ts'

/** Operands from `first` on that are there. @throws KernelArgumentError when none is, or when one follows an absent one */
export function present<T>(
  kernel: string,
  operands: readonly (T | undefined)[],
  first: number,
  name: string,
): readonly T[] {
  const given = operands.slice(first)
  const end = given.indexOf(undefined)
  const found = (end < 0 ? given : given.slice(0, end)) as readonly T[]
  if (found.length === 0) {
    throw new KernelArgumentError(kernel, name, `${kernel}: operand ${first} (${name}) is absent and must be given`)
  }
  const stray = given.findIndex((value, i) => value !== undefined && i >= found.length)
  if (stray < 0) return found
  throw new KernelArgumentError(
    kernel,
    name,
    `${kernel}: operand ${first + stray} is given after the absent operand ${first + found.length}; only the last ones may be absent`,
  )
}

/** The same two by two. */
export function presentPairs<T>(
  kernel: string,
  operands: readonly (T | undefined)[],
  first: number,
  names: readonly [string, string],
): readonly (readonly [T, T])[] {
  const found = present(kernel, operands, first, names[0])
  if (found.length % 2 !== 0) {
    const at = first + found.length
    throw new KernelArgumentError(
      kernel,
      names[1],
      `${kernel}: operand ${at} (${names[1]}) is absent though operand ${at - 1} (${names[0]}) is there`,
    )
  }
  return Array.from({ length: found.length / 2 }, (_, i) => [found[2 * i] as T, found[2 * i + 1] as T] as const)
}

/** All operands that are there, wherever. @throws KernelArgumentError when none is */
export function everyPresent<T>(kernel: string, operands: readonly (T | undefined)[]): readonly [T, ...T[]] {
  const [first, ...rest] = operands.filter((value) => value !== undefined)
  if (first !== undefined) return [first, ...rest]
  throw new KernelArgumentError(kernel, 'operands', `${kernel}: every operand is absent; one is needed`)
}
