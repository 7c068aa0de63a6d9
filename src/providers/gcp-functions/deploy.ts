import { InputError } from '../../errors.ts'
import { Steps } from '../deployment/index.ts'
import type { CostItem, Deployed, DeployOptions } from '../function/index.ts'
import { ensureAccount } from './account.ts'
import { type BucketPrefix, bucketOf } from './bucket.ts'
import { placeOf } from './connect.ts'
import { IMAGE_PRICE } from './facts.ts'
import { type Image, resolveImage } from './image.ts'
import { bucketPolicy, ensureGrants, ensurePrivate, secretPolicy, servicePolicy } from './policies.ts'
import { pushImage } from './repository.ts'
import { INVOKER, SECRET_READER, storeGrants } from './rights.ts'
import { ensureService, findOwn } from './service.ts'
import { Services } from './services.ts'
import { openSession, type Session } from './session.ts'
import { type Settings, settingsIn } from './settings.ts'
import { shapeOf } from './shape.ts'
import { secretOf, specOf } from './wanted.ts'

/**
 * Puts the worker image up as a service. Options that are not given stay as they are in a service that is there already; in a new one they
 * get defaults: 2 GiB and one vCPU, 900 s, 100 instances.
 * @throws InputError, AccessDeniedError, DeployError
 */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  const { name, signal } = options
  const settings = settingsIn(options)
  const bucket = options.createRole ? bucketFor(options) : undefined
  if (options.image !== undefined && options.imageFile !== undefined)
    throw new InputError('give the URI of an image or --image-file, not both')
  const session = await openSession(options)
  const services = await Services.open(session)
  const steps = new Steps(options)
  try {
    const found = await findOwn(services, name, signal)
    const image = await imageOf(session, options, steps)
    const secret = settings.coordinatorSecret ?? (found && secretOf(found))
    const account = options.createRole ? await makeAccount(session, { name, bucket, secret, signal }, steps) : undefined
    const spec = specOf(
      name,
      { ...settings, ...(account && { serviceAccount: account.email }) },
      { image: image?.uri, bucket, found },
    )
    const service = await ensureService(services, { spec, found, canCheck: !account?.isNew, signal }, steps)
    // A service that is not there in a dry run has no policy either.
    if (found || !steps.dryRun) {
      const policy = servicePolicy(services, name)
      await ensurePrivate(policy, steps, signal)
      if (account) await ensureGrants(policy, account.email, [INVOKER], steps, signal)
    }
    return {
      name,
      address: service.uri || `https://${name}-PROJECT_NUMBER.${session.region}.run.app`,
      place: placeOf(session),
      shape: shapeOf(service),
      steps: steps.told,
      idleCost: idleCost(image?.bytes),
    }
  } finally {
    await services.close()
  }
}

function bucketFor({ store }: DeployOptions): BucketPrefix | undefined {
  if (store !== undefined) return bucketOf(store)
  throw new InputError(
    '--create-role needs --store, the bucket and the prefix that the workers may use: gs://bucket/prefix',
  )
}

async function imageOf(session: Session, options: DeployOptions, steps: Steps): Promise<Image | undefined> {
  if (options.imageFile !== undefined) return await pushImage(session, options, steps)
  return options.image === undefined ? undefined : await resolveImage(session, options.image, options.signal)
}

interface AccountFor {
  readonly name: string
  readonly bucket: BucketPrefix | undefined
  readonly secret: Settings['coordinatorSecret']
  readonly signal: AbortSignal | undefined
}

/** A service account that may do what a worker does, and nothing else. What it may do with the service itself comes when that is there. */
async function makeAccount(
  session: Session,
  { name, bucket, secret, signal }: AccountFor,
  steps: Steps,
): Promise<{ readonly email: string; readonly isNew: boolean }> {
  const account = await ensureAccount(session, name, steps, signal)
  if (bucket !== undefined)
    await ensureGrants(bucketPolicy(session, bucket.bucket), account.email, storeGrants(bucket), steps, signal)
  if (secret !== undefined)
    await ensureGrants(secretPolicy(session, secret), account.email, [SECRET_READER], steps, signal)
  return account
}

/** A service costs nothing while nobody calls it; its image does. */
function idleCost(bytes: number | undefined): readonly CostItem[] {
  const compute = { item: 'service, not called', quantity: 0, unit: 'vCPU-s', unitPrice: 0, amount: 0 }
  if (bytes === undefined) return [compute]
  const quantity = bytes / 2 ** 30
  const amount = quantity * IMAGE_PRICE
  return [
    compute,
    { item: 'image in Artifact Registry, a month', quantity, unit: 'GiB-month', unitPrice: IMAGE_PRICE, amount },
  ]
}
