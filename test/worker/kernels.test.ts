import test from 'ava'
import { createRegistry, type Kernel, type Tile } from '../../src/kernels/index.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { createEmbeddedCoordinator, type RunOutcome } from '../../src/scheduler/index.ts'
import { MemoryStore } from '../../src/storage/index.ts'
import { createWorker, type MatrixBinding, type WorkerOptions, type WorkerState } from '../../src/worker/index.ts'
import { type ExplicitTask, explicitProgram } from '../helpers/explicit-program.ts'

/** A kernel of one result whose run is given; everything else is the least that a registry asks for. */
function kernel(name: string, run: Kernel['run'], more: Partial<Kernel> = {}): Kernel {
  return {
    name,
    aliases: [],
    minInputs: 0,
    maxInputs: Number.POSITIVE_INFINITY,
    outputs: 1,
    absent: [true],
    shape: () => [{ rows: 2, cols: 2 }],
    flops: () => 0,
    reuses: [],
    run,
    ...more,
  }
}

const roles = { I: 'input', S: 'intermediate', O: 'output' } as const

/** Runs explicit tasks on 4x4 grids of 2x2 tiles; I holds ones. */
async function runTasks(
  tasks: readonly ExplicitTask[],
  kernels: readonly Kernel[],
  more: Partial<WorkerOptions> = {},
): Promise<{ readonly outcome: RunOutcome; readonly O: BigMatrix }> {
  const store = new MemoryStore()
  const layout = { shape: [8, 8], tile: [2, 2], dtype: 'float64' as const }
  const arrays = new Map<string, BigMatrix>()
  for (const name of Object.keys(roles)) arrays.set(name, await BigMatrix.create(store, name, layout))
  await arrays.get('I')!.write([0, 8], [0, 8], new Float64Array(64).fill(1))
  const matrices = new Map<string, MatrixBinding>(
    Object.entries(roles).map(([name, role]) => [name, { role, array: arrays.get(name)!, absentIsFill: false }]),
  )
  const program = explicitProgram(tasks, roles)
  const coordinator = createEmbeddedCoordinator({ program })
  await createWorker({
    id: 'w',
    coordinator,
    program,
    kernels: createRegistry(kernels),
    matrices,
    slots: 2,
    memoryBytes: 2 ** 20,
    durability: 'outputs',
    events: { emit: () => undefined },
    ...more,
  }).run()
  return { outcome: await coordinator.outcome(), O: arrays.get('O')! }
}

/** Adds one to the first operand, in its own buffer when it may. */
const increment = (donations: boolean[]): Kernel =>
  kernel(
    'increment',
    async (operands, context) => {
      const source = operands[0]!
      donations.push(context.donated[0]!)
      const target = context.donated[0] ? source : context.allocate(source, source)
      for (let i = 0; i < 4; i++) target.data[i] = source.data[i]! + 1
      return [target]
    },
    { reuses: [0] },
  )

test('a buffer is donated along a chain, from the copy of an input on, but never one with other readers', async (t) => {
  const donations: boolean[] = []
  const { outcome, O } = await runTasks(
    [
      { vars: [0], kernel: 'increment', reads: ['I[0,0]'], writes: ['S[0,0]'] },
      { vars: [1], kernel: 'increment', reads: ['S[0,0]'], writes: ['S[0,1]'] },
      { vars: [2], kernel: 'increment', reads: ['S[0,1]'], writes: ['S[0,2]'] },
      { vars: [3], kernel: 'increment', reads: ['S[0,2]'], writes: ['O[0,0]'] },
      { vars: [4], kernel: 'increment', reads: ['S[0,2]'], writes: ['O[0,1]'] },
    ],
    [increment(donations)],
    { slots: 1, prefetch: 0 },
  )
  t.deepEqual(outcome, { state: 'done' })
  t.deepEqual(donations.slice(0, 4), [true, true, true, false])
  t.deepEqual([...(await O.read([0, 2], [0, 4])).data], new Array(8).fill(5))
})

test('an absent read is an undefined operand', async (t) => {
  const seen: (Tile | undefined)[][] = []
  const observe = kernel('observe', async (operands, context) => {
    seen.push([...operands])
    return [context.allocate({ rows: 2, cols: 2 }, operands[0]!, true)]
  })
  const { outcome, O } = await runTasks(
    [{ vars: [0], kernel: 'observe', reads: ['I[1,1]', '?I[9,9]'], writes: ['O[1,1]'] }],
    [observe],
  )
  t.deepEqual(outcome, { state: 'done' })
  t.is(seen[0]?.[1], undefined)
  t.deepEqual([...(await O.read([2, 4], [2, 4])).data], [0, 0, 0, 0])
})

test('a kernel may bring its own buffer, in any leading dimension', async (t) => {
  const own = kernel('own', async () => [{ data: Float64Array.of(1, 2, 0, 3, 4, 0), rows: 2, cols: 2, ld: 3 }])
  const { outcome, O } = await runTasks([{ vars: [0], kernel: 'own', reads: [], writes: ['O[0,0]'] }], [own])
  t.deepEqual(outcome, { state: 'done' })
  t.deepEqual([...(await O.read([0, 2], [0, 2])).data], [1, 3, 2, 4])
})

const wrong = {
  'gives another extent': kernel('k', async ([a], context) => [context.allocate({ rows: 1, cols: 2 }, a!)]),
  'gives too few tiles': kernel('k', async () => []),
  'gives an operand as its result': kernel('k', async ([a]) => [a!]),
}
for (const [what, bad] of Object.entries(wrong))
  test(`a kernel that ${what} ends the run`, async (t) => {
    const { outcome } = await runTasks([{ vars: [0], kernel: 'k', reads: ['I[0,0]'], writes: ['O[0,0]'] }], [bad])
    t.like(outcome, { state: 'failed', failure: { tag: 'KernelOutputError', category: 'fatal' } })
  })

test('a kernel that throws ends the run with what it threw', async (t) => {
  const broken = kernel('k', () => Promise.reject(new RangeError('too far')))
  const { outcome } = await runTasks([{ vars: [0], kernel: 'k', reads: [], writes: ['O[0,0]'] }], [broken])
  t.like(outcome, { state: 'failed', failure: { tag: 'RangeError', message: 'too far' } })
})

test('a kernel or matrix that the worker was not given is named', async (t) => {
  const noKernel = await runTasks([{ vars: [0], kernel: 'nope', reads: [], writes: ['O[0,0]'] }], [])
  t.like(noKernel.outcome, { state: 'failed', failure: { tag: 'UnboundNameError', category: 'input' } })
  const noMatrix = await runTasks(
    [{ vars: [0], kernel: 'k', reads: ['Z[0,0]'], writes: ['O[0,0]'] }],
    [wrong['gives too few tiles']],
  )
  if (noMatrix.outcome.state !== 'failed') return t.fail(noMatrix.outcome.state)
  t.regex(noMatrix.outcome.failure.message, /the matrix Z of task 0:0 is bound to no array/)
})

test('options out of range are refused', async (t) => {
  for (const options of [{ slots: 0 }, { prefetch: -1 }, { memoryBytes: 0 }])
    await t.throwsAsync(runTasks([], [], options), { name: 'InputError' })
})

test('states are told in order', async (t) => {
  const states: WorkerState[] = []
  await runTasks([], [], { onState: (state) => states.push(state) })
  t.deepEqual(states, ['running', 'draining', 'stopped'])
})
