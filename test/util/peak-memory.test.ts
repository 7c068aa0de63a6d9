import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { peakMemoryBytes } from '../../src/util/index.ts'

const source = fileURLToPath(new URL('../../src/util/peak-memory.ts', import.meta.url))

test('the peak counts what was touched', (t) => {
  Buffer.alloc(200e6, 1)
  t.true(peakMemoryBytes() > 200e6)
})

test('the peak of a child is its own, however large its parent is', async (t) => {
  const ballast = Buffer.alloc(400e6, 1)
  const program = `import { peakMemoryBytes } from ${JSON.stringify(source)}; console.log(peakMemoryBytes())`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  t.is(ballast.at(-1), 1)
  t.true(Number(stdout) > 10e6 && Number(stdout) < 300e6, `${stdout.trim()} bytes`)
})
