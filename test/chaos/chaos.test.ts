/** A short chaos run: every kind of fault, until each was caused, on the real command line, servers and worker processes. */

import test from 'ava'
import { faults } from './faults/index.ts'
import { chaos } from './harness.ts'
import { coveringSteps } from './plan.ts'
import { smallProblems } from './problems.ts'
import { Random } from './random.ts'
import { Tally } from './tally.ts'
import { World } from './world.ts'

/** Steps after which a kind of fault that never found its moment is given up. */
const MAX_STEPS = 15

test.serial('whatever dies, stalls, lies or forgets: the bits are those of the undisturbed run', async (t) => {
  t.timeout(20 * 60_000)
  const world = await World.create(t)
  const hasDisk = world.diskProblem === undefined
  if (!hasDisk) t.log(`full disk: skipped: ${world.diskProblem}`)
  const tally = new Tally()
  const history: string[] = []
  const isCaused = (kind: string): boolean => (tally.faults.get(kind) ?? 0) > 0
  const running = chaos(world, tally, {
    steps: coveringSteps({
      seed: 'npm test',
      problems: smallProblems,
      stores: ['s3', 'gs', 'fs'],
      hasDisk,
      workers: 2,
      isCaused,
      faultsPerStep: 14,
    }),
    leaseMs: 1500,
    limitMs: 300_000,
    stallMs: 2000,
    goesOn: (done) => done < MAX_STEPS && tally.violations.length === 0,
    say: (text) => void history.push(text),
    verbose: false,
  })
  // First what was violated: who keeps only the beginning of a long output shall have that.
  await running.finally(() => {
    for (const line of [...tally.violationLines(), ...history]) t.log(line)
  })
  const kinds = faults.map(({ kind }) => kind)
  t.deepEqual(tally.violations, [], tally.report('npm test', kinds))
  t.deepEqual(
    faults.filter(({ kind, group }) => !isCaused(kind) && (group !== 'disk' || hasDisk)).map(({ kind }) => kind),
    [],
    `not caused in ${MAX_STEPS} steps`,
  )
})

test('the same seed makes the same choices, whatever else was drawn meanwhile', (t) => {
  const one = new Random('s')
  const other = new Random('s')
  one.next()
  const draws = (random: Random): number[] => Array.from({ length: 5 }, () => random.fork('x').below(1000))
  t.deepEqual(draws(one), draws(other))
  t.not(new Random('s').fork(1).next(), new Random('s').fork(2).next())
  const uniform = Array.from({ length: 4000 }, () => one.next())
  t.true(uniform.every((value) => value >= 0 && value < 1))
  t.true(Math.abs(uniform.reduce((sum, value) => sum + value, 0) / uniform.length - 0.5) < 0.03)
})
