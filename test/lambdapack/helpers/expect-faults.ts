import type { ExecutionContext } from 'ava'
import { type CheckOptions, check, renderDiagnostic } from '../../../src/lambdapack/index.ts'
import { kernels } from '../corpus.ts'

/** Checks a text, named `p.lp`, and compares what is found, as it is shown, with what is expected. */
export function expectFaults(
  t: ExecutionContext,
  text: string,
  expected: readonly string[],
  options: Omit<CheckOptions, 'kernels'> = {},
): void {
  const source = { name: 'p.lp', text }
  const rendered = check(source, { kernels, ...options }).map((found) => renderDiagnostic(found, source))
  t.deepEqual(rendered, expected)
}
