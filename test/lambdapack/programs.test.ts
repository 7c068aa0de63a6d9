import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { compareWithOracle } from './helpers/compare-with-oracle.ts'
import { programOf } from './helpers/compile-text.ts'
import { bdfac, qr, tsqr } from './helpers/factorizations.ts'

const folder = new URL('../../src/lambdapack/programs/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.lp'))

/** Trees of QR: one tile, tall, wide and square; binary, domains that are full and short, flat. */
const treeCases = [
  { M: 1, N: 1, d: 1 },
  { M: 5, N: 2, d: 1 },
  { M: 5, N: 3, d: 2 },
  { M: 7, N: 1, d: 3 },
  { M: 3, N: 5, d: 2 },
  { M: 4, N: 4, d: 4 },
]

/** Grids of tiles: one, more than four in a row or column, few. */
const grids = [
  { M: 1, N: 1 },
  { M: 5, N: 2 },
  { M: 2, N: 9 },
]

/** Arguments under which each shipped program is held against the expander. */
const shipped: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>> = {
  center: [
    { M: 1, N: 1, m: 3 },
    { M: 6, N: 2, m: 9 },
  ],
  components: [
    { M: 1, N: 1, K: 1, m: 3, k: 1, kb: 1 },
    { M: 2, N: 3, K: 2, m: 9, k: 5, kb: 3, scores: 1 },
  ],
  sy2sb: [
    { n: 3, t: 4, b: 2 },
    { n: 12, t: 4, b: 3 },
    { n: 9, t: 4, b: 4 },
    { n: 5, t: 2, b: 7 },
  ],
  syevd_2stage: [{ n: 7, t: 3, b: 2 }],
  syevd_2stage_vectors: [{ n: 7, t: 3, b: 2 }],
  gather_lower: [
    { n: 3, t: 3 },
    { n: 7, t: 3 },
  ],
  syevd: [{ n: 7, t: 3 }],
  syevd_vectors: [{ n: 7, t: 3 }],
  cholesky: [{ N: 1 }, { N: 2 }, { N: 5 }, { N: 4, truncate: 1 }, { N: 4, truncate: 3 }],
  ge2gb: [
    { n: 3, t: 4, b: 2 },
    { n: 8, t: 4, b: 2 },
    { n: 9, t: 4, b: 4 },
  ],
  svd_square_values: [
    { n: 7, t: 3, b: 3 },
    { n: 7, t: 4, b: 2, upper: 1 },
  ],
  svd_square: [
    { n: 7, t: 4, b: 2 },
    { n: 5, t: 4, b: 2, upper: 1, left: 0 },
    { n: 3, t: 4, b: 1, right: 0 },
  ],
  svd_qr_values: [{ m: 9, n: 5, t: 4, b: 2, d: 2 }],
  svd_qr: [
    { m: 9, n: 5, t: 4, b: 2, d: 2 },
    { m: 9, n: 6, t: 4, b: 4, d: 3, full: 1 },
    { m: 9, n: 5, t: 4, b: 2, d: 1, left: 0 },
  ],
  svd_tall_values: [{ M: 5, d: 2 }],
  svd_tall: [
    { M: 5, d: 2 },
    { M: 3, d: 1, left: 0 },
    { M: 1, d: 1 },
  ],
  svd_tile_values: [{}],
  svd_tile: [
    { m: 9, n: 5, mb: 4, nb: 2 },
    { m: 5, n: 9, mb: 2, nb: 4, full: 1, left: 0 },
  ],
  tsqr_multiply: [
    { M: 1, d: 1 },
    { M: 7, d: 2 },
  ],
  svd_rank: [
    { M: 3, N: 2, dm: 1, dn: 1, nb: 4, k: 2, l: 3, power: 1, probes: 2, seed: 0 },
    { M: 1, N: 3, dm: 1, dn: 2, nb: 4, k: 2, l: 3, power: 0, probes: 2, seed: 0, left: 0, right: 0 },
  ],
  orthonormalize: [
    { M: 1, d: 1, e: 0, steps: 1 },
    { M: 5, d: 2, e: 1, steps: 2 },
  ],
  extend_unit: [
    { m: 9, n: 5, t: 4 },
    { m: 4, n: 4, t: 4 },
  ],
  gemm: [
    { M: 1, N: 1, K: 1 },
    { M: 2, N: 3, K: 2 },
    { M: 3, N: 2, K: 5, alpha: -0.5 },
  ],
  gemm_accumulate: [
    { M: 2, N: 1, K: 1, beta: 2 },
    { M: 2, N: 2, K: 4, alpha: 0.1, beta: -1 },
  ],
  gemm_tree: [1, 2, 3, 4, 5, 6, 7, 8].map((K) => ({ M: 2, N: 1, K })),
  getrf: [
    { M: 1, N: 1 },
    { M: 5, N: 5 },
    { M: 7, N: 2 },
    { M: 2, N: 6 },
  ],
  getri: [{ N: 1 }, { N: 2 }, { N: 6 }],
  getrs: [
    { N: 1, R: 1 },
    { N: 5, R: 2 },
  ],
  getrs_transposed: [
    { N: 1, R: 1 },
    { N: 5, R: 2 },
  ],
  inverse: [
    { N: 1, nb: 4 },
    { N: 3, nb: 4 },
  ],
  largest: [
    { M: 1, N: 1 },
    { M: 3, N: 6 },
    { M: 5, N: 9, trapezoid: 1 },
  ],
  lu: [
    { M: 1, N: 1 },
    { M: 6, N: 6 },
    { M: 18, N: 2 },
  ],
  ...Object.fromEntries(
    ['transpose', 'reshard', 'sum_all', 'sum_columns', 'sum_rows', 'column_sums', 'row_sums'].map((name) => [
      name,
      grids,
    ]),
  ),
  ...Object.fromEntries(['norm_columns', 'norm_rows', 'norm_frobenius', 'norm_max'].map((name) => [name, grids])),
  map: [0, 1, 2, 3, 4].map((op) => ({ M: 2, N: 3, op })),
  map_pair: [0, 1, 2].map((op) => ({ M: 2, N: 3, op })),
  posv: [
    { N: 1, R: 1 },
    { N: 3, R: 2 },
  ],
  trsm_lower_steps: [{ N: 3, R: 2, T: 2 }],
  trsm_lower_transposed_steps: [{ N: 3, R: 1, T: 2 }],
  trsm_upper_steps: [{ N: 3, R: 2, T: 1 }],
  refined: [{ M: 3, N: 2, R: 2, T: 3 }],
  residuals: [
    { M: 1, N: 1, R: 2, T: 2 },
    { M: 4, N: 3, R: 1, T: 1 },
  ],
  residuals_symmetric: [{ N: 3, R: 2, T: 2 }],
  norm_one: [{ M: 3, N: 2 }],
  norm_one_symmetric: [{ N: 3 }],
  norm_one_lower: [{ N: 3 }],
  norm_one_upper: [{ N: 3 }],
  condition_lower: [{ N: 2, n: 14, nb: 8 }],
  condition_upper: [{ N: 2, n: 14, nb: 8 }],
  trtrs_lower: [{ N: 2, R: 2, n: 14, nb: 8 }],
  trtrs_lower_transposed: [{ N: 2, R: 1, n: 14, nb: 8 }],
  copied: [{ M: 2, N: 3 }],
  gels: [
    { M: 1, N: 1, K: 1, d: 1, ib: 8, n: 3, nb: 8 },
    { M: 5, N: 2, K: 2, d: 2, ib: 8, n: 14, nb: 8 },
    { M: 3, N: 3, K: 1, d: 3, ib: 8, n: 20, nb: 8 },
  ],
  gelsd: [{ rcond: 0.5 }],
  gels_least_norm: [{ M: 5, N: 2, K: 2, d: 2, ib: 8, n: 14, nb: 8 }],
  times_q: [{ M: 4, N: 2, K: 1, d: 4, ib: 8 }],
  column_maxima: [{ N: 2, R: 2, T: 2 }],
  norm_infinity: [{ M: 2, N: 3 }],
  converted_steps: [{ N: 2, R: 1, T: 2, to: 32 }],
  posv_mixed: [{ N: 2, R: 2, T: 2, n: 14, nb: 8 }],
  gesv_mixed: [{ N: 2, R: 1, T: 3, n: 14, nb: 8 }],
  estimate_ends: [{ N: 3, n: 20, nb: 8 }],
  condition_cholesky: [{ N: 2, n: 14, nb: 8 }],
  condition_lu: [{ N: 2, n: 14, nb: 8 }],
  permuted_steps: [{ N: 5, R: 2, T: 2 }],
  posvx: [
    { N: 1, R: 1, T: 1, n: 3, nb: 3 },
    { N: 3, R: 2, T: 2, n: 20, nb: 8 },
  ],
  gesvx: [
    { N: 1, R: 1, T: 1, n: 3, nb: 3 },
    { N: 5, R: 1, T: 2, n: 40, nb: 8 },
  ],
  geqrf: treeCases,
  qr: treeCases,
  orgqr: treeCases.filter(({ M, N }) => N <= M).map(({ M, N, d }) => ({ M, K: N, d })),
  ormqr: treeCases.flatMap(({ M, N, d }) => (N <= M ? [N, M].map((L) => ({ M, K: N, N: 2, L, d })) : [])),
  ormqr_transposed: treeCases.filter(({ M, N }) => N <= M).map(({ M, N, d }) => ({ M, K: N, N: 2, d })),
  tsqr: treeCases.map(({ M, d }) => ({ M, d })),
  tsqr_q: treeCases.map(({ M, d }) => ({ M, d })),
  potri: [{ N: 1 }, { N: 4 }],
  trtri_lower: [{ N: 1 }, { N: 5 }],
  trsm_lower: [
    { N: 1, R: 1 },
    { N: 4, R: 2 },
  ],
  trsm_lower_transposed: [
    { N: 1, R: 1 },
    { N: 4, R: 2 },
  ],
  trsm_upper: [
    { N: 1, R: 2 },
    { N: 4, R: 1 },
  ],
  trsm_upper_transposed: [
    { N: 1, R: 2 },
    { N: 4, R: 1 },
  ],
}

/** Programs call each other across files. */
const library = files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')

for (const file of files) {
  const name = file.replace('.lp', '')
  test(`${file} writes each tile once and its analysis agrees with the expander`, (t) => {
    const program = programOf(library, name)
    const cases = shipped[name]
    t.truthy(cases, 'state arguments for it')
    for (const args of cases ?? []) t.true(compareWithOracle(program, args), JSON.stringify(args))
  })
}

for (const [name, text, cases] of [
  ['TSQR', tsqr, [1, 2, 3, 5, 8, 11].map((N) => ({ N }))],
  [
    'QR',
    qr,
    [
      { N: 1, depth: 1 },
      { N: 3, depth: 3 },
      { N: 5, depth: 4 },
      { N: 4, depth: 3, truncate: 2 },
    ],
  ],
  [
    'BDFAC',
    bdfac,
    [
      { N: 1, truncate: 0 },
      { N: 2, truncate: 0 },
      { N: 4, truncate: 0 },
      { N: 5, truncate: 2 },
    ],
  ],
] as const)
  test(`${name}: 2 ** level, several targets and absent operands agree with the expander`, (t) => {
    for (const args of cases) t.true(compareWithOracle(programOf(text), { ...args }), JSON.stringify(args))
  })
