import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { InputError } from '../../errors.ts'
import { Steps } from '../deployment/index.ts'
import type { CostItem, Deployed, DeployOptions } from '../function/index.ts'
import { accountOf } from './account.ts'
import { bucketOf } from './bucket.ts'
import { Clients } from './clients.ts'
import { ensureConcurrency } from './concurrency.ts'
import { COORDINATOR_SECRET } from './environment.ts'
import { IMAGE_PRICE } from './facts.ts'
import { createFunction, findOwn, updateFunction, type Wanted } from './function.ts'
import { resolveImage } from './image.ts'
import { type Account, functionArn, workerPolicy } from './policy.ts'
import { pushImage } from './push-image.ts'
import { ensureRole, roleName, type WantedRole } from './role.ts'
import { settingsOf } from './settings.ts'
import { shapeOf } from './shape.ts'

/**
 * Puts the worker image up as a function. Options that are not given stay as they are in a function that is there already; in a new one
 * they get defaults: 1769 MiB (one vCPU), 900 s, 512 MiB of /tmp, x86_64, nothing reserved.
 * @throws InputError, AccessDeniedError, DeployError
 */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  const { name, signal } = options
  const settings = settingsOf(options)
  if (options.image !== undefined && options.imageFile !== undefined)
    throw new InputError('give the URI of an image or --image-file, not both')
  const clients = new Clients(options.region)
  const steps = new Steps(options)
  try {
    const account = await accountOf(clients, signal)
    const found = await findOwn(clients, name, signal)
    if (!found) checkComplete(options)
    const secret = settings.coordinatorSecret ?? found?.Configuration?.Environment?.Variables?.[COORDINATOR_SECRET]
    const wantedRole = options.createRole ? roleOf(options, account, secret) : undefined
    const image = await imageOf(clients, options, account, steps)
    const role = wantedRole ? await ensureRole(clients, wantedRole, steps) : options.role
    const wanted: Wanted = { name, image: image?.uri, role, settings, signal }
    const configuration = found
      ? await updateFunction(clients, wanted, found, steps)
      : await createFunction(clients, wanted, steps)
    const concurrency = await ensureConcurrency(
      clients,
      { name, isNew: !found, wanted: settings.concurrency, signal },
      steps,
    )
    return {
      name,
      address: configuration.FunctionArn ?? functionArn(account, name),
      place: { cloud: 'aws', region: account.region },
      shape: shapeOf(configuration as FunctionConfiguration, concurrency),
      steps: steps.told,
      idleCost: idleCost(image?.bytes),
    }
  } finally {
    clients.close()
  }
}

interface Image {
  readonly uri: string
  /** Compressed, as it is stored; `undefined` when it is not known. */
  readonly bytes: number | undefined
}

async function imageOf(
  clients: Clients,
  { name, image, imageFile, architecture, tags, signal }: DeployOptions,
  account: Account,
  steps: Steps,
): Promise<Image | undefined> {
  if (imageFile !== undefined)
    return await pushImage(clients, { name, imageFile, architecture, tags, account, signal }, steps)
  if (image !== undefined) return await resolveImage(clients, image, account, signal)
  return undefined
}

/** @throws InputError when something is missing that a function has to have */
function checkComplete({ name, image, imageFile, role, createRole }: DeployOptions): void {
  if (image === undefined && imageFile === undefined)
    throw new InputError(`there is no function ${name} yet: give its image by --image or --image-file`)
  if (role === undefined && !createRole)
    throw new InputError(`there is no function ${name} yet: give the ARN of its role by --role, or --create-role`)
}

/** @param secret that the function is to read */
function roleOf({ name, store, tags = {}, signal }: DeployOptions, account: Account, secret?: string): WantedRole {
  if (store === undefined)
    throw new InputError(
      '--create-role needs --store, the bucket and the prefix that the workers may use: s3://bucket/prefix',
    )
  const policy = workerPolicy(account, name, bucketOf(store), secret)
  return { name, roleName: roleName(name, account), account, policy, tags, signal }
}

/** A function costs nothing while it is not invoked; its image does. */
function idleCost(bytes: number | undefined): readonly CostItem[] {
  const compute = { item: 'function, not invoked', quantity: 0, unit: 'GB-s', unitPrice: 0, amount: 0 }
  if (bytes === undefined) return [compute]
  const quantity = bytes / 1e9
  const image = {
    item: 'image in ECR, a month',
    quantity,
    unit: 'GB-month',
    unitPrice: IMAGE_PRICE,
    amount: quantity * IMAGE_PRICE,
  }
  return [compute, image]
}
