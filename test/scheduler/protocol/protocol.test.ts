/**
 * The protocol of lease, complete and recover, explored.
 *
 * `system.ts` states it as a small transition system, in the manner of TLA+: a coordinator with epochs, leases and tokens; workers
 * that lease, compute, store, complete and delete; completions under way; a driver that plans from the tiles that exist; and
 * faults, each as often as a test allows it. `explore.ts` visits every reachable state and looks for
 * - a task that counted twice in one epoch;
 * - a tile that a task is still to read and that is nowhere, though no fault took it;
 * - "done" without all tiles of the outputs in the store, or more plans than faults explain;
 * - a state from which the run cannot be brought to its end any more.
 * The state of workers is the worst that can be thought of: one whose lease is over goes on, stores and completes at any
 * later time, and so does one of an epoch that is over.
 *
 * That the tests can fail is tested too: each rule of the protocol is broken once (`rules.ts`), and a counterexample is expected.
 *
 * `embedded.test.ts` drives the real embedded coordinator through every interleaving of the same graphs.
 */

import test from 'ava'
import { explore } from './explore.ts'
import { chain, diamond, factor, fanOut, type Graph, pair, single } from './programs.ts'
import type { Rules } from './rules.ts'
import type { Budget } from './state.ts'
import { protocol, type Setting } from './system.ts'

const faults: readonly (keyof Budget)[] = [
  'crash',
  'expiry',
  'loss',
  'repetition',
  'backup',
  'release',
  'flush',
  'restore',
  'takeover',
]

function nameOf({ graph, workers, capacity = 1, keeps, faults: allowed = {} }: Setting): string {
  const happens = Object.entries(allowed).map(([fault, times]) => (times === 1 ? fault : `${fault} x ${times}`))
  return `${graph.name}, ${workers} workers x ${capacity}, ${keeps ? 'tiles in memory' : 'tiles stored'}, ${happens.join(' and ') || 'no fault'}`
}

/** Explores settings one after the other. @returns what was found wrong */
function exploreAll(settings: readonly Setting[]): { readonly states: number; readonly problems: readonly string[] } {
  let states = 0
  const problems: string[] = []
  for (const setting of settings) {
    const result = explore(protocol(setting))
    states += result.states
    const { counterexample } = result
    if (counterexample !== undefined)
      problems.push([nameOf(setting), counterexample.problem, ...counterexample.trace].join('\n  '))
  }
  return { states, problems }
}

function holds(title: string, settings: readonly Setting[]): void {
  test(title, (t) => {
    const { states, problems } = exploreAll(settings)
    t.log(`${states} states in ${settings.length} systems`)
    t.deepEqual(problems, [])
  })
}

const modes = [false, true]

holds(
  'without faults nothing is lost, with any number of workers',
  [pair, chain, factor, fanOut, diamond].flatMap((graph: Graph) =>
    modes.flatMap((keeps) =>
      [1, 2, 3].flatMap((workers) => [1, 2].map((capacity) => ({ graph, workers, capacity, keeps }))),
    ),
  ),
)

for (const fault of faults)
  holds(
    `any interleaving recovers from ${fault}`,
    [chain, factor, fanOut].flatMap((graph) =>
      modes.flatMap((keeps) => [
        { graph, workers: 2, keeps, faults: { [fault]: 1 } },
        { graph, workers: 3, keeps, faults: { [fault]: 1 } },
      ]),
    ),
  )

holds(
  'workers with several tasks at once recover from crashes and from leases that end',
  ['crash', 'expiry'].flatMap((fault) => [
    { graph: fanOut, workers: 2, capacity: 2, keeps: true, faults: { [fault]: 1 } },
    { graph: diamond, workers: 2, capacity: 2, keeps: false, faults: { [fault]: 1 } },
  ]),
)

holds(
  'any two faults together are recovered from',
  faults.flatMap((first, i) =>
    faults.slice(i).map((second) => ({
      graph: [first, second].includes('restore') ? single : pair,
      workers: 2,
      keeps: true,
      faults: first === second ? { [first]: 2 } : { [first]: 1, [second]: 1 },
    })),
  ),
)

const broken: readonly (Setting & { readonly rule: keyof Rules; readonly problem: RegExp })[] = [
  { rule: 'writesFirst', graph: pair, workers: 2, problem: /tile 0, and that is nowhere/ },
  {
    rule: 'checksEpoch',
    graph: pair,
    workers: 2,
    faults: { flush: 1, loss: 1, repetition: 1 },
    problem: /tile 0, and that is nowhere/,
  },
  { rule: 'countsTasks', graph: pair, workers: 2, faults: { expiry: 1 }, problem: /task 0 counted twice/ },
  { rule: 'buriesAfterCount', graph: chain, workers: 2, faults: { crash: 1 }, problem: /tile 0, and that is nowhere/ },
  { rule: 'leasesAllReaders', graph: diamond, workers: 2, keeps: true, problem: /tile 0, and that is nowhere/ },
  {
    rule: 'storesBeforeRelease',
    graph: pair,
    workers: 2,
    keeps: true,
    faults: { release: 1 },
    problem: /tile 0, and that is nowhere/,
  },
  {
    rule: 'emptiesMemory',
    graph: chain,
    workers: 2,
    capacity: 2,
    keeps: true,
    faults: { flush: 1 },
    problem: /that is nowhere/,
  },
  { rule: 'expires', graph: pair, workers: 2, faults: { crash: 1 }, problem: /can never finish/ },
  { rule: 'plansFromTiles', graph: chain, workers: 2, faults: { loss: 1 }, problem: /31 epochs/ },
  { rule: 'listsBeforeDone', graph: pair, workers: 2, faults: { loss: 1 }, problem: /done was said, but tile 1/ },
]

for (const { rule, problem, ...setting } of broken)
  test(`a protocol that breaks the rule ${rule} is found out`, (t) => {
    t.is(explore(protocol(setting)).counterexample, undefined, 'the rule unbroken')
    const { counterexample, states } = explore(protocol({ ...setting, rules: { [rule]: false } }))
    if (counterexample === undefined) return t.fail(`no counterexample in ${states} states`)
    t.log([`${nameOf(setting)}: ${counterexample.problem}`, ...counterexample.trace.slice(0, 20)].join('\n'))
    t.regex(counterexample.problem, problem)
  })
