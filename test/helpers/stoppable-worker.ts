/** A worker process over a store of files that halts at a place and says so, until it is told to go on. Arguments: the store's URL, grid, the place. */
import { BigMatrix } from '../../src/matrix/index.ts'
import { openStore } from '../../src/storage/index.ts'
import { createWorker, type MatrixBinding } from '../../src/worker/index.ts'
import { choleskyProgram } from './cholesky-run.ts'
import { parentCoordinator } from './coordinator-over-ipc.ts'
import { FaultyStore } from './faulty-store.ts'
import { gatedKernels } from './gated-kernels.ts'

const [url = '', grid = '', place = ''] = process.argv.slice(2)
const orphaned = (): never => process.exit(1)
process.on('disconnect', orphaned)

const goneOn = new Promise<void>((resolve) => {
  process.on('message', (message) => {
    if (message === 'go on') resolve()
  })
})
/** Halts at the third passage, so that there is something to lose. */
let passages = 0
async function halt(here: string): Promise<void> {
  if (here !== place || ++passages !== 3) return
  process.send?.({ kind: 'halted' })
  await goneOn
}

/** One task after the other, so that nothing else is on its way to the store when the process is stopped. */
let endTask = (): void => undefined
let previous = Promise.resolve()
async function oneByOne(): Promise<void> {
  await Promise.race([previous, goneOn])
  previous = new Promise((resolve) => {
    endTask = resolve
  })
}

const store = new (class extends FaultyStore {
  override async put(...args: Parameters<FaultyStore['put']>): Promise<boolean> {
    process.send?.({ kind: 'trace', what: `put ${args[0]}` })
    const made = await super.put(...args)
    await halt('stored')
    return made
  }
  override delete(...args: Parameters<FaultyStore['delete']>): Promise<void> {
    process.send?.({ kind: 'trace', what: `delete ${args[0]}` })
    return super.delete(...args)
  }
})(openStore(url), {})

const [A, L, S] = await Promise.all(['A', 'L', 'S'].map((name) => BigMatrix.open(store, name)))
const matrices = new Map<string, MatrixBinding>([
  ['A', { role: 'input', array: A!, absentIsFill: false }],
  ['L', { role: 'output', array: L!, absentIsFill: false }],
  ['S', { role: 'intermediate', array: S!, absentIsFill: false }],
])
const worker = createWorker({
  id: 'stopped',
  coordinator: parentCoordinator(),
  program: await choleskyProgram(Number(grid)),
  kernels: gatedKernels(async () => {
    await oneByOne()
    await halt('computing')
  }),
  matrices,
  slots: 1,
  prefetch: 0,
  memoryBytes: 2 ** 26,
  durability: 'full',
  sharesMemory: false,
  events: {
    emit: ({ type }) => {
      if (type === 'task') endTask()
    },
  },
})
await worker.run()
await store.close()
process.off('disconnect', orphaned)
process.disconnect()
