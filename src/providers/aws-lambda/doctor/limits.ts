import type { Finding } from '../../function/index.ts'
import type { Clients } from '../clients.ts'
import { sending } from '../connect.ts'
import { lambdaFacts } from '../facts.ts'
import { calling } from '../failures.ts'

/** What accounts have that nobody has raised, and that are not new. */
const USUAL = lambdaFacts.limits.concurrency
const RAISE =
  'ask for more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000'

/** Invocations at the same time that the account may have in this region. */
export async function* accountFindings(clients: Clients, signal: AbortSignal | undefined): AsyncGenerator<Finding> {
  const { sdk, client } = await clients.lambda()
  const call = { action: 'lambda:GetAccountSettings', resource: '*', signal }
  try {
    const { AccountLimit } = await calling(call, () =>
      client.send(new sdk.GetAccountSettingsCommand({}), sending(signal)),
    )
    const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {}
    const text = `the account may run ${ConcurrentExecutions} invocations at a time, ${UnreservedConcurrentExecutions} of them in functions without a reservation`
    if (ConcurrentExecutions >= USUAL) yield { what: 'concurrency', state: 'ok', text }
    else
      yield {
        what: 'concurrency',
        state: 'warning',
        text: `${text}; more --workers than that are throttled (new accounts start low): ${RAISE}`,
      }
  } catch (error) {
    signal?.throwIfAborted()
    yield {
      what: 'concurrency',
      state: 'warning',
      text: `the account's limit is not known: ${(error as Error).message}`,
    }
  }
}
