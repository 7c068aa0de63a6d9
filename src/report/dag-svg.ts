import { instance } from '@viz-js/viz'
import type { DagData } from './dag-dot.ts'
import { dagDot } from './dag-dot.ts'
import type { GraphSize } from './errors.ts'
import { EmptyPictureError, PictureTooLargeError } from './errors.ts'
import type { Drawing } from './figure.ts'
import { figure, fontFamily } from './figure.ts'
import { kernelColours } from './palette.ts'
import { programLabel } from './profile-svg.ts'

/** The largest graph that {@link dagSvg} lays out: the layout's time grows much faster than the graph. */
export const dagSvgLimit: GraphSize = { tasks: 3000, edges: 10_000 }

/**
 * Draws a task graph, coloured by kernel, with title and legend. The layout is Graphviz's, compiled to WebAssembly.
 * @throws {PictureTooLargeError} above {@link dagSvgLimit}
 * @throws {EmptyPictureError} when there is no task
 */
export async function dagSvg(dag: DagData): Promise<string> {
  const size = { tasks: dag.tasks.length, edges: dag.edges.length }
  if (size.tasks > dagSvgLimit.tasks || size.edges > dagSvgLimit.edges) {
    throw new PictureTooLargeError(dag.program, size, dagSvgLimit)
  }
  if (dag.tasks.length === 0) throw new EmptyPictureError(`the task graph of ${dag.program} has no tasks`)
  const viz = await instance()
  const drawing = viz.renderString(dagDot(dag), { format: 'svg', graphAttributes: effort(dag.edges.length) })
  const counts = new Map<string, number>()
  for (const { kernel } of dag.tasks) counts.set(kernel, (counts.get(kernel) ?? 0) + 1)
  return figure({
    title: `Task graph of ${programLabel(dag)}`,
    notes: [`${dag.tasks.length} tasks, ${dag.edges.length} edges, critical path ${dag.criticalPath} tasks`],
    legend: [...kernelColours(counts.keys())].map(([kernel, colour]) => ({
      label: `${kernel} (${counts.get(kernel)})`,
      colour,
    })),
    drawings: [toDrawing(viz.graphvizVersion, drawing)],
  })
}

/** Large graphs get fewer rounds of the two simplex solvers and of crossing reduction, and straight edges. */
function effort(edges: number): Record<string, string | number> {
  return edges < 1000 ? {} : { nslimit: 2, nslimit1: 2, mclimit: 0.2, splines: 'line' }
}

/** Graphviz writes points and a preamble; the figure wants px and the element alone. */
function toDrawing(version: string, document: string): Drawing {
  const size = /<svg width="([\d.]+)pt" height="([\d.]+)pt"/.exec(document)
  if (size === null) throw new EmptyPictureError(`Graphviz ${version} gave no SVG`)
  const width = Number(size[1])
  const height = Number(size[2])
  const svg = document
    .slice(size.index)
    .replace(size[0], `<svg width="${width}" height="${height}"`)
    .replaceAll(/font-family="[^"]*"/g, `font-family="${fontFamily}"`)
    .replaceAll(/<!--.*?-->\n?/gs, '')
  return { svg, width, height }
}
