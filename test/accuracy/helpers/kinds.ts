/** The kinds of zoo.py by what an algorithm may rely on. */

const modes = (prefix: string): string[] => [
  ...[1, 2, 3, 4, 5].flatMap((mode) => ['1e+04', '1e+12'].map((cond) => `${prefix} mode ${mode}, cond ${cond}`)),
  `${prefix} mode 6`,
]

/** Of any shape, of full rank as far as rounding lets it. */
export const rectangular: readonly string[] = [
  'rand',
  'rands',
  'randn',
  'integer',
  ...modes('svd'),
  'clustered singular values',
  'graded rows',
  'scaled to 1e150',
  'scaled to 1e-150',
  'hilbert',
  'lotkin',
  'cauchy',
  'kahan',
  'triw',
  'riemann',
  'parter',
  'orthog',
  'identity',
]
/** Of any shape, with exact or numerical zeros among the singular values. */
export const deficient: readonly string[] = [
  'all zero',
  'all one',
  'two zero columns',
  'rank a half',
  'rank a half, exact',
]
/** Square and not singular. */
export const square: readonly string[] = [
  'wilkinson',
  'gfpp',
  'frank',
  'clement',
  'permutation',
  'zero leading block',
  'leading block 1e-4',
  'leading block 1e-8',
  'leading block 1e-12',
]
/** Square and singular. */
export const singular: readonly string[] = ['chebspec']
/** Symmetric positive definite. */
export const definite: readonly string[] = [
  'spd',
  ...modes('poev'),
  'minij',
  'moler',
  'lehmer',
  'kms',
  'hilbert, order 12',
  'poisson, three dimensions',
  'graded from 1e-16 to 1e16',
  'spd scaled to 1e150',
  'spd scaled to 1e-150',
  'symmetric identity',
]
/** Symmetric. */
export const indefinite: readonly string[] = [
  'symmetric randn',
  'symmetric integer',
  ...modes('heev'),
  'clustered eigenvalues',
  'symmetric clement',
  'symmetric orthog',
  'wilkinson W+',
  'symmetric hilbert',
  'symmetric, scaled to 1e150',
  'symmetric, scaled to 1e-150',
  'symmetric, all zero',
  'symmetric, all one',
]
