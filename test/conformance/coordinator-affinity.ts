import type { TestFn } from 'ava'
import { affinityWindow } from '../../src/scheduler/index.ts'
import type { ExplicitTask } from '../helpers/explicit-program.ts'
import { ids, one, type Start } from './coordinator-tools.ts'

/** Two roots with `each` children: 1:i reads the first, 2:i the second. */
const twoFans = (each: number): ExplicitTask[] => [
  { vars: [1], kernel: 'root', reads: [], writes: ['S[1]'] },
  { vars: [2], kernel: 'root', reads: [], writes: ['S[2]'] },
  ...[1, 2].flatMap((root) =>
    Array.from({ length: each }, (_, i) => ({
      statement: root,
      vars: [i],
      kernel: 'leaf',
      reads: [`S[${root}]`],
      writes: [`O[${root},${i}]`],
    })),
  ),
]

const children = (root: number, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${root}:${from + i}`)

/** Who gets which of the ready tasks. */
export function affinityConformance(test: TestFn, name: string, start: Start): void {
  /** u makes the children of the first root ready, v those of the second; equal priorities. */
  const fans = async (each: number, priorities: readonly (readonly [string, number])[] = []) => {
    const harness = await start(twoFans(each), { priorities: new Map(priorities) })
    const { coordinator } = harness
    const first = await one(coordinator, 'u')
    const second = await one(coordinator, 'v')
    await coordinator.complete('v', second)
    await coordinator.complete('u', first)
    return harness
  }

  test(`${name}: a worker first gets tasks that it made ready itself, then in the order of the queue`, async (t) => {
    const { coordinator } = await fans(3)
    t.deepEqual(ids(await coordinator.lease('v', { count: 2 })), ['2:0', '2:1'])
    t.deepEqual(ids(await coordinator.lease('v', { count: 2 })), ['2:2', '1:0'])
    t.deepEqual(ids(await coordinator.lease('w', { count: 9 })), ['1:1', '1:2'], 'made ready by another')
  })

  test(`${name}: own tasks go in the order of the queue, too`, async (t) => {
    const { coordinator } = await fans(3, [
      ['1:1', 1],
      ['2:2', 1],
    ])
    t.deepEqual(ids(await coordinator.lease('v', { count: 9 })), ['2:2', '2:0', '2:1', '1:1', '1:0', '1:2'])
  })

  test(`${name}: own tasks are looked for among the best ready ones only`, async (t) => {
    const each = affinityWindow - 1
    const { coordinator } = await fans(each)
    // In the window: all of the first root's and one of the second's.
    t.deepEqual(ids(await coordinator.lease('v', { count: 2 })), ['2:0', '1:0'])
    t.deepEqual(ids(await coordinator.lease('v', { count: 3 })), ['2:1', '2:2', '1:1'], 'it has moved on')
    t.deepEqual(
      ids(await coordinator.lease('v', { count: 99 })),
      [...children(2, 3, 6), ...children(1, 2, each), ...children(2, 6, each)],
      'behind the window the order of the queue',
    )
  })

  test(`${name}: preferred tasks go before own ones`, async (t) => {
    const { coordinator } = await fans(2)
    const prefer = [{ statement: 1, vars: [1] }]
    t.deepEqual(ids(await coordinator.lease('v', { count: 3, prefer })), ['1:1', '2:0', '2:1'])
  })

  test(`${name}: a task stays its worker's through release, failure and expiry`, async (t) => {
    const { coordinator, advance } = await fans(1)
    const order = ['2:0', '1:0']
    const leases = await coordinator.lease('w', { count: 9 })
    await coordinator.release('w', leases)
    const [second, first] = await coordinator.lease('v', { count: 9 })
    t.deepEqual(ids([second!, first!]), order)
    const failure = { tag: 'StoreUnavailableError', category: 'transient', message: 'no answer' } as const
    await coordinator.fail('v', first!, failure)
    await coordinator.fail('v', second!, failure)
    await advance(500)
    t.deepEqual(ids(await coordinator.lease('v', { count: 9 })), order)
    await advance(1500)
    t.deepEqual(ids(await coordinator.lease('v', { count: 9 })), order)
  })

  test(`${name}: whose completion was the last makes a task its own`, async (t) => {
    const { coordinator } = await start(
      [
        { vars: [0], kernel: 'a', reads: [], writes: ['S[0]'] },
        { vars: [1], kernel: 'a', reads: [], writes: ['S[1]'] },
        { vars: [2], kernel: 'a', reads: ['S[0]'], writes: ['O[2]'] },
        { vars: [3], kernel: 'b', reads: ['S[0]', 'S[1]'], writes: ['O[3]'] },
      ],
      { priorities: new Map() },
    )
    const a = await one(coordinator, 'u')
    const b = await one(coordinator, 'v')
    await coordinator.complete('u', a)
    await coordinator.complete('v', b)
    t.deepEqual(ids(await coordinator.lease('v', { count: 1 })), ['0:3'])
  })
}
