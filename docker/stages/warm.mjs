// Loads what a worker loads when it starts, so that Node keeps it compiled (NODE_COMPILE_CACHE). A package or library that lacks something is found here.

import { readdirSync, readFileSync } from 'node:fs'

const sources = new URL('../src/', import.meta.url)

const { native } = await import(new URL('kernels/native.ts', sources))
process.stderr.write(`warm: ${native().blasInfo().config}\n`)

const doors = new URL('function/', sources)
for (const name of readdirSync(doors)) if (name.endsWith('.ts') && name !== 'main.ts') await import(new URL(name, doors))
await import(new URL('worker/index.ts', sources))

// Loaded late, when it is known where a run is kept.
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
for (const name of Object.keys(dependencies)) await import(name)
process.exit(0)
