import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** Functions of one element, in the order of the addon's codes. */
const functions = ['abs', 'exp', 'sqrt', 'log'] as const
export type ElementFunction = (typeof functions)[number]

/** A := f(A), element by element, as the C library computes it: sqrt(-1) is NaN, exp(1000) infinite, log(0) -infinity. */
export async function applyFunction(a: Tile, name: ElementFunction): Promise<void> {
  await callNative((addon) => addon.applyFunction(a, functions.indexOf(name)))
}

/** C := C ./ A, element by element, both m x n. */
export async function divide(c: Tile, a: Tile): Promise<void> {
  await callNative((addon) => addon.divide(c, a))
}
