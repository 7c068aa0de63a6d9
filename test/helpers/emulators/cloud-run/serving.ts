import { startFront } from './front.ts'
import type { Listening } from './http.ts'
import type { Identities } from './identity.ts'
import { PROJECT, startMetadata } from './metadata.ts'
import type { CloudRunStats } from './options.ts'
import type { Policies } from './policies.ts'
import { type Region, Revision, type RevisionSettings } from './revision.ts'
import type { Template } from './template.ts'

export interface ServingOptions {
  readonly region: Region
  readonly identities: Identities
  readonly policies: Policies
  readonly stats: CloudRunStats
  readonly now: () => number
  readonly secrets: Readonly<Record<string, string>>
  /** May invoke everything in the project. */
  readonly owner: string
  readonly endpoint: () => string
}

interface Served {
  readonly front: Listening
  readonly metadata: Map<string, Listening>
  current: Revision
}

/** The services that take requests, each with its front. */
export class Serving {
  readonly #options: ServingOptions
  readonly #served = new Map<string, Served>()
  readonly #retired: Revision[] = []
  readonly #leaving: Served[] = []

  constructor(options: ServingOptions) {
    this.#options = options
  }

  /** Sends requests for a service to instances of this template from now on. @returns the URL of the service */
  async serve(name: string, template: Template): Promise<string> {
    const before = this.#served.get(name)
    const metadata = before?.metadata ?? new Map<string, Listening>()
    const { serviceAccount } = template
    const known = metadata.get(serviceAccount) ?? (await startMetadata(this.#options.identities, serviceAccount))
    metadata.set(serviceAccount, known)
    const revision = new Revision(this.#settings(name, template, known.url), this.#options.region)
    if (before) {
      this.#retired.push(before.current)
      before.current.retire()
      before.current = revision
      return before.front.url
    }
    const { identities, policies, stats, owner, now } = this.#options
    const front = await startFront({
      ...{ identities, stats, now },
      mayInvoke: (email) => email === owner || policies.has(name, 'roles/run.invoker', email),
      revision: () => this.#served.get(name)?.current,
    })
    this.#served.set(name, { front, metadata, current: revision })
    return front.url
  }

  async stop(name: string): Promise<void> {
    const served = this.#served.get(name)
    if (!served) return
    this.#served.delete(name)
    this.#leaving.push(served)
    served.current.retire()
    await served.front.close()
  }

  urlOf(name: string): string {
    const served = this.#served.get(name)
    if (!served) throw new Error(`no service ${name} takes requests`)
    return served.front.url
  }

  pidOf(text: string): number {
    for (const { current } of this.#served.values()) {
      const pid = current.pidOf(text)
      if (pid !== undefined) return pid
    }
    throw new Error(`no instance has answered anything with ${text} last`)
  }

  async close(): Promise<void> {
    const all = [...this.#served.values(), ...this.#leaving]
    this.#served.clear()
    await Promise.all(all.map(({ front }) => front.close()))
    await Promise.all([...all.map(({ current }) => current), ...this.#retired].map((revision) => revision.close()))
    await Promise.all(all.flatMap(({ metadata }) => [...metadata.values()].map((server) => server.close())))
  }

  #settings(
    name: string,
    { timeout, scaling, containers: [{ env = [], resources }] }: Template,
    metadata: string,
  ): RevisionSettings {
    const service = name.split('/').at(-1) ?? name
    const { secrets, endpoint } = this.#options
    const variables = env.map(({ name: key, value = '', valueSource }) => {
      const secret = valueSource?.secretKeyRef.secret
      return [key, secret === undefined ? value : (secrets[secret] ?? '')] as const
    })
    const { memory = '512Mi' } = resources.limits
    return {
      service,
      memoryMb: Number.parseInt(memory, 10) * (memory.endsWith('Gi') ? 1024 : 1),
      timeoutMs: Number.parseFloat(timeout) * 1000,
      maxInstances: scaling.maxInstanceCount ?? 100,
      environment: {
        PATH: process.env.PATH ?? '',
        // What stands in for the platform's own addresses, which no test can have.
        NUMPYWREN_CLOUD_RUN_ENDPOINT: endpoint(),
        GOOGLE_CLOUD_PROJECT: PROJECT.id,
        CLOUDSDK_RUN_REGION: name.split('/')[3] ?? '',
        GCE_METADATA_HOST: metadata.replace('http://', ''),
        METADATA_SERVER_DETECTION: 'assume-present',
        ...Object.fromEntries(variables),
        K_SERVICE: service,
        K_REVISION: `${service}-00001`,
        K_CONFIGURATION: service,
      },
    }
  }
}
