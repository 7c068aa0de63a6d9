import pRetry from 'p-retry'
import type { Steps } from '../deployment/index.ts'
import { callApi } from './apis.ts'
import { type Asking, asking } from './asking.ts'
import { isStatus } from './errors.ts'
import { isUnknownAccount, NEW_ACCOUNT } from './new-account.ts'
import type { Policy, Services } from './services.ts'
import type { Session } from './session.ts'

/** Something that has a policy of its own: who may do what with it. */
export interface Guarded {
  /** As in `the bucket data`. */
  readonly text: string
  /** That lets its policy be changed. */
  readonly role: string
  read(): Promise<Policy>
  write(policy: Policy): Promise<void>
}

/** A role that an account gets. */
export interface Grant {
  readonly role: string
  /** Names the condition, and with it what was granted by us. */
  readonly title?: string | undefined
  readonly expression?: string | undefined
}

type Binding = NonNullable<Policy['bindings']>[number]

export function bucketPolicy(session: Session, bucket: string): Guarded {
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/iam`
  return {
    text: `the bucket ${bucket}`,
    role: 'roles/storage.admin on the bucket',
    read: async () => (await callApi(session, 'storage', `${path}?optionsRequestedPolicyVersion=3`)) as Policy,
    write: async (policy) => {
      await callApi(session, 'storage', path, { method: 'PUT', body: policy })
    },
  }
}

export function secretPolicy(session: Session, secret: string): Guarded {
  const path = `/v1/projects/${session.project}/secrets/${secret}`
  const read = `${path}:getIamPolicy?options.requestedPolicyVersion=3`
  return {
    text: `the secret ${secret}`,
    role: 'roles/secretmanager.admin on the secret',
    read: async () => (await callApi(session, 'secretmanager', read)) as Policy,
    write: async (policy) => {
      await callApi(session, 'secretmanager', `${path}:setIamPolicy`, { method: 'POST', body: { policy } })
    },
  }
}

export function servicePolicy(services: Services, name: string): Guarded {
  return {
    text: `the service ${name}`,
    role: 'roles/run.admin',
    read: () => services.policy(name),
    write: (policy) => services.setPolicy(name, policy),
  }
}

/** Sees to it that an account has these roles on something, and of those that we have granted no others. @param email of the account */
export async function ensureGrants(
  guarded: Guarded,
  email: string,
  grants: readonly Grant[],
  steps: Steps,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = grants.map((grant) => bindingFor(grant, email))
  const names = grants.map(({ role }) => role).join(', ')
  const before = await asking(reading(guarded, signal), () => guarded.read())
  if (wanted.every((binding) => holds(before, binding))) return steps.keep(`${names} on ${guarded.text} for ${email}`)
  await steps.change('update', `${guarded.text}: ${email} gets ${names}`, () =>
    rewrite(guarded, signal, (bindings) => [...without(bindings, email, grants), ...wanted]),
  )
}

/** Takes everything from an account that it has on something. */
export function takeGrants(guarded: Guarded, email: string, signal?: AbortSignal): Promise<void> {
  return rewrite(guarded, signal, (bindings) => without(bindings, email))
}

/** Takes from everybody what is granted to everybody. */
export async function ensurePrivate(guarded: Guarded, steps: Steps, signal?: AbortSignal): Promise<void> {
  const everybody = ['allUsers', 'allAuthenticatedUsers']
  const isOpen = ({ members = [] }: Binding): boolean => (members ?? []).some((member) => everybody.includes(member))
  const before = await asking(reading(guarded, signal), () => guarded.read())
  if (!(before.bindings ?? []).some(isOpen)) return
  await steps.change('update', `${guarded.text}: no longer open to everybody`, () =>
    rewrite(guarded, signal, (bindings) => bindings.map((binding) => leaving(binding, everybody)).filter(hasMembers)),
  )
}

/** Reads, changes and writes a policy, again when somebody else has changed it meanwhile. */
async function rewrite(
  guarded: Guarded,
  signal: AbortSignal | undefined,
  change: (bindings: readonly Binding[]) => readonly Binding[],
): Promise<void> {
  const attempt = async (): Promise<void> => {
    const policy = await guarded.read()
    const bindings = [...change(policy.bindings ?? [])]
    // Conditions are known from the third version on.
    await guarded.write({
      ...policy,
      version: bindings.some(({ condition }) => condition) ? 3 : (policy.version ?? 1),
      bindings,
    })
  }
  await asking({ ...reading(guarded, signal), doing: `change who may use ${guarded.text}` }, () =>
    pRetry(attempt, {
      ...NEW_ACCOUNT,
      ...(signal && { signal }),
      shouldRetry: ({ error }) => isStatus(error, 409, 412) || isUnknownAccount(error),
    }),
  )
}

function bindingFor({ role, title, expression }: Grant, email: string): Binding {
  const members = [`serviceAccount:${email}`]
  return expression === undefined ? { role, members } : { role, members, condition: { title: title ?? '', expression } }
}

function holds({ bindings }: Policy, wanted: Binding): boolean {
  return (bindings ?? []).some(
    ({ role, members, condition }) =>
      role === wanted.role &&
      (members ?? []).includes(wanted.members?.[0] ?? '') &&
      (condition?.expression ?? undefined) === wanted.condition?.expression,
  )
}

/** @param grants of these roles only; `undefined`: of all */
function without(bindings: readonly Binding[], email: string, grants?: readonly Grant[]): readonly Binding[] {
  const isMeant = ({ role }: Binding): boolean => grants === undefined || grants.some((grant) => grant.role === role)
  return bindings
    .map((binding) => (isMeant(binding) ? leaving(binding, [`serviceAccount:${email}`]) : binding))
    .filter(hasMembers)
}

function leaving(binding: Binding, gone: readonly string[]): Binding {
  return { ...binding, members: (binding.members ?? []).filter((member) => !gone.includes(member)) }
}

const hasMembers = ({ members }: Binding): boolean => (members ?? []).length > 0

function reading({ text, role }: Guarded, signal: AbortSignal | undefined): Asking {
  return { doing: `see who may use ${text}`, role, signal }
}
