import { ApiError } from './api-error.ts'

type Json = Record<string, unknown>

export interface Template {
  readonly timeout: string
  readonly serviceAccount: string
  readonly maxInstanceRequestConcurrency: number
  readonly scaling: { readonly minInstanceCount?: number; readonly maxInstanceCount?: number }
  readonly containers: readonly [Container]
  readonly vpcAccess?: unknown
}

export interface Container {
  readonly image: string
  readonly env?: readonly Variable[]
  readonly resources: { readonly limits: Readonly<Record<string, string>>; readonly cpuIdle?: boolean }
}

interface Resources {
  readonly limits?: Readonly<Record<string, string>>
  readonly cpuIdle?: boolean
  readonly startupCpuBoost?: boolean
}

export interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueSource?: { readonly secretKeyRef: { readonly secret: string; readonly version: string } }
}

/** The template as the platform keeps it: what was not given is filled in. @throws ApiError for what the platform refuses */
export function templateOf({ template: given = {} }: Json, defaultAccount: string): Template {
  const { containers = [], revision: _, ...template } = given as Json & { readonly containers?: readonly Json[] }
  const [container] = containers
  if (containers.length !== 1 || !container?.image)
    throw new ApiError(400, 'template.containers: one with an image is needed')
  const { limits = {}, cpuIdle, startupCpuBoost } = (container.resources ?? {}) as Resources
  const { cpu = '1', memory = '512Mi' } = limits
  checkSize(cpu, memory, Number(template.maxInstanceRequestConcurrency ?? 80))
  const resources = {
    limits: { cpu, memory },
    ...(cpuIdle ? { cpuIdle } : {}),
    ...(startupCpuBoost ? { startupCpuBoost } : {}),
  }
  const own = {
    ports: [{ name: 'http1', containerPort: 8080 }],
    startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 240 },
  }
  return {
    timeout: '300s',
    maxInstanceRequestConcurrency: 80,
    scaling: { maxInstanceCount: 100 },
    ...template,
    serviceAccount: String(template.serviceAccount || defaultAccount),
    containers: [{ ...own, ...container, image: String(container.image), resources }],
  }
}

function checkSize(cpu: string, memory: string, concurrency: number): void {
  const vcpus = cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu)
  const gib = Number.parseInt(memory, 10) / (memory.endsWith('Gi') ? 1 : 1024)
  if (!/^\d+(Mi|Gi)$/.test(memory)) throw new ApiError(400, `Invalid value for memory: ${memory}`)
  if (!(vcpus < 1 || [1, 2, 4, 6, 8].includes(vcpus)))
    throw new ApiError(400, `Invalid value specified for cpu: ${cpu}`)
  if (vcpus < 1 && concurrency > 1) throw new ApiError(400, 'Total cpu < 1 is not supported with concurrency > 1.')
  const most = vcpus < 1 ? 1 : vcpus * 4
  const least = vcpus >= 6 ? 4 : vcpus === 4 ? 2 : 0
  if (gib > most || gib < least)
    throw new ApiError(400, `Invalid value specified for memory with ${cpu} cpu: ${memory}`)
}
