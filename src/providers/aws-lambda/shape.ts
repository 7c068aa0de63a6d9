import { tileBytesOf, type WorkerShape } from '../function/index.ts'
import { lambdaFacts, slotsOf } from './facts.ts'

const MIB = 2 ** 20

/** What the platform says of a function's sandboxes; where it says nothing, its own defaults hold. */
export interface Sandbox {
  readonly MemorySize?: number | undefined
  /** In seconds. */
  readonly Timeout?: number | undefined
  readonly Architectures?: readonly string[] | undefined
}

/** What one sandbox has. @param concurrency most invocations at the same time, if something limits them */
export function shapeOf({ MemorySize = 128, Timeout = 3, Architectures }: Sandbox, concurrency?: number): WorkerShape {
  const memoryBytes = MemorySize * MIB
  return {
    memoryBytes,
    vcpus: Math.round(lambdaFacts.vcpusOf(memoryBytes) * 1000) / 1000,
    slots: slotsOf(memoryBytes),
    tileBytes: tileBytesOf(memoryBytes),
    timeoutMs: Timeout * 1000,
    architecture: Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    concurrency,
  }
}
