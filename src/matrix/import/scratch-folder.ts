import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFailure } from './write-failure.ts'

/** Makes a temporary folder in `parent`. @default the system's place for temporary files */
export async function makeScratchFolder(parent: string = tmpdir()): Promise<string> {
  return await mkdtemp(join(parent, 'numpywren-import-')).catch((cause: unknown) => {
    throw writeFailure(parent, cause)
  })
}
