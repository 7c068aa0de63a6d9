import { functionProvider, functionProviderName, type ProviderFacts } from '../providers/index.ts'
import type { ComparedProvider } from '../report/index.ts'
import type { ComparedPlace } from './options.ts'

/** What a deployed function is, for the report and for its bill. */
export interface Looked extends Pick<ComparedProvider, 'emulatedBy' | 'function' | 'region' | 'sandbox'> {
  readonly facts: ProviderFacts
  readonly architecture: 'x86_64' | 'arm64'
}

/** Looks at the function of a place. @throws FunctionNotFoundError, AccessDeniedError */
export async function lookAt(place: ComparedPlace, signal: AbortSignal | undefined): Promise<Looked> {
  const { provider, region, project } = place
  // As connections find it.
  const name = place.function ?? process.env.NUMPYWREN_FUNCTION ?? 'numpywren-worker'
  const platform = await functionProvider(functionProviderName(provider))
  const deployed = await platform.connect({ name, region, project, signal })
  const { memoryBytes, vcpus, slots, architecture, timeoutMs } = deployed.shape
  await deployed.close()
  return {
    emulatedBy: deployed.emulatedBy,
    function: deployed.name,
    region: deployed.place.region,
    sandbox: { memoryBytes, vcpus, slots, architecture, timeoutMs },
    facts: deployed.facts,
    architecture,
  }
}
