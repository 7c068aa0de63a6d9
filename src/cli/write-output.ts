import { writeFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { type GlobalOptions, say } from './context.ts'

/** Writes a document to a file, and under --json its name to standard output; without a file the document itself. @throws InputError when the file cannot be written */
export async function writeOutput(
  document: string | Uint8Array,
  { output: file, json = false }: GlobalOptions & { readonly output?: string },
): Promise<void> {
  if (file === undefined || file === '-') {
    process.stdout.write(typeof document === 'string' && !document.endsWith('\n') ? `${document}\n` : document)
    return
  }
  try {
    await writeFile(file, document)
  } catch (cause) {
    throw new InputError(`cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
  if (json) process.stdout.write(`${JSON.stringify({ file })}\n`)
  else say(`wrote ${file}`)
}
