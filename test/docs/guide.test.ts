/** The sessions of the guide and of the language reference run, line by line, as they are printed. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { readPage, root } from './helpers/markdown.ts'
import { runLine, sessionOf } from './helpers/session.ts'

for (const page of ['docs/guide.md', 'docs/lambdapack.md']) {
  test.serial(`${page}: every command runs and exits as it says`, (t) => {
    t.timeout(300_000)
    const folder = mkdtempSync(join(tmpdir(), 'numpywren-docs-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    cpSync(`${root}examples`, join(folder, 'examples'), { recursive: true })
    const session = sessionOf(readPage(page))
    t.true(session.length >= 5)
    for (const line of session) {
      const { status, output } = runLine(line, folder)
      t.true(line.exits.includes(status ?? -1), `${line.command}\nended with ${status}\n${output}`)
    }
  })
}
