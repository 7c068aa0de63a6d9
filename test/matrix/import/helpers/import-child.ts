/** Imports argv[2] to a store in the folder argv[3] with tile argv[4] and prints the peak of its memory in bytes. */
import { importFile } from '../../../../src/matrix/import/index.ts'
import { FsStore } from '../../../../src/storage/index.ts'
import { peakMemoryBytes } from '../../../../src/util/index.ts'

const [, , file = '', folder = '', tile = ''] = process.argv
await importFile(file, new FsStore(folder), 'A', { tile: Number(tile) })
process.stdout.write(String(peakMemoryBytes()))
