// Runs the test suite (ava), prints failures in full and one line a file otherwise, and closes with the plain summary line.
// Arguments are passed on to ava: `npm test -- test/matrix/**`.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const ava = fileURLToPath(new URL('../node_modules/.bin/ava', import.meta.url))
const child = spawn(process.execPath, [ava, '--tap', ...process.argv.slice(2)], {
  cwd: root,
  // Hundreds of processes load the same sources; what Node compiled of them is kept, as bin/numpywren keeps it.
  env: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/numpywren', import.meta.url)),
    ...process.env,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})

const counts = { passed: 0, failed: 0, skipped: 0 }
const files = new Map()
let insideFailure = false

for await (const line of createInterface({ input: child.stdout })) {
  const result = /^(not )?ok \d+ - (.*)$/.exec(line)
  if (result) {
    const [, not, title = ''] = result
    insideFailure = not !== undefined
    if (/# (SKIP|TODO)/i.test(title)) {
      counts.skipped++
      process.stdout.write(`skipped: ${title}\n`)
    } else if (insideFailure) {
      counts.failed++
      process.stdout.write(`\nFAILED: ${title}\n`)
    } else {
      counts.passed++
      const file = title.split(' › ').slice(0, -1).join('/') || title
      if (!files.has(file)) process.stdout.write(`ok ${file}\n`)
      files.set(file, (files.get(file) ?? 0) + 1)
    }
  } else if (insideFailure) {
    process.stdout.write(`${line}\n`)
  }
}

const status = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
if (status !== 0 && counts.failed === 0) counts.failed = 1
if (counts.passed + counts.failed === 0) counts.failed = 1
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`)
process.exitCode = counts.failed > 0 || status !== 0 ? 1 : 0
