import type { protos, ServicesClient } from '@google-cloud/run'
import { InputError } from '../../errors.ts'
import { DeployError } from '../function/index.ts'
import { isStatus } from './errors.ts'
import type { Session } from './session.ts'

export type Service = protos.google.cloud.run.v2.IService
export type Policy = protos.google.iam.v1.IPolicy

/** How often a service that is not ready yet is looked at. */
const POLL_MS = 1000

/** The services of Cloud Run of one project in one region. Every method throws what the client throws, unless said otherwise. */
export class Services {
  readonly #client: ServicesClient
  readonly #parent: string

  private constructor(client: ServicesClient, parent: string) {
    this.#client = client
    this.#parent = parent
  }

  /** Loads the client, which speaks HTTP: one protocol for the platform and for what stands in for it. @throws InputError when the package is not installed */
  static async open({ auth, project, region, standIn }: Session): Promise<Services> {
    const { ServicesClient } = await loadSdk()
    const client = new ServicesClient({
      fallback: true,
      auth,
      projectId: project,
      ...(standIn && {
        apiEndpoint: standIn.hostname,
        port: Number(standIn.port || (standIn.protocol === 'https:' ? 443 : 80)),
        protocol: standIn.protocol.slice(0, -1),
      }),
    } as ConstructorParameters<typeof ServicesClient>[0])
    return new Services(client, `projects/${project}/locations/${region}`)
  }

  pathOf(id: string): string {
    return `${this.#parent}/services/${id}`
  }

  /** `undefined` when there is none of this name. */
  async get(id: string): Promise<Service | undefined> {
    try {
      const [service] = await this.#client.getService({ name: this.pathOf(id) })
      return service
    } catch (error) {
      if (isStatus(error, 404)) return undefined
      throw error
    }
  }

  /** @param validateOnly checks the request and changes nothing */
  async create(id: string, service: Service, validateOnly = false): Promise<void> {
    const request = { parent: this.#parent, serviceId: id, service, validateOnly }
    const [operation] = await this.#client.createService(request)
    if (!validateOnly) await operation.promise()
  }

  /** Replaces the service; its etag guards against what others changed meanwhile. */
  async update(service: Service, validateOnly = false): Promise<void> {
    const [operation] = await this.#client.updateService({ service, validateOnly })
    if (!validateOnly) await operation.promise()
  }

  async delete(id: string): Promise<void> {
    const [operation] = await this.#client.deleteService({ name: this.pathOf(id) })
    await operation.promise()
  }

  /** Waits until the service takes requests. @throws DeployError with the platform's own words when it will not; the signal's reason */
  async untilReady(id: string, signal?: AbortSignal): Promise<Service> {
    for (;;) {
      signal?.throwIfAborted()
      const service = await this.get(id)
      if (!service) throw new DeployError(`the service ${id} is gone again: somebody has deleted it`)
      if (!service.reconciling) {
        if (isReady(service)) return service
        throw new DeployError(`the service ${id} is not ready: ${reasonOf(service)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  /** Who may do what with a service. */
  async policy(id: string): Promise<Policy> {
    const [policy] = await this.#client.getIamPolicy({
      resource: this.pathOf(id),
      options: { requestedPolicyVersion: 3 },
    })
    return policy
  }

  async setPolicy(id: string, policy: Policy): Promise<void> {
    await this.#client.setIamPolicy({ resource: this.pathOf(id), policy })
  }

  async close(): Promise<void> {
    await this.#client.close()
  }
}

export function isReady({ terminalCondition }: Service): boolean {
  return terminalCondition?.state === 'CONDITION_SUCCEEDED'
}

/** Why a service is not ready. */
export function reasonOf({ terminalCondition }: Service): string {
  return terminalCondition?.message || String(terminalCondition?.state ?? 'it has not said why')
}

async function loadSdk(): Promise<typeof import('@google-cloud/run')> {
  try {
    return await import('@google-cloud/run')
  } catch (cause) {
    throw new InputError(
      'the package @google-cloud/run is needed for gcp-functions; npm install @google-cloud/run google-auth-library',
      { cause },
    )
  }
}
