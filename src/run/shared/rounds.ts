import { randomBytes } from 'node:crypto'
import type { CompiledProgram } from '../../lambdapack/index.ts'
import type { Coordinator, EpochInfo } from '../../scheduler/index.ts'
import type { Store } from '../../storage/index.ts'
import type { Manifest } from '../manifest.ts'
import type { Rounds } from '../rounds.ts'
import type { CoordinatedRun } from './coordination.ts'
import { readPlan, writePlan } from './plans.ts'

/** A run that several processes work on. */
export interface SharedRun {
  readonly store: Store
  readonly manifest: Manifest
  readonly program: CompiledProgram
  readonly priorities: ReadonlyMap<string, number> | undefined
  readonly coordinated: CoordinatedRun
}

/**
 * Rounds that worker processes do, wherever they are.
 * @param adopted which rounds of an earlier driver are gone on with: those under way, or also those that have ended and whose end
 * nobody has dealt with yet
 */
export function sharedRounds(run: SharedRun, adopted: 'running' | 'any'): Rounds {
  const { store, manifest, program, priorities, coordinated } = run
  return {
    slots: 0,
    shared: true,
    async adopt() {
      const found = await coordinated.epoch()
      if (found === undefined || (adopted === 'running' && found.state !== 'running')) return undefined
      const coordinator = await joinRound(run, found)
      if (coordinator !== undefined) await coordinated.list()
      return coordinator
    },
    async open(todo) {
      const epoch = randomBytes(6).toString('hex')
      if (todo !== undefined) await writePlan(store, { runId: manifest.id, epoch }, todo)
      return coordinated.open({ epoch, program, todo, priorities }, manifest.options.leaseMs)
    },
    async work(coordinator, signal) {
      await coordinator.finished({ signal })
    },
  }
}

/** Takes part in a round; `undefined` when it was replaced, or its plan is gone. @throws ManifestError when its plan is damaged */
export async function joinRound(
  { store, manifest, program, priorities, coordinated }: SharedRun,
  { epoch, isPartial }: EpochInfo,
): Promise<Coordinator | undefined> {
  const todo = isPartial ? await readPlan(store, { runId: manifest.id, epoch }, program) : undefined
  if (isPartial && todo === undefined) return undefined
  return coordinated.join({ epoch, program, todo, priorities })
}
