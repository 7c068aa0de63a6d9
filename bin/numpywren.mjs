#!/usr/bin/env node
// Starts the command line. In a checkout it runs the TypeScript sources under the project's own Node; a published package carries dist/.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const compiled = path('../dist/cli/main.js')
const source = path('../src/cli/main.ts')
const ownNode = path('../node_modules/node/bin/node')
const [major = 0] = process.versions.node.split('.').map(Number)

if (existsSync(compiled)) {
  await import('../dist/cli/main.js')
} else if (major >= 24) {
  await import('../src/cli/main.ts')
} else if (existsSync(ownNode)) {
  const result = spawnSync(ownNode, [source, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = result.status ?? 1
} else {
  process.stderr.write(`numpywren needs Node 24 (this is ${process.version}); run 'npm run setup' in the checkout first\n`)
  process.exitCode = 1
}
