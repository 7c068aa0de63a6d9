import { type Removal, removeAll, Steps, unlessDenied } from '../deployment/index.ts'
import type { DestroyOptions } from '../function/index.ts'
import { accountOf } from './account.ts'
import { Clients } from './clients.ts'
import { sending } from './connect.ts'
import { calling, looking } from './failures.ts'
import { findFunction } from './function.ts'
import { findRepository } from './image.ts'
import type { Account } from './policy.ts'
import { repositoryOf } from './push-image.ts'
import { findRole, isOurs, roleName } from './role.ts'
import { TAG } from './settings.ts'

/**
 * Removes the function, the role that was made for it, and the repository that was made for its image: each only if its tag says that
 * `deploy` made it. @returns what was removed
 */
export async function destroy(options: DestroyOptions): Promise<readonly string[]> {
  const { name, signal, confirm } = options
  const clients = new Clients(options.region)
  const steps = new Steps(options)
  try {
    const account = await accountOf(clients, signal)
    const found = [
      await functionRemoval(clients, name, steps, signal),
      await unlessDenied('the role', steps, () => roleRemoval(clients, name, account, steps, signal)),
      await unlessDenied('the repository', steps, () => repositoryRemoval(clients, name, steps, signal)),
    ]
    const removed = await removeAll(found, steps, confirm)
    if (removed.length > 0)
      steps.keep(
        `the log group /aws/lambda/${name}, if the function has written one (aws logs delete-log-group removes it)`,
      )
    return removed
  } finally {
    clients.close()
  }
}

async function functionRemoval(
  clients: Clients,
  name: string,
  steps: Steps,
  signal: AbortSignal | undefined,
): Promise<Removal | undefined> {
  const found = await findFunction(clients, name, signal)
  if (found === undefined) return undefined
  if (found.Tags?.[TAG] !== name) {
    steps.keep(`the function ${name}, which deploy did not make (it has no tag ${TAG}=${name})`)
    return undefined
  }
  const { sdk, client } = await clients.lambda()
  const call = { action: 'lambda:DeleteFunction', resource: name, signal }
  const remove = async () => {
    const command = new sdk.DeleteFunctionCommand({ FunctionName: name })
    await looking(call, ['ResourceNotFoundException'], () => client.send(command, sending(signal)))
  }
  return { text: `the function ${found.Configuration?.FunctionArn ?? name}`, remove }
}

async function roleRemoval(
  clients: Clients,
  name: string,
  account: Account,
  steps: Steps,
  signal: AbortSignal | undefined,
): Promise<Removal | undefined> {
  const RoleName = roleName(name, account)
  const role = await findRole(clients, RoleName, signal)
  if (role === undefined) return undefined
  if (!isOurs(role, name)) {
    steps.keep(`the role ${RoleName}, which deploy did not make (it has no tag ${TAG}=${name})`)
    return undefined
  }
  return { text: `the role ${role.Arn ?? RoleName}`, remove: () => removeRole(clients, RoleName, signal) }
}

/** A role goes when nothing is attached to it any more. */
async function removeRole(clients: Clients, RoleName: string, signal: AbortSignal | undefined): Promise<void> {
  const { sdk, client } = await clients.iam()
  const about = (action: string) => ({ action: `iam:${action}`, resource: RoleName, signal })
  const options = sending(signal)
  const attached = await calling(about('ListAttachedRolePolicies'), () =>
    client.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName }), options),
  )
  for (const { PolicyArn } of attached.AttachedPolicies ?? []) {
    const command = new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn })
    await calling(about('DetachRolePolicy'), () => client.send(command, options))
  }
  const inline = await calling(about('ListRolePolicies'), () =>
    client.send(new sdk.ListRolePoliciesCommand({ RoleName }), options),
  )
  for (const PolicyName of inline.PolicyNames ?? []) {
    const command = new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName })
    await calling(about('DeleteRolePolicy'), () => client.send(command, options))
  }
  await calling(about('DeleteRole'), () => client.send(new sdk.DeleteRoleCommand({ RoleName }), options))
}

async function repositoryRemoval(
  clients: Clients,
  name: string,
  steps: Steps,
  signal: AbortSignal | undefined,
): Promise<Removal | undefined> {
  const repositoryName = repositoryOf(name)
  const found = await findRepository(clients, repositoryName, signal)
  if (found === undefined) return undefined
  if (found.tags[TAG] !== name) {
    steps.keep(`the repository ${repositoryName}, which deploy did not make (it has no tag ${TAG}=${name})`)
    return undefined
  }
  const { sdk, client } = await clients.ecr()
  const call = { action: 'ecr:DeleteRepository', resource: repositoryName, signal }
  const remove = async () => {
    const command = new sdk.DeleteRepositoryCommand({ repositoryName, force: true })
    await looking(call, ['RepositoryNotFoundException'], () => client.send(command, sending(signal)))
  }
  return { text: `the repository ${found.uri} with its images`, remove }
}
