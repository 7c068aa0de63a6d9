/** The real embedded coordinator in every interleaving of small runs; see protocol.test.ts for what is looked for. */

import test from 'ava'
import { type Deed, EmbeddedRun, type EmbeddedSetting } from './embedded.ts'
import { chain, diamond, factor, fanOut, type Graph, pair } from './programs.ts'

const none = { crash: 0, expire: 0, repeat: 0, lose: 0 }

interface Found {
  readonly states: number
  readonly problem: string | undefined
}

/** Makes a run that has come to where these deeds lead. */
async function replay(setting: EmbeddedSetting, deeds: readonly Deed[]): Promise<EmbeddedRun> {
  const run = new EmbeddedRun(setting)
  for (const deed of deeds) await run.perform(deed)
  return run
}

const shown = (deeds: readonly Deed[]): string => deeds.map((deed) => JSON.stringify(deed)).join('\n  ')

/** Visits every state, breadth first; then looks whether the end can be reached from each without faults. */
async function interleave(setting: EmbeddedSetting): Promise<Found> {
  const start = await replay(setting, [])
  const ids = new Map([[start.key(), 0]])
  const ways: (readonly Deed[])[] = [[]]
  const comesFrom: number[][] = [[]]
  const ends: number[] = []
  for (let id = 0; id < ways.length; id++) {
    const way = ways[id]!
    const here = await replay(setting, way)
    if (here.problem !== undefined) return { states: ways.length, problem: `${here.problem}\n  ${shown(way)}` }
    const deeds = here.isFinished ? [] : await here.deeds()
    if (here.isFinished) ends.push(id)
    await here.close()
    for (const { deed, isFault } of deeds) {
      const next = await replay(setting, [...way, deed])
      const key = next.problem ?? next.key()
      await next.close()
      let to = ids.get(key)
      if (to === undefined) {
        to = ways.length
        ids.set(key, to)
        ways.push([...way, deed])
        comesFrom.push([])
      }
      if (!isFault) comesFrom[to]!.push(id)
    }
  }
  const ending = new Set(ends)
  for (const id of ending) for (const from of comesFrom[id]!) ending.add(from)
  const stuck = ways.findIndex((_, id) => !ending.has(id))
  return {
    states: ways.length,
    problem: stuck < 0 ? undefined : `from here the run can never finish\n  ${shown(ways[stuck]!)}`,
  }
}

function holds(title: string, settings: readonly EmbeddedSetting[]): void {
  test(title, async (t) => {
    let states = 0
    for (const setting of settings) {
      const found = await interleave(setting)
      states += found.states
      t.is(found.problem, undefined, `${setting.graph.name}, ${setting.workers} workers`)
    }
    t.log(`${states} states in ${settings.length} systems`)
  })
}

const inBothModes = (graph: Graph, workers: number, faults: Partial<typeof none>): EmbeddedSetting[] =>
  [false, true].map((keeps) => ({ graph, workers, keeps, faults: { ...none, ...faults } }))

holds(
  'the embedded coordinator in every order without faults',
  [chain, factor, fanOut, diamond].flatMap((graph) => [2, 3].flatMap((workers) => inBothModes(graph, workers, {}))),
)

for (const fault of ['crash', 'expire', 'repeat', 'lose'] as const)
  holds(
    `the embedded coordinator in every order with one ${fault}`,
    [chain, factor, fanOut].flatMap((graph) => inBothModes(graph, 2, { [fault]: 1 })),
  )

holds('the embedded coordinator in every order with one fault of each kind', [
  ...inBothModes(pair, 2, { crash: 1, expire: 1 }),
  ...inBothModes(pair, 2, { lose: 1, repeat: 1 }),
])
