import { ApiError, notFound } from './api-error.ts'

export interface Repository {
  readonly name: string
  readonly format: string
  readonly labels: Readonly<Record<string, string>>
}

/** An image, as REPOSITORY's full name, its own, a tag and its digest. */
export interface RegistryImage {
  readonly repository: string
  readonly name: string
  readonly tag: string
  readonly digest: string
}

/** The repositories of Artifact Registry, by its REST API; with the images in them. */
export class Repositories {
  readonly #known = new Map<string, Repository>()
  /** Put there by tests. */
  readonly images: RegistryImage[] = []

  create(name: string, { format, labels = {}, ...rest }: Record<string, unknown>): Repository {
    const unknown = Object.keys(rest).find((key) => key !== 'description')
    if (unknown !== undefined)
      throw new ApiError(400, `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`)
    if (!/^[a-z][a-z0-9-]{1,62}$/.test(name.split('/').at(-1) ?? '')) throw new ApiError(400, 'Invalid repository ID.')
    if (format !== 'DOCKER') throw new ApiError(400, `Unsupported format ${format}.`)
    if (this.#known.has(name)) throw new ApiError(409, 'the repository already exists')
    const repository = { name, format, labels: labels as Record<string, string> }
    this.#known.set(name, repository)
    return repository
  }

  get(name: string): Repository {
    const found = this.#known.get(name)
    if (!found) throw notFound(`Repository ${name}`)
    return found
  }

  delete(name: string): void {
    this.get(name)
    this.#known.delete(name)
  }
}
