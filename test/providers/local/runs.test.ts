import test from 'ava'
import { connect } from '../../../src/index.ts'
import type { RunHandle } from '../../../src/run/index.ts'
import { openStore } from '../../../src/storage/index.ts'
import { bitsOf } from '../../helpers/driven-cholesky.ts'
import { functionProcesses } from '../../helpers/function-processes.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

test.serial(
  'LU, and a solve of several stages, have the bits of this process while functions are killed',
  async (t) => {
    const store = await temporaryFolder(t)
    await using here = await connect({ store, provider: 'here' })
    await here.generate('normal', 'A', { shape: [64, 64], tile: [16, 16], seed: 3 })
    await here.generate('normal', 'B', { shape: [64, 4], tile: [16, 4], seed: 4 })
    await here.lu('A', { out: 'here' })
    await here.solve('A', 'B', { out: 'here-X' })
    await using there = await connect({ store, provider: 'local', workers: 2, slots: 1 })
    const lu = there.lu('A', { out: 'there' })
    const solve = there.solve('A', 'B', { out: 'there-X' })
    const kills = (await killing(await lu.start())) + (await killing(await solve.start()))
    const results = [await lu, await solve]
    const opened = openStore(store)
    for (const [wanted, found] of [
      ['here/L', 'there/L'],
      ['here/U', 'there/U'],
      ['here/P', 'there/P'],
      ['here-X', 'there-X'],
    ] as const)
      t.deepEqual([...(await bitsOf(opened, found)).values()], [...(await bitsOf(opened, wanted)).values()], found)
    t.true(kills > 2, `${kills} were killed`)
    t.true(results.some(({ summary }) => summary.coldStarts > 0))
    t.true(results.reduce((sum, { summary }) => sum + summary.invocationsLost, 0) > 0, 'none was killed at its work')
  },
)

/** Follows a run to its end, and after every fifth answer kills a function while others wait for it. @returns how many */
async function killing(run: RunHandle): Promise<number> {
  let answers = 0
  let kills = 0
  for await (const event of run) {
    if (event.type !== 'invocation' || event.outcome !== 'answered' || ++answers % 5 !== 0 || kills === 4) continue
    const pids = await functionProcesses()
    const pid = pids[answers % Math.max(1, pids.length)]
    if (pid === undefined) continue
    process.kill(pid, 'SIGKILL')
    kills++
  }
  return kills
}
