/** Okabe and Ito's colours, told apart by colour-blind readers too (jfly.uni-koeln.de/color); grey stands in for their black. */
const okabeIto = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#F0E442', '#999999'] as const

/** Colours of lines, areas and text that stand for no kernel. */
export const ink = { text: '#222222', quiet: '#666666', measured: '#0072B2', theoretical: '#D55E00' } as const

/** Colours of the parts of a task's time, in their order. */
export const partColours: Readonly<Record<'lease' | 'read' | 'wait' | 'compute' | 'write', string>> = {
  lease: '#CC79A7',
  read: '#56B4E9',
  wait: '#BBBBBB',
  compute: '#0072B2',
  write: '#E69F00',
}

/** Starts of sandboxes. */
export const startColours: Readonly<Record<'cold' | 'warm', string>> = { cold: '#0072B2', warm: '#E69F00' }

/** One colour per kernel, by order of name, so that a program's pictures agree; they repeat from the ninth kernel on. */
export function kernelColours(kernels: Iterable<string>): ReadonlyMap<string, string> {
  const names = [...new Set(kernels)].sort()
  return new Map(names.map((name, at) => [name, okabeIto[at % okabeIto.length] ?? ink.quiet]))
}
