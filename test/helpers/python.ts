import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const interpreter = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))

/** Runs a Python program in the environment of the tests (zarr, numpy, scipy); `sys.argv[1:]` are the arguments. @returns what it printed */
export async function runPython(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    interpreter,
    ['-W', 'error::DeprecationWarning', '-c', program, ...args],
    {
      maxBuffer: 1 << 28,
    },
  )
  return stdout
}
