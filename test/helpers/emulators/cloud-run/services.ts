import { randomUUID } from 'node:crypto'
import { ApiError, notFound } from './api-error.ts'
import { readMessage } from './schema.ts'
import { type Template, templateOf } from './template.ts'

type Json = Record<string, unknown>

/** A service in the JSON of its REST API. */
export interface ServiceJson {
  readonly name: string
  readonly etag: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly template: Template
  readonly [key: string]: unknown
}

export interface ServicesOptions {
  readonly defaultAccount: string
  readonly accountExists: (email: string) => boolean
  /** Why a revision of this template cannot start; `undefined` when it can. */
  readonly problemOf: (template: Template) => string | undefined
  /** Has a service serve its newest revision. @returns its URL */
  readonly serve: (name: string, template: Template) => Promise<string>
  readonly stop: (name: string) => Promise<void>
  readonly reconcileMs: number
}

/** Services of Cloud Run, as its administration keeps them: every request is held against the messages of the client's own package. */
export class Services {
  readonly #options: ServicesOptions
  readonly #known = new Map<string, ServiceJson>()
  readonly #operations = new Map<string, Json>()

  constructor(options: ServicesOptions) {
    this.#options = options
  }

  get(name: string): ServiceJson {
    const found = this.#known.get(name)
    if (!found) throw notFound(`Resource '${name.split('/').at(-1)}' of kind 'SERVICE'`)
    return found
  }

  async create(parent: string, query: URLSearchParams, body: unknown): Promise<Json> {
    const id = query.get('serviceId') ?? ''
    if (!/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/.test(id))
      throw new ApiError(400, `Violation in CreateServiceRequest.service_id: ${id}`)
    const name = `${parent}/services/${id}`
    if (this.#known.has(name)) throw new ApiError(409, `Resource '${id}' already exists.`)
    const given = read(body)
    if (given.name) throw new ApiError(400, 'service.name must be empty on creation')
    return await this.#replace(name, given, query)
  }

  async update(name: string, query: URLSearchParams, body: unknown): Promise<Json> {
    const before = this.get(name)
    const given = read(body)
    // The client leaves out of the body what is in the path.
    if (given.name !== undefined && given.name !== name)
      throw new ApiError(400, `the service is named ${given.name} in the body`)
    if (given.etag && given.etag !== before.etag)
      throw new ApiError(409, `Conflict for resource '${name}': version mismatch`, 'ABORTED')
    return await this.#replace(name, given, query, before)
  }

  async delete(name: string): Promise<Json> {
    const service = this.get(name)
    this.#known.delete(name)
    await this.#options.stop(name)
    return this.#operation(name, () => service)
  }

  operation(name: string): Json {
    const found = this.#operations.get(name)
    if (!found) throw notFound(`Operation ${name}`)
    return found
  }

  async #replace(name: string, given: Json, query: URLSearchParams, before?: ServiceJson): Promise<Json> {
    const template = templateOf(given, this.#options.defaultAccount)
    const { serviceAccount } = template
    if (!this.#options.accountExists(serviceAccount))
      throw new ApiError(404, `Service account ${serviceAccount} does not exist.`)
    if (query.get('validateOnly') === 'true') return { name: `${name}/validated`, done: true, response: typed(given) }
    const now = new Date().toISOString()
    const service: ServiceJson = {
      ...given,
      name,
      template,
      etag: `"${randomUUID()}"`,
      uid: before?.uid ?? randomUUID(),
      generation: `${Number(before?.generation ?? 0) + 1}`,
      createTime: before?.createTime ?? now,
      updateTime: now,
      ingress: given.ingress ?? 'INGRESS_TRAFFIC_ALL',
      traffic: given.traffic ?? [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
      ...(before?.uri !== undefined && { uri: before.uri, urls: before.urls }),
      reconciling: true,
      terminalCondition: { type: 'Ready', state: 'CONDITION_RECONCILING' },
    }
    this.#known.set(name, service)
    return this.#operation(
      name,
      () => this.#known.get(name) ?? service,
      () => this.#reconcile(service),
    )
  }

  /** A change takes a while; whoever asks for the operation meanwhile is told so. */
  #operation(name: string, result: () => ServiceJson, work: () => Promise<void> = async () => undefined): Json {
    const operation = name.replace(/\/services\/.*/, `/operations/${randomUUID()}`)
    this.#operations.set(operation, { name: operation, done: false })
    const done = (): void => {
      const service = result()
      const { state, message } = (service.terminalCondition ?? {}) as {
        readonly state?: string
        readonly message?: string
      }
      const outcome = state === 'CONDITION_FAILED' ? { error: { code: 9, message } } : { response: typed(service) }
      this.#operations.set(operation, { name: operation, done: true, ...outcome })
    }
    setTimeout(() => void work().then(done), this.#options.reconcileMs)
    return { name: operation, done: false, metadata: typed(result()) }
  }

  async #reconcile(service: ServiceJson): Promise<void> {
    const { name, template } = service
    // It was changed again, or deleted.
    if (this.#known.get(name)?.etag !== service.etag) return
    const problem = this.#options.problemOf(template)
    if (problem !== undefined) {
      const terminalCondition = { type: 'Ready', state: 'CONDITION_FAILED', message: problem }
      this.#known.set(name, { ...service, reconciling: false, terminalCondition })
      return
    }
    const uri = await this.#options.serve(name, template)
    const terminalCondition = { type: 'Ready', state: 'CONDITION_SUCCEEDED' }
    const revision = `${name}/revisions/${name.split('/').at(-1)}-${service.generation}`
    const ready = {
      latestReadyRevision: revision,
      latestCreatedRevision: revision,
      observedGeneration: service.generation,
    }
    this.#known.set(name, { ...service, ...ready, uri, urls: [uri], reconciling: false, terminalCondition })
  }
}

const typed = (service: Json): Json => ({ '@type': 'type.googleapis.com/google.cloud.run.v2.Service', ...service })

const read = (body: unknown): Json => readMessage('google.cloud.run.v2.Service', body)
