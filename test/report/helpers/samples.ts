import type { TaskFinished } from '../../../src/events/index.ts'
import type { Profile } from '../../../src/lambdapack/index.ts'
import type { DagData } from '../../../src/report/index.ts'

/** The task graph of the right-looking tile Cholesky factorization of N x N tiles. */
export function choleskyDag(N: number): DagData {
  const tasks: DagData['tasks'][number][] = []
  const edges: [string, string][] = []
  const writer = new Map<string, string>()
  const add = (kernel: string, vars: Record<string, number>, reads: string[], write: string) => {
    const id = `${kernel}:${Object.values(vars).join(',')}`
    tasks.push({ id, kernel, vars })
    for (const tile of new Set(reads)) {
      const from = writer.get(tile)
      if (from !== undefined) edges.push([from, id])
    }
    writer.set(write, id)
  }
  for (let i = 0; i < N; i++) {
    add('potrf', { i }, [`S${i},${i}`], `O${i},${i}`)
    for (let j = i + 1; j < N; j++) add('trsm', { i, j }, [`O${i},${i}`, `S${j},${i}`], `O${j},${i}`)
    for (let j = i + 1; j < N; j++) {
      for (let k = i + 1; k <= j; k++) {
        add(k === j ? 'syrk' : 'gemm', { i, j, k }, [`S${j},${k}`, `O${j},${i}`, `O${k},${i}`], `S${j},${k}`)
      }
    }
  }
  return { program: 'cholesky', args: { N }, tasks, edges, criticalPath: 3 * N - 2 }
}

export function profile(program = 'cholesky'): Profile {
  const points = [1, 3, 6, 1, 2, 3, 1, 1, 1, 1, 0].map((parallelism, time) => ({
    time,
    parallelism,
    workingSetTiles: 10 - time,
  }))
  return {
    program,
    args: { N: 4 },
    tasks: 20,
    criticalPath: 10,
    workers: null,
    work: 20,
    criticalTime: 10,
    makespan: 10,
    points,
    peakParallelism: 6,
    peakWorkingSetTiles: 10,
  }
}

/** `count` tasks of 10 ms each, one after the other on each of two slots of each worker. */
export function records(count: number, workers: readonly string[] = ['w0'], kernel = 'gemm'): TaskFinished[] {
  const lanes = workers.length * 2
  return Array.from({ length: count }, (_, at) => {
    const leasedAt = 1_000_000 + Math.floor(at / lanes) * 10
    return {
      type: 'task',
      task: `0:${at}`,
      kernel: at % 4 === 0 ? 'potrf' : kernel,
      worker: workers[Math.floor((at % lanes) / 2)] ?? 'w0',
      slot: at % 2,
      attempt: 1,
      counted: true,
      leasedAt,
      readAt: leasedAt + 1,
      computeAt: leasedAt + 2,
      computedAt: leasedAt + 8,
      writtenAt: leasedAt + 9,
      completedAt: leasedAt + 10,
      bytesRead: 0,
      bytesWritten: 0,
      cacheHits: 0,
      requests: 0,
      flops: 0,
      cacheBytes: 3 * 2 ** 20,
    }
  })
}

/** Matches of a pattern in a text. */
export function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length
}
