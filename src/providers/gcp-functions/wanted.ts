import { InputError } from '../../errors.ts'
import type { BucketPrefix } from './bucket.ts'
import type { Service } from './services.ts'
import { COORDINATOR, LABEL, type Settings } from './settings.ts'
import { memoryOf, type Spec, vcpusOf } from './spec.ts'

const GIB = 2 ** 30

/** What a new service gets that nobody asked for otherwise. */
const DEFAULTS = { memoryBytes: 2 * GIB, vcpus: 1, timeoutMs: 900_000, maxInstances: 100 }

/** Annotation with the bucket whose policy names the service's account. */
export const BUCKET = 'numpywren/bucket'

/** The service that is wanted: what was asked for, what it has already, and defaults, in this order. @throws InputError for a new one without an image */
export function specOf(
  name: string,
  settings: Settings,
  {
    image,
    bucket,
    found,
  }: {
    readonly image: string | undefined
    readonly bucket: BucketPrefix | undefined
    readonly found: Service | undefined
  },
): Spec {
  const { template } = found ?? {}
  const container = template?.containers?.[0]
  const limits = container?.resources?.limits
  const uri = image ?? container?.image
  if (!uri) throw new InputError(`there is no service ${name} yet: give its image by --image or --image-file`)
  const memoryBytes = settings.memoryBytes ?? (limits?.memory ? memoryOf(limits.memory) : DEFAULTS.memoryBytes)
  const vcpus = settings.vcpus ?? (limits?.cpu ? vcpusOf(limits.cpu) : DEFAULTS.vcpus)
  const seconds = Number(template?.timeout?.seconds ?? 0)
  const timeoutMs = settings.timeoutMs ?? (seconds > 0 ? seconds * 1000 : DEFAULTS.timeoutMs)
  const own = {
    NUMPYWREN_PROVIDER: 'gcp-functions',
    NUMPYWREN_MEMORY_BYTES: `${memoryBytes}`,
    NUMPYWREN_VCPUS: `${vcpus}`,
    NUMPYWREN_TIMEOUT_S: `${timeoutMs / 1000}`,
  }
  const isGiven = Object.keys(settings.environment).length > 0
  return {
    ...{ name, image: uri, memoryBytes, vcpus, timeoutMs },
    maxInstances: settings.maxInstances ?? (template?.scaling?.maxInstanceCount || DEFAULTS.maxInstances),
    serviceAccount: settings.serviceAccount ?? (template?.serviceAccount || undefined),
    environment: { ...(isGiven || !found ? settings.environment : plainVariables(found)), ...own },
    coordinatorSecret: settings.coordinatorSecret ?? (found && secretOf(found)),
    labels: { ...settings.labels, [LABEL]: name },
    annotations: bucket ? { [BUCKET]: bucket.bucket } : {},
  }
}

/** Name of the secret that holds the coordinator's URL. */
export function secretOf({ template }: Service): string | undefined {
  const variables = template?.containers?.[0]?.env ?? []
  return variables.find(({ name }) => name === COORDINATOR)?.valueSource?.secretKeyRef?.secret || undefined
}

function plainVariables({ template }: Service): Readonly<Record<string, string>> {
  const variables = template?.containers?.[0]?.env ?? []
  return Object.fromEntries(
    variables.flatMap(({ name, value, valueSource }) => (name && !valueSource ? [[name, value ?? '']] : [])),
  )
}
