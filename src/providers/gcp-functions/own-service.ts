import type { Found } from './connect.ts'
import { shapeWith } from './shape.ts'

/** A service as it knows itself. */
export interface OwnService {
  readonly place: { readonly project: string; readonly region: string }
  readonly found: Found
}

/**
 * The service that this process is an instance of, if it has this name: found without asking the administration, which a worker has no
 * right to. Its address is the one that the platform makes of name, number of the project, and region.
 */
export async function ownService(name: string, env: NodeJS.ProcessEnv = process.env): Promise<OwnService | undefined> {
  const { K_SERVICE, NUMPYWREN_MEMORY_BYTES, NUMPYWREN_VCPUS, NUMPYWREN_TIMEOUT_S } = env
  if (K_SERVICE !== name || !NUMPYWREN_MEMORY_BYTES || env.NUMPYWREN_CLOUD_RUN_ENDPOINT) return undefined
  const [project, number, region] = await Promise.all(
    ['project/project-id', 'project/numeric-project-id', 'instance/region'].map((path) => metadata(path, env)),
  )
  if (!project || !number || !region) return undefined
  const shape = shapeWith({
    memoryBytes: Number(NUMPYWREN_MEMORY_BYTES),
    vcpus: Number(NUMPYWREN_VCPUS ?? 1),
    timeoutMs: Number(NUMPYWREN_TIMEOUT_S ?? 300) * 1000,
    concurrency: undefined,
  })
  const shortRegion = region.split('/').at(-1) ?? region
  return {
    place: { project, region: shortRegion },
    found: { url: `https://${name}-${number}.${shortRegion}.run.app`, shape },
  }
}

/** One value of the platform's server for what an instance may know. */
async function metadata(
  path: string,
  { GCE_METADATA_HOST = 'metadata.google.internal' }: NodeJS.ProcessEnv,
): Promise<string> {
  const answer = await fetch(`http://${GCE_METADATA_HOST}/computeMetadata/v1/${path}`, {
    headers: { 'metadata-flavor': 'Google' },
    signal: AbortSignal.timeout(5000),
  })
  return answer.ok ? (await answer.text()).trim() : ''
}
