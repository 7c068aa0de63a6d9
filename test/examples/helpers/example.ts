import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const examples: string = fileURLToPath(new URL('../../../examples/', import.meta.url))

/** Runs an example as its users do, in this folder. @returns what it printed @throws Error when it fails */
export function runExample(folder: string, name: string): string {
  const { NUMPYWREN_STORE: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, name)], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
  return stdout
}

/** An empty folder for examples, removed when the test ends. */
export function exampleFolder(t: { teardown(action: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'numpywren-example-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}
