import { ApiError, notFound } from './api-error.ts'
import { PROJECT } from './metadata.ts'

export interface ServiceAccount {
  readonly name: string
  readonly email: string
  readonly displayName?: string
  readonly description?: string
}

/** The service accounts of a project, by their REST API. */
export class Accounts {
  readonly #known = new Map<string, ServiceAccount>()
  readonly #young = new Set<string>()
  readonly #newMs: number

  /** @param newMs how long others do not hear of a new account */
  constructor(newMs = 0) {
    this.#newMs = newMs
  }

  /** As the other services of the platform see it. */
  has(email: string): boolean {
    return this.#known.has(email) && !this.#young.has(email)
  }

  add(email: string, described: Pick<ServiceAccount, 'displayName' | 'description'> = {}): ServiceAccount {
    const account = { ...described, name: `projects/${PROJECT.id}/serviceAccounts/${email}`, email }
    this.#known.set(email, account)
    return account
  }

  create({ accountId, serviceAccount = {}, ...rest }: Record<string, unknown>): ServiceAccount {
    const { displayName = '', description = '', ...more } = serviceAccount as Record<string, string>
    const unknown = [...Object.keys(rest), ...Object.keys(more)][0]
    if (unknown !== undefined)
      throw new ApiError(400, `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`)
    if (typeof accountId !== 'string' || !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(accountId))
      throw new ApiError(
        400,
        `The account ID "${accountId}" does not have a length between 6 and 30 or the right letters.`,
      )
    const email = `${accountId}@${PROJECT.id}.iam.gserviceaccount.com`
    if (this.#known.has(email))
      throw new ApiError(409, `Service account ${accountId} already exists within the project.`)
    if (displayName.length > 100 || description.length > 256) throw new ApiError(400, 'The description is too long.')
    if (this.#newMs > 0) {
      this.#young.add(email)
      setTimeout(() => this.#young.delete(email), this.#newMs)
    }
    return this.add(email, { displayName, description })
  }

  get(email: string): ServiceAccount {
    const found = this.#known.get(email)
    if (!found) throw notFound(`Service account ${email}`)
    return found
  }

  delete(email: string): void {
    this.get(email)
    this.#known.delete(email)
  }
}
