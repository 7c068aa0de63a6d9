import type { Dag, DagTask } from '../lambdapack/index.ts'
import { kernelColours } from './palette.ts'

/** What is drawn of a task graph. */
export interface DagData extends Pick<Dag, 'program' | 'args' | 'edges' | 'criticalPath'> {
  readonly tasks: readonly Pick<DagTask, 'id' | 'kernel' | 'vars'>[]
}

/** The task graph in Graphviz's DOT language, tasks coloured by kernel: `potrf` over `i=0`. */
export function dagDot(dag: DagData): string {
  const colours = kernelColours(dag.tasks.map((task) => task.kernel))
  const lines = [
    `digraph ${quote(dag.program)} {`,
    '  graph [rankdir=TB, ranksep=0.45, nodesep=0.2, bgcolor="transparent"]',
    '  node [shape=box, style="filled,rounded", fontname="DejaVu Sans", fontsize=11, margin="0.13,0.06", penwidth=0]',
    '  edge [color="#666666", penwidth=0.8, arrowsize=0.6]',
  ]
  for (const task of dag.tasks) {
    const colour = colours.get(task.kernel) ?? ''
    lines.push(
      `  ${quote(task.id)} [label=${quote(dagLabel(task))}, fillcolor="${colour}", fontcolor="${readable(colour)}"]`,
    )
  }
  for (const [from, to] of dag.edges) lines.push(`  ${quote(from)} -> ${quote(to)}`)
  lines.push('}')
  return `${lines.join('\n')}\n`
}

function dagLabel(task: Pick<DagTask, 'kernel' | 'vars'>): string {
  const vars = Object.entries(task.vars).map(([name, value]) => `${name}=${value}`)
  return vars.length === 0 ? task.kernel : `${task.kernel}\n${vars.join(' ')}`
}

/** A quoted DOT string: line feeds become centred line breaks. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** White or near-black, whichever stands out from the colour (relative luminance of WCAG 2). */
function readable(colour: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#111111' : '#ffffff'
}
