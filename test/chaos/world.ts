/** What all steps share: a folder, a small disk, servers with proxies before them, and inputs. */

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Teardown } from '../helpers/servers/start-server.ts'
import { fileStore, gcsStore, s3Store } from './make-sites.ts'
import type { Problem } from './problems.ts'
import { RunProcesses } from './processes.ts'
import { RedisSite } from './redis-site.ts'
import { References } from './reference.ts'
import type { StoreKind, StoreSite } from './store-site.ts'

const sh = promisify(execFile)

/** Room on the disk of the stores. */
const DISK = '256m'

export class World {
  readonly folder: string
  /** Why no disk is filled, if none is. */
  readonly diskProblem: string | undefined
  readonly references: References
  readonly #scope: Teardown
  readonly #disk: string
  readonly #sites = new Map<StoreKind, Promise<StoreSite>>()
  readonly #inputs = new Map<string, Promise<void>>()
  #redis: Promise<RedisSite> | undefined

  private constructor(scope: Teardown, folder: string, disk: string, diskProblem: string | undefined) {
    this.#scope = scope
    this.folder = folder
    this.#disk = disk
    this.diskProblem = diskProblem
    this.references = new References(folder, this.processes('undisturbed', {}))
  }

  static async create(scope: Teardown): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'numpywren-chaos-'))
    scope.teardown(() => rm(folder, { recursive: true, force: true }))
    const disk = join(folder, 'disk')
    await mkdir(disk)
    return new World(scope, folder, disk, await mountDisk(scope, disk))
  }

  /** The store of a kind, started when it is wanted first. */
  site(kind: StoreKind): Promise<StoreSite> {
    let site = this.#sites.get(kind)
    if (site === undefined) {
      site = this.#makeSite(kind)
      this.#sites.set(kind, site)
    }
    return site
  }

  redis(): Promise<RedisSite> {
    this.#redis ??= RedisSite.start(this.#scope, this.folder)
    return this.#redis
  }

  /** Processes that can be told from all others. */
  processes(name: string, env: Readonly<Record<string, string>>): RunProcesses {
    const processes = new RunProcesses(`${process.pid}-${name}`, { cwd: this.folder, env })
    this.#scope.teardown(() => processes.killAll())
    return processes
  }

  /** Makes sure that a problem's input lies in a store. */
  async input(site: StoreSite, { input }: Problem): Promise<void> {
    const key = `${site.kind} ${input.name}`
    let made = this.#inputs.get(key)
    if (made === undefined) {
      made = this.#generate(site, input)
      this.#inputs.set(key, made)
    }
    await made
  }

  async #generate(site: StoreSite, { name, kind, options }: Problem['input']): Promise<void> {
    const processes = this.processes(`input-${site.kind}-${name}`, site.env)
    const { code, stderr } = await processes.run(['generate', kind, `${site.url}/${name}`, ...options])
    if (code !== 0) throw new Error(`could not generate ${name} in ${site.url}: ${stderr}`)
  }

  #makeSite(kind: StoreKind): Promise<StoreSite> {
    const disk = this.diskProblem === undefined ? this.#disk : undefined
    switch (kind) {
      case 'fs': {
        const folder = join(this.#disk, 'fs')
        return Promise.resolve(fileStore(folder, { url: pathToFileURL(folder).href, disk }))
      }
      case 's3':
        return s3Store(this.#scope, { folder: this.#disk, disk })
      case 'gs':
        return gcsStore(this.#scope, { folder: this.#disk, disk })
    }
  }
}

/** Puts a small file system of its own at the folder. @returns why it could not */
async function mountDisk(scope: Teardown, folder: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root'
  try {
    await sh('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder])
  } catch (error) {
    return `no mount is allowed here (${(error as Error).message.split('\n', 1)[0]})`
  }
  scope.teardown(() => sh('umount', ['-l', folder]))
  return undefined
}
