import { pingFindings, problem, storeFindings } from '../../doctor/index.ts'
import type { DoctorOptions, Finding } from '../../function/index.ts'
import { accountOf, type Caller } from '../account.ts'
import { Clients } from '../clients.ts'
import { connect } from '../connect.ts'
import { clockFinding, watchClock } from './clock.ts'
import { functionFindings } from './function.ts'
import { accountFindings } from './limits.ts'
import { regionFinding } from './region.ts'

/** Looks at what a run needs, in the order in which one thing stands in the way of the next. */
export async function* doctor(options: DoctorOptions): AsyncGenerator<Finding> {
  const clients = new Clients(options.region)
  try {
    yield* examine(clients, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    yield problem('aws-lambda', error)
  } finally {
    clients.close()
  }
}

async function* examine(clients: Clients, options: DoctorOptions): AsyncGenerator<Finding> {
  const clock = watchClock(await clients.sts())
  let caller: Caller
  try {
    caller = await accountOf(clients, options.signal)
  } catch (error) {
    options.signal?.throwIfAborted()
    yield problem('credentials', error)
    yield* clockFinding(clock)
    return
  }
  const standIn = await clients.standIn()
  const where = standIn === undefined ? '' : `; this is not AWS but ${standIn}`
  yield { what: 'credentials', state: 'ok', text: `${caller.arn}, region ${caller.region}${where}` }
  yield* clockFinding(clock)
  yield* storeFindings(options, 's3://bucket/prefix', (url, place) => regionFinding(caller.region, url, place))
  yield* accountFindings(clients, options.signal)
  const isReady = yield* functionFindings(clients, options, caller)
  if (isReady) yield* pingFindings(connect, options)
}
