import test from 'ava'
import { createEmbeddedCoordinator } from '../../src/scheduler/index.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { coordinatorConformance } from './coordinator.ts'

coordinatorConformance(test, 'embedded', async (options) => {
  const clock = new FakeClock()
  return {
    coordinator: createEmbeddedCoordinator({ ...options, clock, random: () => 0.5 }),
    advance: async (ms) => clock.advance(ms),
  }
})
