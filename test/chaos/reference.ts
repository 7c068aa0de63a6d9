/** What an undisturbed run of a problem gives, computed once. */

import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileObjects, isTile, type Objects } from './objects.ts'
import { commandOf, type Problem } from './problems.ts'
import type { RunProcesses } from './processes.ts'
import { FolderProgress } from './store-site.ts'

export interface Reference {
  /** Digest of every result tile by its key below the folder of the run. */
  readonly tiles: ReadonlyMap<string, string>
  /** Keys of the metadata of the results, below the folder of the run. */
  readonly matrices: readonly string[]
  /** Tiles that are stored when every tile is stored: the measure of progress. */
  readonly storedTiles: number
}

export class References {
  readonly #folder: string
  readonly #processes: RunProcesses
  readonly #known = new Map<string, Promise<Reference>>()

  /** @param folder to keep the undisturbed runs in */
  constructor(folder: string, processes: RunProcesses) {
    this.#folder = folder
    this.#processes = processes
  }

  of(problem: Problem): Promise<Reference> {
    let known = this.#known.get(problem.id)
    if (known === undefined) {
      known = this.#compute(problem)
      this.#known.set(problem.id, known)
    }
    return known
  }

  async #compute(problem: Problem): Promise<Reference> {
    const store = join(this.#folder, problem.id)
    await mkdir(store, { recursive: true })
    const { name, kind, options } = problem.input
    await this.#succeed(['generate', kind, `${store}/${name}`, ...options])
    const objects = new FileObjects(store)
    const progress = new FolderProgress(objects)
    const run = this.#processes.start([...commandOf(problem, { store, runId: 'undisturbed' }), '--durability', 'full'])
    while (!run.isOver()) {
      await progress.tiles('undisturbed')
      await sleep(25)
    }
    const end = await run.done
    if (end.code !== 0) throw new Error(`the undisturbed ${problem.id} failed: ${end.stderr}`)
    return {
      tiles: await tileDigests(objects, 'undisturbed'),
      matrices: (await objects.list('undisturbed/'))
        .filter((key) => key.endsWith('zarr.json'))
        .map((key) => key.slice('undisturbed/'.length)),
      storedTiles: await progress.tiles('undisturbed'),
    }
  }

  async #succeed(args: readonly string[]): Promise<void> {
    const { code, stderr } = await this.#processes.run(args)
    if (code !== 0) throw new Error(`numpywren ${args.join(' ')} failed: ${stderr}`)
  }
}

/** Digests of the tiles below the folder of a run; equal bytes are equal numbers, as one encoding is written everywhere. */
export async function tileDigests(objects: Objects, runId: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const key of await objects.list(`${runId}/`)) {
    if (!isTile(key)) continue
    const bytes = await objects.read(key)
    if (bytes !== undefined) digests.set(key.slice(runId.length + 1), createHash('sha1').update(bytes).digest('hex'))
  }
  return digests
}
