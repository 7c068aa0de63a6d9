import { rmSync } from 'node:fs'
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { temporaryFolder } from './temporary-folder.ts'

const originals = new Map<string, Promise<string>>()

/** A new folder with what `fill` puts into it, which is done once per test file and key: every test gets a copy of its own. */
export async function copiedFolder(
  t: ExecutionContext<unknown>,
  key: string,
  fill: (folder: string) => Promise<unknown>,
): Promise<string> {
  let original = originals.get(key)
  if (original === undefined) {
    original = filled(fill)
    originals.set(key, original)
  }
  const folder = await temporaryFolder(t)
  await cp(await original, folder, { recursive: true })
  return folder
}

async function filled(fill: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'numpywren-test-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await fill(folder)
  return folder
}
