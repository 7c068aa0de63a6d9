// Factors and decomposes matrices, judges the results, and reads what the numbers showed. Run it in an empty folder.

import { connect } from 'numpywren'

await using npw = await connect({ store: 'work' })

// #region qr
const A = await npw.generate('normal', 'A', { shape: [700, 300], tile: [128, 128] })
const { Q, R } = await npw.qr(A, { out: 'R', q: 'Q' }) // without q, Q is not computed
const { ratio, passed } = await npw.verify('qr', { A, Q, R })
console.log(`qr: ratio ${ratio.toPrecision(2)}, ${passed}`)
// #endregion

// #region eigh
const S = await npw.generate('heev', 'S', { shape: [300, 300], tile: [128, 128], cond: 1e6 })
const { W, V } = await npw.eigh(S, { values: 'W', vectors: 'V' })
const { data } = await W.read() // ascending
console.log(`eigenvalues from ${data[0]?.toFixed(4)} to ${data.at(-1)?.toFixed(4)}, vectors ${V?.layout.shape}`)
// #endregion

// #region call
const growing = await npw.generate('gfpp', 'growing', { shape: [200, 200], tile: [64, 64] })
const { L, U, P, report } = await npw.call('lu', { A: growing }, { out: 'lu' }) // any algorithm by its name
console.log(report.facts) // { info: 0, growth: 1e35 or so }
for (const warning of report.warnings) console.log(warning)
console.log(`lu: ${(await npw.verify('lu', { A: growing, L, U, P })).passed}`)
// #endregion

// #region solve
const b = await npw.generate('normal', 'b', { shape: [200, 1], tile: [64, 1] })
const { X, report: solved } = await npw.solve(growing, b, { out: 'X' })
console.log(`solved by ${solved.facts.method}: ${(await npw.verify('solve', { A: growing, X, B: b })).passed}`)
// #endregion
