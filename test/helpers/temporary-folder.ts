import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A new folder that is removed when the test ends. */
export async function temporaryFolder(t: ExecutionContext<unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'numpywren-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}
