// Factors a matrix, judges the factor, reads a corner of it and solves with it. Run it in an empty folder: `node first-session.ts`.

// #region connect
import { connect } from 'numpywren'

await using npw = await connect({ store: 'work', slots: 2 })
// #endregion

// #region factor
const A = await npw.generate('spd', 'A', { shape: [1000, 1000], tile: [256, 256], seed: 7 })
const { L, summary } = await npw.cholesky(A, { out: 'L' })
console.log(`${summary.tasks} tasks, ${summary.flops} flops, run ${summary.runId}`)
// #endregion

// #region verify
const { formula, ratio, threshold, passed } = await npw.verify('cholesky', { A, L })
console.log(`${formula} = ${ratio.toPrecision(3)}, at most ${threshold}: ${passed}`)
// #endregion

// #region read
const { data, shape } = await L.read([0, 3], [0, 2]) // rows 0 to 2, columns 0 and 1, row-major
console.log(shape, data)
// #endregion

// #region solve
const B = await npw.generate('normal', 'B', { shape: [1000, 2], tile: [256, 2] })
const { X } = await npw.solve(A, B, { out: 'X' })
await npw.export(X, 'X.npy')
// #endregion
