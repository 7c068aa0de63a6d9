import assert from 'node:assert/strict'
import type { ProgramNode } from '../../../src/lambdapack/ast.ts'
import { expand } from '../../../src/lambdapack/expand/expand.ts'
import { compile, type Task, type TileRef, taskId, tileId } from '../../../src/lambdapack/index.ts'

const ids = (tasks: Iterable<Task>): string[] => [...tasks].map(taskId).sort()

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

/** Holds every answer of the analysis against the expanded program. @throws AssertionError @returns whether each tile has one writer at most */
export function compareWithOracle(
  program: ProgramNode,
  args: Readonly<Record<string, number>>,
  aliases: Readonly<Record<string, string>> = {},
): boolean {
  const oracle = expand(program, args, { aliases })
  const compiled = compile(program, args, { aliases })
  assert.deepEqual([...compiled.tasks()].map(taskId), oracle.tasks.map(taskId), 'tasks')

  const [readers, writers] = [new Map<string, Task[]>(), new Map<string, Task[]>()]
  const tiles = new Map<string, TileRef>()
  for (const task of oracle.tasks) {
    for (const tile of task.reads) {
      tiles.set(tileId(tile), tile)
      if (!tile.absent) push(readers, tileId(tile), task)
    }
    for (const tile of task.writes) {
      tiles.set(tileId(tile), tile)
      push(writers, tileId(tile), task)
    }
  }
  const distinct = (tasks: readonly (Task | undefined)[]): string[] =>
    [...new Set(tasks.flatMap((task) => (task ? [taskId(task)] : [])))].sort()

  let single = true
  for (const tile of tiles.values()) {
    for (const index of [
      tile.index,
      tile.index.map((at) => at + 1),
      tile.index.map((at, k) => (k === 0 ? at - 1 : at)),
    ]) {
      const at = { matrix: tile.matrix, index }
      assert.deepEqual(ids(compiled.readersOf(at)), distinct(readers.get(tileId(at)) ?? []), `readers of ${tileId(at)}`)
      const writer = compiled.writerOf(at)
      const candidates = distinct(writers.get(tileId(at)) ?? [])
      assert.equal(writer !== undefined, candidates.length > 0, `writer of ${tileId(at)}`)
      if (writer) assert.ok(candidates.includes(taskId(writer)))
      if (candidates.length > 1) single = false
    }
  }
  for (const [position, task] of oracle.tasks.entries()) {
    assert.deepEqual(compiled.detail(task), task, `detail of ${taskId(task)}`)
    const children = task.writes.flatMap((tile) => readers.get(tileId(tile)) ?? [])
    assert.deepEqual(ids(compiled.childrenOf(task)), distinct(children), `children of ${taskId(task)}`)
    if (!single) continue
    const parents = oracle.edges.filter(([, to]) => to === position).map(([from]) => oracle.tasks[from])
    assert.deepEqual(ids(compiled.parentsOf(task)), distinct(parents), `parents of ${taskId(task)}`)
  }
  assert.deepEqual(
    [...compiled.starters()].map(taskId),
    oracle.starters.map((position) => taskId(oracle.tasks[position]!)),
    'starters',
  )
  const terminators = oracle.tasks.filter((task) => task.writes.every((tile) => !readers.has(tileId(tile))))
  assert.deepEqual([...compiled.terminators()].map(taskId), terminators.map(taskId), 'terminators')
  if (single)
    assert.deepEqual(
      terminators.map(taskId),
      oracle.terminators.map((position) => taskId(oracle.tasks[position]!)),
    )
  return single
}
