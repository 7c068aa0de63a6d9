import test from 'ava'
import { choleskyProblem, residual, runCholesky } from '../helpers/cholesky-run.ts'

test('factors a random SPD matrix, ragged edge tiles included', async (t) => {
  const problem = await choleskyProblem(75, 16)
  const { outcome, events } = await runCholesky(problem)
  t.is(outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
  const tasks = events.filter((e) => e.type === 'task')
  t.is(tasks.length, 35)
})
