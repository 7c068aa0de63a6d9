/** Runs of the command line that several processes share over a Redis of their own. */

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { type CliProcess, digests, filesUnder, startCli, succeed } from './cli.ts'
import { copiedFolder } from './copied-folder.ts'
import { generateInto } from './generated.ts'
import { type RedisServer, startRedis } from './servers/redis.ts'

export interface SharedProblem {
  readonly cwd: string
  readonly redis: RedisServer
  /** Environment of processes that share runs. */
  readonly env: Readonly<Record<string, string>>
  /** Digests of the tiles of the factor that one process alone computed. */
  readonly expected: Readonly<Record<string, string>>
  /** Begins to factor A into `w/RUN`. */
  start(run: string, ...more: readonly string[]): CliProcess
  /** Digests of the tiles of `w/RUN`. */
  factor(run: string): Promise<Readonly<Record<string, string>>>
  /** Waits until the run has written so many tiles of its factor. */
  progressed(run: string, tiles: number): Promise<void>
  /** What the run's state says, polled until it is one of these. */
  state(run: string, ...wanted: readonly string[]): Promise<string>
}

/** A folder with a matrix A and its factor `w/expected`, and a fresh Redis. */
export async function sharedProblem(t: ExecutionContext<unknown>, n = 512, nb = 64): Promise<SharedProblem> {
  const [cwd, redis] = await Promise.all([
    copiedFolder(t, `${n}/${nb}`, (folder) => fill(folder, n, nb)),
    startRedis(t),
  ])
  const env = { NUMPYWREN_COORDINATOR: redis.url }
  const factor = (run: string) => digests(join(cwd, 'w', run, 'c'))
  return {
    cwd,
    redis,
    env,
    expected: await factor('expected'),
    factor,
    start: (run, ...more) => {
      const command = startCli(['cholesky', 'w/A', '-o', `w/${run}`, '--run-id', run, ...more], { cwd, env })
      t.teardown(() => end(command.child.pid))
      return command
    },
    async progressed(run, tiles) {
      while ((await filesUnder(join(cwd, 'w', run, 'c'))).filter((file) => !file.includes('.npw')).length < tiles)
        await sleep(20)
    },
    async state(run, ...wanted) {
      for (;;) {
        const { state } = JSON.parse(
          await readFile(join(cwd, 'w/.numpywren/runs', run, 'state.json'), 'utf8').catch(() => '{}'),
        ) as { state?: string }
        if (state !== undefined && wanted.includes(state)) return state
        await sleep(50)
      }
    },
  }
}

async function fill(cwd: string, n: number, tile: number): Promise<void> {
  await generateInto(join(cwd, 'w'), { kind: 'spd', name: 'A', shape: [n, n], tile, seed: 5 })
  await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd })
  // Its record names the folder that it was made in.
  await rm(join(cwd, 'w/.numpywren'), { recursive: true })
}

/** Processes that a process has started and that live, once there are so many. */
export async function childrenOf(pid: number | undefined, count: number): Promise<number[]> {
  for (;;) {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const children = text.trim().split(' ').filter(Boolean).map(Number)
    if (children.length >= count) return children
    await sleep(20)
  }
}

/** Resolves when none of the processes lives. */
export async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await sleep(50)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Ends a process, if it lives. */
export function end(pid: number | undefined): void {
  if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL')
}
