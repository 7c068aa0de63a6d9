/** Stages of procedures: runs of shipped programs whose results lie with the procedure until its end. */

import { type BigMatrix, tileDtype } from '../matrix/index.ts'
import type { Binding } from '../run/index.ts'
import { dimensions, inputTiled, type Place, shipped } from './algorithm.ts'
import type { Stages } from './spec.ts'

/** Runs a shipped program. @returns the matrices it writes, by its own names */
export function runStage(
  stages: Stages,
  stage: {
    readonly name: string
    readonly program: string
    readonly args: Readonly<Record<string, number>>
    readonly inputs: Readonly<Record<string, Binding>>
    /** Kept with the procedure. */
    readonly outputs: readonly string[]
    /** Outputs that go elsewhere. */
    readonly places?: Readonly<Record<string, Binding>>
  },
): Promise<Readonly<Record<string, BigMatrix>>> {
  const { name, program, args, inputs, outputs, places = {} } = stage
  const kept = outputs.map((output) => [output, stages.work(`${name}-${output}`)] as const)
  const names = [...outputs, ...Object.keys(places)]
  return stages.run(name, {
    name: program,
    program: shipped(program),
    args,
    bindings: { ...inputs, ...Object.fromEntries(kept), ...places },
    parameters: {},
    results: Object.fromEntries(names.map((output) => [output, output])),
  })
}

/** Copies an accepted result to its place, in tiles of its own. */
export async function deliver(
  stages: Stages,
  X: BigMatrix,
  result: { readonly place: Place; readonly tile: readonly [number, number] },
): Promise<void> {
  const { place } = result
  const { m, n } = dimensions(X)
  const tile = [Math.min(result.tile[0], m), Math.min(result.tile[1], n)] as const
  await stages.run('result', {
    name: 'copied',
    program: shipped('copied'),
    args: { M: Math.ceil(m / tile[0]), N: Math.ceil(n / tile[1]) },
    bindings: { A: inputTiled(X, tile), B: { ...place, layout: { shape: [m, n], tile, dtype: tileDtype(X.layout) } } },
    parameters: {},
    results: { X: 'B' },
  })
}
