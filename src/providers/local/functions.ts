import { availableParallelism, totalmem } from 'node:os'
import { blasInfo } from '../../kernels/index.ts'
import { openStore } from '../../storage/index.ts'
import { pingFindings, problem, storeTrial } from '../doctor/index.ts'
import {
  type Deployed,
  type DeployedFunction,
  type DoctorOptions,
  type Finding,
  type FunctionPlace,
  type FunctionProvider,
  PayloadTooLargeError,
  tileBytesOf,
  type WorkerShape,
} from '../function/index.ts'
import { localFacts } from './facts.ts'
import { FunctionPool } from './function-pool.ts'

const LARGEST_DEFAULT = 8 * 2 ** 30
const PATIENCE_MS = 60_000

/** Processes of this machine as a platform: they speak the same HTTP as functions elsewhere, start when they are called, and end with who calls them. */
export function localFunctions(): FunctionProvider {
  return {
    name: 'local',
    facts: localFacts,
    async deploy({ name, onStep }): Promise<Deployed> {
      const step = {
        what: 'keep',
        text: 'nothing is deployed on this machine: its processes start with a run',
      } as const
      onStep?.(step)
      const place = { cloud: 'local' } as const
      return { name, address: 'this machine', place, shape: shapeHere(), steps: [step], idleCost: [] }
    },
    doctor,
    destroy: async ({ onStep }) => {
      onStep?.({ what: 'keep', text: 'nothing is deployed on this machine, so there is nothing to remove' })
      return []
    },
    connect,
  }
}

/** The part of this machine that one process has by default: a core, and its share of half of the memory. */
function shapeHere(): WorkerShape {
  const memoryBytes = Math.floor(Math.min(totalmem() / 2, LARGEST_DEFAULT) / availableParallelism())
  return {
    memoryBytes,
    vcpus: 1,
    slots: 1,
    tileBytes: tileBytesOf(memoryBytes),
    timeoutMs: localFacts.limits.timeoutMs,
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  }
}

async function connect({ name }: FunctionPlace): Promise<DeployedFunction> {
  const shape = shapeHere()
  const pool = new FunctionPool({
    most: localFacts.limits.concurrency,
    timeoutMs: shape.timeoutMs,
    // What a call asks for beyond its share is the caller's to answer for; the machine is the limit.
    env: {
      NUMPYWREN_FUNCTION: name,
      NUMPYWREN_TIMEOUT_S: `${shape.timeoutMs / 1000}`,
      NUMPYWREN_VCPUS: `${availableParallelism()}`,
      NUMPYWREN_MEMORY_BYTES: `${totalmem()}`,
    },
  })
  return {
    provider: 'local',
    name,
    place: { cloud: 'local' },
    shape,
    facts: localFacts,
    async invoke(body, { signal }) {
      const bytes = Buffer.byteLength(body)
      const most = localFacts.limits.requestBytes
      if (bytes > most) throw new PayloadTooLargeError(`the request has ${bytes} bytes, and at most ${most} are taken`)
      return { body: await pool.invoke(body, signal) }
    },
    close: async () => pool.close(),
  }
}

async function* doctor(options: DoctorOptions): AsyncGenerator<Finding> {
  const { config, coreType } = blasInfo()
  yield { what: 'addon', state: 'ok', text: `${config.split(' ').slice(0, 2).join(' ')}, kernels for ${coreType}` }
  const { memoryBytes, slots } = shapeHere()
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  const cores = availableParallelism()
  const text = `${cores} cores and ${gib(totalmem())} of memory: ${cores} processes of ${slots} slot and ${gib(memoryBytes)} by default`
  yield { what: 'machine', state: 'ok', text }
  if (options.store !== undefined) yield await storeFinding(options.store, options.signal)
  yield* pingFindings(connect, options)
}

async function storeFinding(url: string, given: AbortSignal | undefined): Promise<Finding> {
  const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(given ? [given] : [])])
  try {
    const store = openStore(url)
    try {
      return await storeTrial(store, signal)
    } finally {
      await store.close()
    }
  } catch (error) {
    given?.throwIfAborted()
    return problem('bucket', error)
  }
}
