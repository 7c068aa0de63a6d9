import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const child = fileURLToPath(new URL('helpers/import-child.ts', import.meta.url))
const side = 16384

/** A file of zeros that takes no room: 2 GiB of doubles behind a header. */
async function writeSparse(file: string, fortranOrder: 'True' | 'False'): Promise<void> {
  const text = `{'descr': '<f8', 'fortran_order': ${fortranOrder}, 'shape': (${side}, ${side}), }`
  const handle = await open(file, 'w')
  await handle.write(Buffer.from(`\x93NUMPY\x01\0\x76\0${text.padEnd(117)}\n`, 'latin1'))
  await handle.truncate(128 + side * side * 8)
  await handle.close()
}

for (const [order, tile] of [
  ['False', 2048],
  ['True', 4096],
] as const) {
  test.serial(`importing 2 GiB stays below 600 MB (fortran_order ${order}, tile ${tile})`, async (t) => {
    const folder = await temporaryFolder(t)
    const file = join(folder, 'zeros.npy')
    await writeSparse(file, order)
    const { stdout } = await promisify(execFile)(process.execPath, [child, file, join(folder, 'store'), String(tile)])
    t.true(Number(stdout) < 600e6, `peak ${stdout} bytes`)
    t.log(`peak ${Math.round(Number(stdout) / 1e6)} MB`)
  })
}
