import { randomBytes } from 'node:crypto'
import { ApiError } from './api-error.ts'

export interface Binding {
  readonly role: string
  readonly members: readonly string[]
  readonly condition?:
    | { readonly title?: string; readonly description?: string; readonly expression?: string }
    | undefined
}

export interface Policy {
  readonly version?: number
  readonly etag: string
  readonly bindings: readonly Binding[]
}

/** Who may do what with each resource. */
export class Policies {
  readonly #known = new Map<string, Policy>()
  readonly #accountExists: (email: string) => boolean

  /** @param accountExists tells of the project's service accounts */
  constructor(accountExists: (email: string) => boolean) {
    this.#accountExists = accountExists
  }

  get(resource: string): Policy {
    return this.#known.get(resource) ?? { etag: 'ACAB', bindings: [] }
  }

  /** @throws ApiError for a policy that is older than the one there, is of a version that knows no conditions, or names accounts that do not exist */
  set(resource: string, given: Partial<Policy>): Policy {
    const before = this.get(resource)
    if (given.etag !== undefined && given.etag !== before.etag)
      throw new ApiError(
        409,
        'There were concurrent policy changes. Please retry the whole read-modify-write.',
        'ABORTED',
      )
    const bindings = given.bindings ?? []
    if (bindings.some(({ condition }) => condition) && given.version !== 3)
      throw new ApiError(400, 'Conditions can only be specified in policies of version 3.')
    for (const member of bindings.flatMap(({ members }) => members)) {
      const email = /^serviceAccount:(.+)$/.exec(member)?.[1]
      if (email !== undefined && !this.#accountExists(email))
        throw new ApiError(400, `Service account ${email} does not exist.`)
    }
    const policy = { version: given.version ?? 1, etag: randomBytes(6).toString('base64'), bindings }
    this.#known.set(resource, policy)
    return policy
  }

  delete(resource: string): void {
    this.#known.delete(resource)
  }

  /** Whether an account has a role there, by conditions or without. */
  has(resource: string, role: string, email: string): boolean {
    return this.get(resource).bindings.some(
      (binding) => binding.role === role && binding.members.includes(`serviceAccount:${email}`),
    )
  }

  /** All bindings of an account, for tests to read: role, resource, and condition if there is one. */
  of(email: string): readonly (readonly [string, string, string | undefined])[] {
    return [...this.#known].flatMap(([resource, { bindings }]) =>
      bindings
        .filter(({ members }) => members.includes(`serviceAccount:${email}`))
        .map(({ role, condition }) => [role, resource, condition?.expression] as const),
    )
  }
}
