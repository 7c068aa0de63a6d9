import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const storage = new URL('../../../src/storage/index.ts', import.meta.url).href

/** Starts a Node process whose program finds FsStore imported and its arguments in `args`. `shell` may set limits first. */
export function startChild(program: string, args: readonly string[], shell = ''): ChildProcess {
  const text = `import { FsStore } from ${JSON.stringify(storage)}; const args = process.argv.slice(1); ${program}`
  const command = `${shell} exec "$0" "$@"`
  const nodeArgs = ['--input-type=module', '-e', text, '--', ...args]
  return spawn('bash', ['-c', command, process.execPath, ...nodeArgs], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
}

/** Runs such a process to its end. @returns what it printed */
export async function runChild(program: string, args: readonly string[], shell = ''): Promise<string> {
  const child = startChild(program, args, shell)
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await once(child, 'close')
  return output
}
