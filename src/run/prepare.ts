import { InputError } from '../errors.ts'
import type { Dtype, Extent, KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram, MatrixInfo, TileRef } from '../lambdapack/index.ts'
import { BigMatrix, type Layout, type MatrixAttributes, type TileArray, tileDtype } from '../matrix/index.ts'
import { objectUrl, type Store } from '../storage/index.ts'
import type { Axes } from './axes.ts'
import { addressed, applyView } from './bindings.ts'
import { ProgramError } from './errors.ts'
import { type InferredLayout, inferLayouts } from './layouts.ts'
import type { Manifest, ManifestMatrix, ViewStep } from './manifest.ts'
import { checkDtypes, tileExtent } from './operands.ts'
import { checkSource, compileSource, type ProgramSource } from './program.ts'

/** What a matrix parameter of a program is bound to: a matrix that exists, or the place of one that the run makes. */
export interface Binding {
  /** @default the store of the run */
  readonly store?: Store | undefined
  readonly path: string
  /** How an input is seen, in order. */
  readonly view?: readonly ViewStep[] | undefined
  /** Layout of an output. @default what the program's kernels make of the inputs */
  readonly layout?: Layout | undefined
  /** What tiles of an output read as that the program does not write. @default 0 */
  readonly fillValue?: number | undefined
  /** Attributes of an output. */
  readonly attributes?: MatrixAttributes | undefined
}

export interface PrepareOptions {
  readonly store: Store
  readonly program: ProgramSource
  readonly args: Readonly<Record<string, number>>
  readonly bindings: Readonly<Record<string, Binding>>
  /** Layouts of intermediates, where the caller knows them. The others are inferred. */
  readonly intermediates?: Readonly<Record<string, Layout>> | undefined
  readonly kernels: KernelRegistry
}

/** A program with its matrices, checked against each other; nothing has been written. */
export interface Prepared {
  readonly program: CompiledProgram
  readonly aliases: Readonly<Record<string, string>>
  readonly matrices: Manifest['matrices']
}

/** Compiles the program and settles for every matrix where it lies and what it looks like. @throws ProgramError, MatrixNotFoundError, LayoutInferenceError */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { store, bindings, args } = options
  const bound = Object.keys(bindings)
  const compiled = (aliases: Readonly<Record<string, string>>): CompiledProgram => {
    checkSource(options.program, options.kernels, { args, aliases })
    return compileSource(options.program, { args, bound, aliases })
  }
  const plain = compiled({})
  const aliases = aliasesOf(plain, bindings, store)
  const program = Object.keys(aliases).length === 0 ? plain : compiled(aliases)
  const names = new Set([...program.matrices.map(({ name }) => name), ...Object.keys(aliases)])
  for (const name of bound)
    if (!names.has(name))
      throw new ProgramError(`program ${program.name} has no matrix ${name}; it has ${[...names].join(', ')}`)
  const inputs = new Map<string, TileArray>()
  const matrices: Record<string, ManifestMatrix> = {}
  for (const info of program.matrices) {
    if (info.role !== 'input') continue
    const { described, array } = await describeInput(info, bindings[info.name], store)
    matrices[info.name] = described
    inputs.set(info.name, array)
  }
  const written = describeWritten(options, program, inputs)
  for (const [name, described] of written) matrices[name] = described
  return { program, aliases, matrices }
}

/** Outputs bound to one array are one matrix; an array that is read as an input cannot be written. @throws InputError */
function aliasesOf(
  { matrices }: CompiledProgram,
  bindings: Readonly<Record<string, Binding>>,
  store: Store,
): Record<string, string> {
  const urlOf = (name: string): string | undefined => {
    const binding = bindings[name]
    return binding && objectUrl((binding.store ?? store).url, binding.path)
  }
  const inputs = new Map<string, string>()
  for (const { name, role } of matrices) {
    const url = role === 'input' ? urlOf(name) : undefined
    if (url !== undefined) inputs.set(url, name)
  }
  const first = new Map<string, string>()
  const aliases: Record<string, string> = {}
  for (const { name, role } of matrices) {
    const url = role === 'input' ? undefined : urlOf(name)
    if (url === undefined) continue
    if (inputs.has(url))
      throw new InputError(
        `the output ${name} would overwrite the input ${inputs.get(url)} at ${url}; choose another URL`,
      )
    const known = first.get(url)
    if (known === undefined) first.set(url, name)
    else aliases[name] = known
  }
  return aliases
}

async function describeInput(
  { name, rank }: MatrixInfo,
  binding: Binding | undefined,
  store: Store,
): Promise<{ readonly described: ManifestMatrix; readonly array: TileArray }> {
  if (binding === undefined)
    throw new ProgramError(`the program reads ${name}, which is not bound; bind it to a matrix (--bind ${name}=URL)`)
  const { path, view = [], store: own = store } = binding
  const viewed = applyView(await BigMatrix.open(own, path), view)
  const axes = axesFor(name, rank, viewed.layout)
  const described: ManifestMatrix = {
    role: 'input',
    store: own.url,
    path,
    view: [...view],
    ...(axes === undefined ? {} : { axes: [...axes] }),
  }
  return { described, array: addressed(viewed, axes) }
}

function describeWritten(
  { store, bindings, intermediates = {}, kernels }: PrepareOptions,
  program: CompiledProgram,
  inputs: ReadonlyMap<string, TileArray>,
): ReadonlyMap<string, ManifestMatrix> {
  const written = program.matrices.filter(({ role }) => role !== 'input')
  const known = new Map<string, { readonly layout: Layout; readonly axes?: Axes }>()
  for (const { name, rank } of written) {
    const layout = bindings[name]?.layout ?? intermediates[name]
    if (layout === undefined) continue
    const axes = axesFor(name, rank, layout)
    known.set(name, axes === undefined ? { layout } : { layout, axes })
  }
  const arrays = new Map(inputs)
  for (const [name, { layout, axes }] of known) arrays.set(name, addressed(BigMatrix.attach(store, name, layout), axes))
  const extentOf = ({ matrix, index }: TileRef): Extent | undefined => {
    const array = arrays.get(matrix)
    return array && tileExtent(array, index)
  }
  const isComplete = written.every(({ name }) => known.has(name))
  const inferred = isComplete
    ? new Map<string, InferredLayout>()
    : inferLayouts({
        program,
        kernels,
        knownExtent: extentOf,
        dtype: commonDtype(inputs),
      })
  for (const [name, { layout, axes }] of inferred)
    arrays.set(name, addressed(BigMatrix.attach(store, name, layout), axes))
  checkDtypes({ program, kernels, extentOf })
  const described = new Map<string, ManifestMatrix>()
  for (const { name, role, zeros } of written) {
    const found = known.get(name) ?? inferred.get(name)
    // A branch that these arguments never take: a chain of one product needs no partial sums.
    if (found === undefined && role === 'intermediate') continue
    if (found === undefined)
      throw new ProgramError(`no task writes ${name} with these arguments, so it has no layout; bind it with a layout`)
    const { layout, axes } = found
    const shared = { layout: copyLayout(layout), ...(axes === undefined ? {} : { axes: [...axes] }), zeros }
    if (role === 'intermediate') {
      described.set(name, { role, ...shared })
      continue
    }
    const binding = bindings[name]
    if (binding === undefined)
      throw new ProgramError(`the program returns ${name}, which is not bound; bind it to a URL (--bind ${name}=URL)`)
    if (binding.view !== undefined && binding.view.length > 0)
      throw new ProgramError(`the program writes ${name}, and a view cannot be written; bind it to the matrix itself`)
    described.set(name, {
      role: 'output',
      store: (binding.store ?? store).url,
      path: binding.path,
      ...shared,
      fillValue: binding.fillValue ?? 0,
      attributes: binding.attributes ?? {},
    })
  }
  return described
}

/** How an index of `rank` positions addresses an array: one position names a tile of a column. @throws ProgramError */
function axesFor(name: string, rank: number, { shape }: Layout): Axes | undefined {
  if (shape.length === rank) return undefined
  if (rank === 1 && shape.length === 2) return [0, null]
  throw new ProgramError(
    `the program gives ${name} ${rank} indices, but the matrix bound to it has ${shape.length} dimensions (${shape.join(' x ')})`,
  )
}

/** The dtype of all inputs; float64 when they differ. */
function commonDtype(inputs: ReadonlyMap<string, TileArray>): Dtype {
  const dtypes = new Set([...inputs.values()].map(({ layout }) => tileDtype(layout)))
  const [dtype = 'float64'] = dtypes
  return dtypes.size > 1 ? 'float64' : dtype
}

function copyLayout({ shape, tile, dtype, origin }: Layout): Extract<ManifestMatrix, { role: 'output' }>['layout'] {
  return { shape: [...shape], tile: [...tile], dtype, ...(origin === undefined ? {} : { origin: [...origin] }) }
}
