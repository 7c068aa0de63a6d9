// Follows a run by its events, ends another by an AbortSignal and continues it. Run it in an empty folder: `node events.ts`.

import { connect, isNumpywrenError } from 'numpywren'

await using npw = await connect({ store: 'work' })
await npw.generate('spd', 'A', { shape: [1024, 1024], tile: [128, 128] })

// #region events
const operation = npw.cholesky('A', { out: 'L' })
const run = await operation.start()
let done = 0
for await (const event of run) {
  if (event.type === 'run-started') console.log(`${event.tasks} tasks in ${event.slots} slots`)
  if (event.type === 'task' && event.counted) done++
  if (event.type === 'run-finished') console.log(`${event.state} after ${done} tasks`)
}
const { L } = await operation
// #endregion
console.log(L.layout.shape)

// #region abort
const controller = new AbortController()
const second = npw.cholesky('A', { out: 'L2', runId: 'second', signal: controller.signal })
for await (const event of await second.start()) if (event.type === 'task') controller.abort()
try {
  await second
} catch (error) {
  if (!isNumpywrenError(error, 'InterruptedError')) throw error
  console.log(error.message)
  const { summary } = await npw.resume('second')
  console.log(`went on with ${summary.tasks} tasks`)
}
// #endregion

// #region errors
await npw.generate('normal', 'N', { shape: [256, 256], tile: [128, 128] })
try {
  await npw.cholesky('N')
} catch (error) {
  if (!isNumpywrenError(error)) throw error
  console.log(error.category, error.message) // numerical: the numbers refuse; input, transient and fatal are the others
}
// #endregion
