// Checks, compiles, draws and runs a program of one's own, examples/ridge.lp. Run it in an empty folder: `node own-program.ts`.

import { readFile, writeFile } from 'node:fs/promises'
import { connect, dag, dagSvg, lambdapack, profile } from 'numpywren'

const text = await readFile(new URL('ridge.lp', import.meta.url), 'utf8')

// #region compile
const ridge = lambdapack`${text}`
const compiled = ridge.compile({ M: 5, N: 2, R: 1 }) // throws an InputError with every fault of the program
const { criticalPath, peakParallelism } = profile(compiled)
console.log(`critical path of ${criticalPath} tasks, at most ${peakParallelism} at a time`)
await writeFile('ridge.svg', await dagSvg(dag(compiled)))
// #endregion

// #region run
await using npw = await connect({ store: 'work' })
await npw.generate('normal', 'A', { shape: [500, 40], tile: [100, 20] })
await npw.generate('normal', 'B', { shape: [500, 2], tile: [100, 2], seed: 1 })
const { X } = await npw.run(ridge, {
  bind: { A: 'A', B: 'B', X: 'X' },
  args: { M: 5, N: 2, R: 1, alpha: 0.5 },
})
// #endregion
console.log(X?.layout.shape)
