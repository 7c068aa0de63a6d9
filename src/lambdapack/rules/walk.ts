import type {
  ExpressionNode,
  ForNode,
  IfNode,
  KernelCallNode,
  ProgramNode,
  StatementNode,
  TileRefNode,
} from '../ast.ts'
import type { EvaluationFault, Value } from '../exact/index.ts'
import { collect } from '../visitor.ts'
import { evaluate, evaluateWhole, isTrue, LocatedError } from './evaluate.ts'
import { TileNumbers } from './tile-numbers.ts'

/** A task: a kernel call at one value of its loop variables. */
export interface WalkTask {
  readonly call: KernelCallNode
  readonly names: readonly string[]
  readonly values: readonly number[]
}

/** Something that happened at a place of the text, first at `where`, `count` times in all. */
export interface Incident {
  readonly where: string
  readonly text: string
  count: number
}

export interface WalkFault extends Incident {
  readonly fault: EvaluationFault | 'zero-step' | 'limit' | 'negative-extent'
  readonly node: ExpressionNode
}

/** References of tasks to tiles, position by position: task, reference and tile belong together. */
export interface Accesses {
  readonly task: number[]
  readonly reference: TileRefNode[]
  readonly tile: number[]
}

/** What happens when the loops of a program are run, with nothing computed. */
export interface Walk {
  readonly tasks: readonly WalkTask[]
  /** Tiles that are read or written within their grids, numbered as they are met. */
  readonly tileCount: number
  readonly reads: Accesses
  readonly writes: Accesses
  /** References outside of a declared grid. */
  readonly outsideReads: ReadonlyMap<TileRefNode, Incident>
  readonly outsideWrites: ReadonlyMap<TileRefNode, Incident>
  readonly faults: readonly WalkFault[]
  /** Whether every loop ran to its end. */
  readonly complete: boolean
  /** Matrices that a statement writes which could not be followed. */
  readonly uncertain: ReadonlySet<string>
  /** ` (N=4)`, or nothing for a program without scalars. */
  readonly sizes: string
  isWritten(matrix: string): boolean
  /** Whether a loop that writes the matrix had nothing to run over, as the lower half of a matrix of one tile. */
  isIdle(matrix: string): boolean
  /** Whether the loop, of the program that is run or of one it calls, ran at all. */
  hasRun(loop: ForNode): boolean
  /** Such as `S[1,2,2]`. */
  tileName(tile: number): string
  /** The one name of matrices that are bound to one array. */
  canonical(matrix: string): string
  /** ` at i=0, j=2`, or nothing outside of loops. */
  at(task: number): string
}

export interface WalkOptions {
  /** Values of the scalar parameters. */
  readonly scalars: ReadonlyMap<string, Value>
  /** What the sizes are, for messages. */
  readonly sizes: string
  readonly aliases: Readonly<Record<string, string>>
  readonly doubts: ReadonlySet<string>
  /** Iterations and kernel calls in all. */
  readonly limit: number
}

/** Ends a walk that takes too long. */
const stopped = Symbol('stopped')

/** Runs the loops of a program whose calls are inlined. What has no value is noted and left out. */
export function walk(program: ProgramNode, options: WalkOptions): Walk {
  const walker = new Walker(program, options)
  walker.run()
  return walker
}

class Walker implements Walk {
  readonly tasks: WalkTask[] = []
  readonly reads: Accesses = { task: [], reference: [], tile: [] }
  readonly writes: Accesses = { task: [], reference: [], tile: [] }
  readonly outsideReads: Map<TileRefNode, Incident> = new Map()
  readonly outsideWrites: Map<TileRefNode, Incident> = new Map()
  readonly uncertain: Set<string> = new Set()
  readonly sizes: string
  complete = true
  readonly #faults = new Map<string, WalkFault>()
  readonly #program: ProgramNode
  readonly #options: WalkOptions
  readonly #values: Map<string, Value>
  readonly #grids = new Map<string, readonly number[]>()
  readonly #tiles = new TileNumbers()
  readonly #written = new Set<string>()
  readonly #idle = new Set<string>()
  readonly #empty = new Set<ForNode>()
  readonly #ran = new Set<number>()
  #loops: string[] = []
  #steps = 0

  constructor(program: ProgramNode, options: WalkOptions) {
    this.#program = program
    this.#options = options
    this.#values = new Map(options.scalars)
    this.sizes = options.sizes
    for (const name of options.doubts) this.uncertain.add(this.canonical(name))
  }

  get tileCount(): number {
    return this.#tiles.count
  }

  tileName(tile: number): string {
    return this.#tiles.nameOf(tile)
  }

  get faults(): readonly WalkFault[] {
    return [...this.#faults.values()]
  }

  isWritten(matrix: string): boolean {
    return this.#written.has(this.canonical(matrix))
  }

  isIdle(matrix: string): boolean {
    return this.#idle.has(this.canonical(matrix))
  }

  hasRun(loop: ForNode): boolean {
    return this.#ran.has(loop.span.start)
  }

  canonical(matrix: string): string {
    return this.#options.aliases[matrix] ?? matrix
  }

  at(task: number): string {
    const { names, values } = this.tasks[task] ?? { names: [], values: [] }
    return placeOf(names, values)
  }

  run(): void {
    for (const { name, grid } of this.#program.parameters) {
      const extents = grid?.map((extent) => this.#extent(extent))
      if (extents?.every((extent) => extent !== undefined)) this.#grids.set(name.id, extents)
      else if (grid !== undefined) this.uncertain.add(this.canonical(name.id))
    }
    try {
      this.#block(this.#program.body)
    } catch (error) {
      if (error !== stopped) throw error
      this.complete = false
    }
  }

  #extent(node: ExpressionNode): number | undefined {
    return this.#attempt(() => {
      const extent = evaluateWhole(node, this.#lookup)
      if (extent >= 0) return extent
      this.#note('negative-extent', node, `a declared extent is negative: ${extent}`)
      return undefined
    })
  }

  #block(body: readonly StatementNode[]): void {
    for (const statement of body) this.#statement(statement)
  }

  #statement(node: StatementNode): void {
    switch (node.kind) {
      case 'For':
        this.#loop(node)
        return
      case 'If':
        this.#branch(node)
        return
      case 'Assign': {
        this.#values.delete(node.name.id)
        if (this.#options.doubts.has(node.name.id)) return
        const value = this.#attempt(() => evaluate(node.value, this.#lookup))
        if (value !== undefined) this.#values.set(node.name.id, value)
        return
      }
      case 'KernelCall':
        this.#call(node)
        return
      default:
        return
    }
  }

  #branch(node: IfNode): void {
    for (const { test, body } of node.branches) {
      const value = this.#attempt(() => evaluate(test, this.#lookup))
      if (value === undefined || isTrue(value)) {
        if (value === undefined) this.#skip(node)
        else this.#block(body)
        return
      }
    }
    this.#block(node.otherwise)
  }

  #loop(node: ForNode): void {
    const start = node.start === undefined ? 0 : this.#whole(node.start)
    const stop = this.#whole(node.stop)
    const step = node.step === undefined ? 1 : this.#whole(node.step)
    if (step === 0) this.#note('zero-step', node.step ?? node.stop, 'the step of a range is 0')
    if (start === undefined || stop === undefined || step === undefined || step === 0) {
      this.#skip(node)
      return
    }
    const count = Math.max(0, Math.ceil((stop - start) / step))
    if (count > this.#options.limit) {
      const text = `this loop runs ${count} times, beyond the limit of ${this.#options.limit} steps`
      this.#note('limit', node.stop, text)
      this.complete = false
      this.#skip(node)
      return
    }
    if (count === 0) {
      this.#leaveIdle(node)
      return
    }
    this.#ran.add(node.span.start)
    const name = node.variable.id
    const hidden = this.#values.get(name)
    this.#loops.push(name)
    for (let value = start, k = 0; k < count; k += 1, value += step) {
      this.#values.set(name, value + 0)
      this.#count(node)
      this.#block(node.body)
    }
    this.#loops.pop()
    if (hidden === undefined) this.#values.delete(name)
    else this.#values.set(name, hidden)
  }

  #leaveIdle(node: ForNode): void {
    if (this.#empty.has(node)) return
    this.#empty.add(node)
    for (const call of collect(node, 'KernelCall')) {
      for (const target of call.targets) this.#idle.add(this.canonical(target.matrix.id))
    }
  }

  #count(node: ForNode): void {
    this.#steps += 1
    if (this.#steps <= this.#options.limit) return
    this.#note('limit', node.stop, `the limit of ${this.#options.limit} steps is reached`)
    throw stopped
  }

  #call(node: KernelCallNode): void {
    const task = this.tasks.length
    this.tasks.push({ call: node, names: [...this.#loops], values: this.#loopValues() })
    for (const argument of node.arguments) {
      if (argument.kind === 'TileRef') this.#access(argument, task, this.reads, this.outsideReads)
      else this.#attempt(() => evaluate(argument, this.#lookup))
    }
    for (const keyword of node.keywords) this.#attempt(() => evaluate(keyword.value, this.#lookup))
    for (const target of node.targets) {
      const followed = this.#access(target, task, this.writes, this.outsideWrites)
      if (followed) this.#written.add(this.canonical(target.matrix.id))
      else this.uncertain.add(this.canonical(target.matrix.id))
    }
  }

  /** False when the reference names no tile that is known. */
  #access(node: TileRefNode, task: number, accesses: Accesses, outside: Map<TileRefNode, Incident>): boolean {
    const index: number[] = []
    for (const part of node.indices) {
      const value = this.#whole(part)
      if (value === undefined) return false
      index.push(value)
    }
    const matrix = this.canonical(node.matrix.id)
    const grid = this.#grids.get(node.matrix.id)
    if (grid?.length === index.length && index.some((part, k) => part < 0 || part >= (grid[k] ?? 0))) {
      const incident = outside.get(node)
      const text = `${matrix}[${index.join(',')}] lies outside of its declared grid ${grid.join(' x ')}`
      if (incident !== undefined) incident.count += 1
      else outside.set(node, { where: this.at(task), text, count: 1 })
      return true
    }
    const tile = this.#tiles.numberOf(matrix, index)
    accesses.task.push(task)
    accesses.reference.push(node)
    accesses.tile.push(tile)
    return true
  }

  readonly #lookup = (name: string): Value | undefined => this.#values.get(name)

  #loopValues(): number[] {
    return this.#loops.map((name) => this.#values.get(name) as number)
  }

  #whole(node: ExpressionNode): number | undefined {
    return this.#attempt(() => evaluateWhole(node, this.#lookup))
  }

  #attempt<T>(compute: () => T): T | undefined {
    try {
      return compute()
    } catch (error) {
      if (!(error instanceof LocatedError)) throw error
      if (error.fault !== 'unbound') this.#note(error.fault, error.node, error.message)
      return undefined
    }
  }

  #note(fault: WalkFault['fault'], node: ExpressionNode, text: string): void {
    const key = `${fault} ${node.span.start} ${node.span.end}`
    const known = this.#faults.get(key)
    if (known !== undefined) known.count += 1
    else this.#faults.set(key, { fault, node, text, where: placeOf(this.#loops, this.#loopValues()), count: 1 })
  }

  #skip(node: StatementNode): void {
    for (const call of collect(node, 'KernelCall')) {
      for (const target of call.targets) this.uncertain.add(this.canonical(target.matrix.id))
    }
  }
}

function placeOf(names: readonly string[], values: readonly number[]): string {
  return names.length === 0 ? '' : ` at ${names.map((name, k) => `${name}=${values[k]}`).join(', ')}`
}
