import type { Sandbox } from './shape.ts'

/**
 * The sandbox that this process runs in, if it is one of the function of this name: found without asking the administration, which a
 * worker has no right to. The time limit is what `deploy` has set, else the longest that there is.
 */
export function ownSandbox(name: string, env: NodeJS.ProcessEnv = process.env): Sandbox | undefined {
  if (env.AWS_LAMBDA_FUNCTION_NAME !== name) return undefined
  return {
    MemorySize: Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE),
    Timeout: Number(env.NUMPYWREN_TIMEOUT_S ?? 900),
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
  }
}
