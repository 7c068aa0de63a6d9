import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { DeployError } from '../function/index.ts'

/** Runs a program to its end. @param input goes to its standard input @returns its standard output @throws DeployError with what it said, when it fails */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input = '', signal }: { readonly input?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(signal && { signal }) })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, killed) => resolve(code ?? killed ?? 'an unknown end'))
  })
  // A program that ends without reading what it is given says why by itself.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  try {
    const [code, output, said] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    if (code === 0) return output
    throw new DeployError(
      `${program} ${args[0]} failed (${code}): ${said.trim().slice(-1000) || output.trim().slice(-1000)}`,
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof DeployError ? error : new DeployError(`${program} ${args[0]} failed`, { cause: error })
  }
}
