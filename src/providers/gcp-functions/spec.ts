import { isDeepStrictEqual } from 'node:util'
import type { Service } from './services.ts'
import { COORDINATOR } from './settings.ts'

/** A service as `deploy` wants it. */
export interface Spec {
  /** Name of the function. */
  readonly name: string
  readonly image: string
  readonly memoryBytes: number
  readonly vcpus: number
  readonly timeoutMs: number
  readonly maxInstances: number
  /** `undefined`: the default account of the project. */
  readonly serviceAccount: string | undefined
  readonly environment: Readonly<Record<string, string>>
  /** Name of the secret whose newest version is NUMPYWREN_COORDINATOR. */
  readonly coordinatorSecret: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const MIB = 2 ** 20

/**
 * The service to be sent: what there is, with everything of `spec` in its place, so that what others have set besides stays as it is. The
 * numbers are those for workers that compute: one request an instance, none kept, billed while a request runs, callers known by name.
 */
export function serviceOf(spec: Spec, existing?: Service): Service {
  const [container = {}] = existing?.template?.containers ?? []
  return {
    ...existing,
    labels: { ...existing?.labels, ...spec.labels },
    annotations: { ...existing?.annotations, ...spec.annotations },
    // From anywhere, but by invokers only: a driver is seldom inside the project's network.
    ingress: 'INGRESS_TRAFFIC_ALL',
    invokerIamDisabled: false,
    template: {
      ...existing?.template,
      // The platform names revisions.
      revision: '',
      scaling: { ...existing?.template?.scaling, minInstanceCount: 0, maxInstanceCount: spec.maxInstances },
      timeout: { seconds: spec.timeoutMs / 1000, nanos: 0 },
      serviceAccount: spec.serviceAccount ?? '',
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      maxInstanceRequestConcurrency: 1,
      containers: [
        {
          ...container,
          image: spec.image,
          env: environmentOf(spec, container.env ?? []),
          resources: {
            ...container.resources,
            limits: { ...container.resources?.limits, cpu: cpuText(spec.vcpus), memory: `${spec.memoryBytes / MIB}Mi` },
            cpuIdle: true,
            startupCpuBoost: false,
          },
        },
      ],
    },
  }
}

type Variables = NonNullable<NonNullable<NonNullable<Service['template']>['containers']>[number]['env']>

/** @param before what there is: secrets that somebody else has put there stay */
function environmentOf({ environment, coordinatorSecret }: Spec, before: Variables): Variables {
  const plain = Object.entries(environment).map(([name, value]) => ({ name, value }))
  const kept = before.filter(
    ({ name, valueSource }) => valueSource && name !== COORDINATOR && !(`${name}` in environment),
  )
  if (coordinatorSecret === undefined) return [...plain, ...kept]
  const secretKeyRef = { secret: coordinatorSecret, version: 'latest' }
  return [...plain, ...kept, { name: COORDINATOR, valueSource: { secretKeyRef } }]
}

/** What a user would want to be told of when it changes, each as one line of text. */
export function settingsOf(service: Service): Readonly<Record<string, string>> {
  const { template, labels, annotations, ingress, invokerIamDisabled } = service
  const container = template?.containers?.[0]
  const limits = container?.resources?.limits ?? {}
  const env = (container?.env ?? []).map(({ name, value, valueSource }) =>
    valueSource?.secretKeyRef ? `${name} from secret ${valueSource.secretKeyRef.secret}` : `${name}=${value}`,
  )
  return {
    image: container?.image ?? '',
    memory: `${memoryOf(limits.memory) / MIB} MiB`,
    vCPUs: `${vcpusOf(limits.cpu)}`,
    timeout: `${Number(template?.timeout?.seconds ?? 0)} s`,
    'requests an instance': `${template?.maxInstanceRequestConcurrency}`,
    'instances at most': `${template?.scaling?.maxInstanceCount}`,
    'instances at least': `${template?.scaling?.minInstanceCount ?? 0}`,
    'execution environment': `${template?.executionEnvironment}`,
    billing: container?.resources?.cpuIdle ? 'by request' : 'by instance',
    'boost at start': `${container?.resources?.startupCpuBoost === true}`,
    ingress: `${ingress}`,
    'invokers checked': `${invokerIamDisabled !== true}`,
    'service account': template?.serviceAccount || 'the default one of the project',
    environment: env.sort().join(', '),
    labels: listed(labels),
    annotations: listed(annotations),
  }
}

/** What would change, each as `memory: 2048 MiB -> 4096 MiB`. Empty: the service is as wanted. */
export function changesOf(existing: Service, wanted: Service): readonly string[] {
  const before = settingsOf(existing)
  const after = settingsOf(wanted)
  if (isDeepStrictEqual(before, after)) return []
  return Object.keys(after)
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key}: ${before[key] || 'none'} -> ${after[key] || 'none'}`)
}

function listed(record: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(record ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(', ')
}

/** As Kubernetes writes CPUs: whole ones, or thousandths. */
function cpuText(vcpus: number): string {
  return Number.isInteger(vcpus) ? `${vcpus}` : `${Math.round(vcpus * 1000)}m`
}

export function vcpusOf(text = '1'): number {
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text)
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
}

/** Bytes of a quantity such as `512Mi`, which is also what the platform gives who asks for nothing. */
export function memoryOf(text = '512Mi'): number {
  const [, number = '', unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(text) ?? []
  return Number(number) * (UNITS[unit] ?? Number.NaN)
}
