/** The parts measured by themselves: kernels against C, the coordinator, the analysis. */

import { fileURLToPath } from 'node:url'
import { runCommand } from './peers/command.ts'

/** Markdown of the three. */
export async function measureParts(say: (line: string) => void): Promise<string> {
  say('kernels against the same calls from C')
  const kernels = await script('kernels/main.ts')
  say('the embedded coordinator')
  const coordinator = await script('coordinator.ts')
  say('the analysis')
  const analysis = await script('analysis.ts')
  return [
    '### Kernels through the addon against the same OpenBLAS call from C, one thread',
    block(kernels.stderr),
    '### Embedded coordinator with empty kernels',
    block(coordinator.stdout),
    '### Analysis at 1024 tiles a side',
    block(analysis.stdout),
  ].join('\n\n')
}

/** Markdown of the coordinator in Redis. */
export async function measureRedisCoordinator(say: (line: string) => void): Promise<string> {
  say('the coordinator in Redis')
  const { stdout } = await script('coordinator-redis.ts')
  return ['### Coordinator in Redis with empty kernels', block(stdout)].join('\n\n')
}

async function script(name: string) {
  const result = await runCommand(process.execPath, [fileURLToPath(new URL(name, import.meta.url))])
  if (result.code !== 0) throw new RangeError(`bench/${name} ended with ${result.code}: ${result.stderr}`)
  return result
}

const block = (text: string): string => `\`\`\`\n${text.trim()}\n\`\`\``
