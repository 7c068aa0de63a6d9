import { isDeepStrictEqual } from 'node:util'
import type { Role } from '@aws-sdk/client-iam'
import { InputError } from '../../errors.ts'
import type { Steps } from '../deployment/index.ts'
import type { Clients } from './clients.ts'
import { sending } from './connect.ts'
import { calling, looking } from './failures.ts'
import { type Account, type PolicyDocument, trustPolicy } from './policy.ts'
import { TAG } from './settings.ts'

/** Of the one policy that is written into the role. */
export const POLICY_NAME = 'numpywren-worker'

/** Roles are known in all regions of an account, functions in one. @throws InputError for a name too long for a role */
export function roleName(name: string, { region }: Account): string {
  const full = `${name}-${region}`
  if (full.length > 64)
    throw new InputError(
      `the role would be called ${full}, and 64 letters are all that IAM takes; give the function a shorter name`,
    )
  return full
}

export interface WantedRole {
  /** Of the function. */
  readonly name: string
  readonly roleName: string
  readonly account: Account
  readonly policy: PolicyDocument
  readonly tags: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
}

/** Makes the role of a function, or brings its policy up to date. @returns its ARN @throws InputError when somebody else has a role of the name */
export async function ensureRole(clients: Clients, wanted: WantedRole, steps: Steps): Promise<string> {
  const { name, roleName: RoleName, account, policy, tags, signal } = wanted
  const { sdk, client } = await clients.iam()
  const role = await findRole(clients, RoleName, signal)
  if (role && !isOurs(role, name)) {
    throw new InputError(
      `there is a role ${RoleName} that was not made for this function (it has no tag ${TAG}=${name}); give it by --role, or choose another --function`,
    )
  }
  let arn = role?.Arn
  if (role) steps.keep(`the role ${RoleName}`)
  else {
    const command = new sdk.CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(trustPolicy),
      Description: `Workers of the function ${name} in ${account.region}`,
      Tags: Object.entries({ ...tags, [TAG]: name }).map(([Key, Value]) => ({ Key, Value })),
    })
    const call = { action: 'iam:CreateRole', resource: RoleName, signal }
    const made = await steps.change('create', `the role ${RoleName}`, () =>
      calling(call, () => client.send(command, sending(signal))),
    )
    arn = made?.Role?.Arn
  }
  await ensurePolicy(clients, { RoleName, policy, isNew: !role, signal }, steps)
  return arn ?? `arn:${account.partition}:iam::${account.account}:role/${RoleName}`
}

export async function findRole(clients: Clients, RoleName: string, signal?: AbortSignal): Promise<Role | undefined> {
  const { sdk, client } = await clients.iam()
  const call = { action: 'iam:GetRole', resource: RoleName, signal }
  const command = new sdk.GetRoleCommand({ RoleName })
  const found = await looking(call, ['NoSuchEntityException'], () => client.send(command, sending(signal)))
  return found?.Role
}

export function isOurs({ Tags = [] }: Role, name: string): boolean {
  return Tags.some(({ Key, Value }) => Key === TAG && Value === name)
}

interface InlinePolicy {
  readonly RoleName: string
  readonly policy: PolicyDocument
  readonly isNew: boolean
  readonly signal: AbortSignal | undefined
}

async function ensurePolicy(clients: Clients, inline: InlinePolicy, steps: Steps): Promise<void> {
  const { RoleName, policy, isNew, signal } = inline
  const { sdk, client } = await clients.iam()
  const text = `the policy ${POLICY_NAME} of the role ${RoleName}`
  const before = isNew ? undefined : await storedPolicy(clients, RoleName, signal)
  if (isDeepStrictEqual(before, policy)) return steps.keep(text)
  const input = { RoleName, PolicyName: POLICY_NAME, PolicyDocument: JSON.stringify(policy) }
  const call = { action: 'iam:PutRolePolicy', resource: RoleName, signal }
  await steps.change(before === undefined ? 'create' : 'update', text, () =>
    calling(call, () => client.send(new sdk.PutRolePolicyCommand(input), sending(signal))),
  )
}

async function storedPolicy(clients: Clients, RoleName: string, signal: AbortSignal | undefined): Promise<unknown> {
  const { sdk, client } = await clients.iam()
  const call = { action: 'iam:GetRolePolicy', resource: RoleName, signal }
  const command = new sdk.GetRolePolicyCommand({ RoleName, PolicyName: POLICY_NAME })
  const found = await looking(call, ['NoSuchEntityException'], () => client.send(command, sending(signal)))
  // IAM answers with the document percent-encoded.
  return found?.PolicyDocument === undefined ? undefined : JSON.parse(decodeURIComponent(found.PolicyDocument))
}
