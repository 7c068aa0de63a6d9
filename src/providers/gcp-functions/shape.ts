import { tileBytesOf, type WorkerShape } from '../function/index.ts'
import { gcpFacts } from './facts.ts'
import type { Service } from './services.ts'
import { memoryOf, vcpusOf } from './spec.ts'

/** What one instance of a service has. */
export function shapeOf({ template }: Service): WorkerShape {
  const limits = template?.containers?.[0]?.resources?.limits ?? {}
  return shapeWith({
    memoryBytes: memoryOf(limits.memory),
    vcpus: vcpusOf(limits.cpu),
    timeoutMs: Number(template?.timeout?.seconds ?? 300) * 1000,
    concurrency: template?.scaling?.maxInstanceCount || gcpFacts.limits.concurrency,
  })
}

export function shapeWith(
  given: Pick<WorkerShape, 'memoryBytes' | 'vcpus' | 'timeoutMs' | 'concurrency'>,
): WorkerShape {
  return {
    ...given,
    slots: Math.max(1, Math.floor(given.vcpus)),
    tileBytes: tileBytesOf(given.memoryBytes),
    architecture: 'x86_64',
  }
}
