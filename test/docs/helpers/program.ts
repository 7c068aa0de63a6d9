/** The programs of the language reference, checked and expanded as the command line does it. */

import { kernelRegistry } from '../../../src/kernels/index.ts'
import { check, compile, dag, inline, parse, renderDiagnostic } from '../../../src/lambdapack/index.ts'
import { link, readSource } from '../../../src/linalg/index.ts'

function argsOf(info: string): Record<string, number> {
  return Object.fromEntries([...info.matchAll(/--arg (\w+)=(\S+)/g)].map(([, name, value]) => [name, Number(value)]))
}

/** What `numpywren check mine.lp --arg ...` prints about this text. `info`: `check` with its options. */
export function checkOutput(text: string, info: string): string {
  const args = argsOf(info)
  const limit = /--limit (\d+)/.exec(info)?.[1]
  const source = link({ name: 'mine.lp', text })
  const diagnostics = check(source, {
    kernels: kernelRegistry.list(),
    ...(Object.keys(args).length > 0 ? { args } : {}),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  })
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n')
}

/** The graph of a shipped program, a task a line. `info`: `dag NAME` with its options. */
export function dagOutput(info: string): string {
  const source = readSource(info.split(' ')[1] ?? '')
  const graph = dag(compile(inline(parse(source).module, source.entry), argsOf(info), { source: source.text }))
  const fields = Object.entries(graph).map(([name, value]) => {
    const isTasks = name === 'tasks' && Array.isArray(value)
    const text = isTasks
      ? `[\n${value.map((task) => `    ${JSON.stringify(task)}`).join(',\n')}\n  ]`
      : JSON.stringify(value)
    return `  ${JSON.stringify(name)}: ${text}`
  })
  return `{\n${fields.join(',\n')}\n}`
}
