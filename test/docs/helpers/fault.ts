/** The faulty programs of the language reference, checked as `numpywren check` does. */

import { kernelRegistry } from '../../../src/kernels/index.ts'
import { check, renderDiagnostic } from '../../../src/lambdapack/index.ts'
import { link } from '../../../src/linalg/index.ts'

/** What `numpywren check mine.lp --arg ...` prints about this text. `info`: `check` and its `--arg NAME=VALUE` options. */
export function checkOutput(text: string, info: string): string {
  const args = Object.fromEntries(
    [...info.matchAll(/--arg (\w+)=(\S+)/g)].map(([, name, value]) => [name, Number(value)]),
  )
  const limit = /--limit (\d+)/.exec(info)?.[1]
  const source = link({ name: 'mine.lp', text })
  const diagnostics = check(source, {
    kernels: kernelRegistry.list(),
    ...(Object.keys(args).length > 0 ? { args } : {}),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  })
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n')
}
