import { writeFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { say } from './context.ts'

/** Writes a document to a file, or to standard output without one. @throws InputError when the file cannot be written */
export async function writeOutput(document: string | Uint8Array, file: string | undefined): Promise<void> {
  if (file === undefined || file === '-') {
    process.stdout.write(typeof document === 'string' && !document.endsWith('\n') ? `${document}\n` : document)
    return
  }
  try {
    await writeFile(file, document)
  } catch (cause) {
    throw new InputError(`cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
  say(`wrote ${file}`)
}
