import { createHash } from 'node:crypto'
import { InputError } from '../../errors.ts'
import type { Steps } from '../deployment/index.ts'
import { callApi } from './apis.ts'
import { type Asking, asking, looking } from './asking.ts'
import { isStatus } from './errors.ts'
import type { Session } from './session.ts'

interface Account {
  readonly email: string
  readonly description?: string
}

/** Service accounts are known in all regions of a project, services in one; and their names have 30 letters at most. */
function accountId(name: string, { region }: Session): string {
  const digest = createHash('sha256').update(`${region}/${name}`).digest('hex').slice(0, 8)
  return `${name.slice(0, 21).replace(/-+$/, '')}-${digest}`
}

/** E-mail of the service account that `deploy` makes for a service. */
export function accountEmail(name: string, session: Session): string {
  return `${accountId(name, session)}@${session.project}.iam.gserviceaccount.com`
}

/** Service accounts have no labels: this is what `destroy` goes by. */
function descriptionOf(name: string, { region }: Session): string {
  return `made by numpywren deploy for the service ${name} in ${region}`
}

/** Makes the service account of a service, unless it is there. @returns its e-mail @throws InputError when somebody else has one of the name */
export async function ensureAccount(
  session: Session,
  name: string,
  steps: Steps,
  signal?: AbortSignal,
): Promise<{ readonly email: string; readonly isNew: boolean }> {
  const email = accountEmail(name, session)
  const found = await findAccount(session, name, signal)
  if (found && !isOurs(found, name, session))
    throw new InputError(
      `there is a service account ${email} that was not made for this service; give it by --role, or choose another --function`,
    )
  if (found) {
    steps.keep(`the service account ${email}`)
    return { email, isNew: false }
  }
  const body = {
    accountId: accountId(name, session),
    serviceAccount: { displayName: `numpywren workers: ${name}`, description: descriptionOf(name, session) },
  }
  const path = `/v1/projects/${session.project}/serviceAccounts`
  await steps.change('create', `the service account ${email}`, () =>
    asking(about('create', email, signal), () => callApi(session, 'iam', path, { method: 'POST', body, signal })),
  )
  return { email, isNew: true }
}

export async function findAccount(session: Session, name: string, signal?: AbortSignal): Promise<Account | undefined> {
  const email = accountEmail(name, session)
  return await looking(
    about('look for', email, signal),
    async () => (await callApi(session, 'iam', pathOf(session, email), { signal })) as Account,
  )
}

export function isOurs({ description }: Account, name: string, session: Session): boolean {
  return description === descriptionOf(name, session)
}

export async function deleteAccount(session: Session, email: string, signal?: AbortSignal): Promise<void> {
  await asking(about('delete', email, signal), async () => {
    try {
      await callApi(session, 'iam', pathOf(session, email), { method: 'DELETE', signal })
    } catch (error) {
      if (!isStatus(error, 404)) throw error
    }
  })
}

function pathOf({ project }: Session, email: string): string {
  return `/v1/projects/${project}/serviceAccounts/${email}`
}

function about(doing: string, email: string, signal: AbortSignal | undefined): Asking {
  return { doing: `${doing} the service account ${email}`, role: 'roles/iam.serviceAccountAdmin', signal }
}
