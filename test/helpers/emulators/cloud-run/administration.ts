import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Accounts } from './accounts.ts'
import { ApiError, notFound } from './api-error.ts'
import { bodyOf } from './http.ts'
import type { Identities } from './identity.ts'
import type { Policies } from './policies.ts'
import type { Repositories } from './repositories.ts'
import type { Services } from './services.ts'

/** One call as it came, for tests to read. */
export interface Recorded {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface AdministrationOptions {
  readonly identities: Identities
  readonly services: Services
  readonly policies: Policies
  readonly accounts: Accounts
  readonly repositories: Repositories
  readonly buckets: readonly string[]
  readonly secrets: readonly string[]
  readonly forbidden: RegExp | undefined
  readonly now: () => number
}

interface Asked {
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
  /** What the path's groups hold. */
  readonly parts: readonly string[]
}

type Route = readonly [method: string, path: RegExp, answer: (asked: Asked) => unknown]

/** The REST APIs of Cloud Run, IAM, Cloud Storage (policies of buckets), Secret Manager and Artifact Registry, as far as a deployment asks them. */
export class Administration {
  readonly recorded: Recorded[] = []
  readonly #options: AdministrationOptions
  readonly #routes: readonly Route[]

  constructor(options: AdministrationOptions) {
    this.#options = options
    this.#routes = [...runRoutes(options), ...iamRoutes(options), ...registryRoutes(options)]
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request
    const { pathname, searchParams: query } = new URL(url, 'http://administration')
    const text = (await bodyOf(request)).toString()
    response.setHeader('date', new Date(this.#options.now()).toUTCString())
    try {
      const body = text === '' ? {} : JSON.parse(text)
      const path = decodeURIComponent(pathname)
      this.recorded.push({ method, path, query: Object.fromEntries(query), body: text === '' ? undefined : body })
      if (this.#options.identities.holderOf(headers.authorization) === undefined)
        throw new ApiError(401, 'Request had invalid authentication credentials.')
      if (this.#options.forbidden?.test(`${method} ${path}`))
        throw new ApiError(403, `Permission denied on resource ${path} (or it may not exist).`)
      const answer = await this.#answer(method, path, { query, body })
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      error.send(response)
    }
  }

  async #answer(method: string, path: string, asked: Omit<Asked, 'parts'>): Promise<unknown> {
    for (const [wanted, pattern, answer] of this.#routes) {
      const found = wanted === method ? pattern.exec(path) : null
      if (found) return await answer({ ...asked, parts: found.slice(1) })
    }
    throw notFound(`${method} ${path}`)
  }
}

function runRoutes({ services, policies }: AdministrationOptions): readonly Route[] {
  const service = /^\/v2\/(projects\/[^/]+\/locations\/[^/]+\/services\/[^/:]+)$/
  const at = (parts: readonly string[]): string => services.get(parts[0] ?? '').name
  return [
    [
      'POST',
      /^\/v2\/(projects\/[^/]+\/locations\/[^/]+)\/services$/,
      ({ parts, query, body }) => services.create(parts[0] ?? '', query, body),
    ],
    ['GET', service, ({ parts }) => services.get(parts[0] ?? '')],
    ['PATCH', service, ({ parts, query, body }) => services.update(parts[0] ?? '', query, body)],
    [
      'DELETE',
      service,
      ({ parts }) => {
        policies.delete(at(parts))
        return services.delete(at(parts))
      },
    ],
    ['GET', /^\/v2\/(projects\/.+\/operations\/[^/]+)$/, ({ parts }) => services.operation(parts[0] ?? '')],
    ['GET', /^\/v2\/(projects\/.+\/services\/[^/:]+):getIamPolicy$/, ({ parts }) => policies.get(at(parts))],
    [
      'POST',
      /^\/v2\/(projects\/.+\/services\/[^/:]+):setIamPolicy$/,
      ({ parts, body }) => policies.set(at(parts), policyIn(body)),
    ],
  ]
}

function iamRoutes({ accounts, policies, buckets, secrets }: AdministrationOptions): readonly Route[] {
  const account = /^\/v1\/projects\/[^/]+\/serviceAccounts\/([^/]+)$/
  const bucket = /^\/storage\/v1\/b\/([^/]+)\/iam$/
  const known = (list: readonly string[], kind: string, [name = '']: readonly string[]): string => {
    if (list.includes(name)) return `${kind}/${name}`
    throw notFound(`The specified ${kind.slice(0, -1)} ${name}`)
  }
  return [
    ['POST', /^\/v1\/projects\/[^/]+\/serviceAccounts$/, ({ body }) => accounts.create(body)],
    ['GET', account, ({ parts }) => accounts.get(parts[0] ?? '')],
    [
      'DELETE',
      account,
      ({ parts }) => {
        accounts.delete(parts[0] ?? '')
        return {}
      },
    ],
    ['GET', bucket, ({ parts }) => policies.get(known(buckets, 'buckets', parts))],
    ['PUT', bucket, ({ parts, body }) => policies.set(known(buckets, 'buckets', parts), body)],
    [
      'GET',
      /^\/v1\/projects\/[^/]+\/secrets\/([^/:]+):getIamPolicy$/,
      ({ parts }) => policies.get(known(secrets, 'secrets', parts)),
    ],
    [
      'POST',
      /^\/v1\/projects\/[^/]+\/secrets\/([^/:]+):setIamPolicy$/,
      ({ parts, body }) => policies.set(known(secrets, 'secrets', parts), policyIn(body)),
    ],
  ]
}

function registryRoutes({ repositories }: AdministrationOptions): readonly Route[] {
  const repository = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+)$/
  const done = (name: string, response: object): object => ({ name: `${name}/operations/1`, done: true, response })
  return [
    [
      'POST',
      /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/repositories)$/,
      ({ parts, query, body }) => {
        const name = `${parts[0]}/${query.get('repositoryId')}`
        return done(name, repositories.create(name, body))
      },
    ],
    ['GET', repository, ({ parts }) => repositories.get(parts[0] ?? '')],
    [
      'DELETE',
      repository,
      ({ parts: [name = ''] }) => {
        repositories.delete(name)
        return done(name, {})
      },
    ],
    [
      'GET',
      /^\/v1\/(projects\/.+\/repositories\/[^/]+)\/packages\/(.+)\/tags\/(.+)$/,
      ({ parts: [repository, name, tag] }) => {
        const found = repositories.images.find(
          (image) => image.repository === repository && image.name === name && image.tag === tag,
        )
        if (!found) throw notFound(`Tag ${tag}`)
        return { name: `${repository}/packages/${name}/tags/${tag}`, version: `${repository}/versions/${found.digest}` }
      },
    ],
    [
      'GET',
      /^\/v1\/(projects\/.+\/repositories\/[^/]+)\/dockerImages\/(.+)@(sha256:.+)$/,
      ({ parts: [repository, name, digest] }) => {
        const found = repositories.images.find(
          (image) => image.repository === repository && image.name === name && image.digest === digest,
        )
        if (!found) throw notFound(`Image ${digest}`)
        return { imageSizeBytes: `${2 ** 28}` }
      },
    ],
  ]
}

function policyIn({ policy, ...rest }: Record<string, unknown>): Record<string, never> {
  const unknown = Object.keys(rest).find((key) => !['resource', 'updateMask'].includes(key))
  if (unknown !== undefined) throw new ApiError(400, `Unknown name "${unknown}": Cannot find field.`)
  return policy as Record<string, never>
}
