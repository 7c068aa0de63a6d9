/** Deploying, and taking it down, at the stand-in for Google's administration, which writes down what it is asked. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { DeployOptions, DeployStep } from '../../../src/providers/function/index.ts'
import { gcpFunctions } from '../../../src/providers/gcp-functions/index.ts'
import { DRIVER } from '../../helpers/emulators/cloud-run/emulator.ts'
import type { ServiceJson } from '../../helpers/emulators/cloud-run/services.ts'
import { programs, skopeo } from '../aws-lambda/helpers/programs.ts'
import { IMAGE, kinds, NAME, PARENT, SERVICE, startProject } from './helpers/project.ts'

const GIB = 2 ** 30
const provider = gcpFunctions()
const DIGEST = `sha256:${'ab'.repeat(32)}`

test.serial('the first deployment makes an account and a service; the second changes nothing', async (t) => {
  const { deploy, asked, changes, account, emulator } = await startProject(t)
  const told: DeployStep[] = []
  const first = await deploy({ tags: { team: 'algebra' }, onStep: (step) => told.push(step) })
  t.deepEqual(kinds(first.steps), ['create', 'update', 'create', 'wait', 'update'])
  t.deepEqual(told, first.steps)
  t.is(first.address, emulator.urlOf(NAME))
  t.deepEqual(first.place, { cloud: 'gcp', region: 'us-central1' })
  t.like(first.shape, { memoryBytes: 2 * GIB, vcpus: 1, slots: 1, timeoutMs: 900_000, concurrency: 100 })
  t.deepEqual(
    first.idleCost.map(({ amount }) => amount),
    [0],
  )

  const sent = asked()
  const created = sent.find(({ method, path }) => method === 'POST' && path.endsWith('/services'))?.body as ServiceJson
  t.deepEqual(created.labels, { team: 'algebra', numpywren: NAME })
  const { template } = created
  t.like(template, { serviceAccount: account(), maxInstanceRequestConcurrency: 1 })
  t.is(Number.parseInt(template.timeout, 10), 900)
  t.is(template.scaling.minInstanceCount ?? 0, 0)
  const [container] = template.containers
  t.is(container.image, IMAGE)
  t.deepEqual(container.resources, { limits: { cpu: '1', memory: '2048Mi' }, cpuIdle: true, startupCpuBoost: false })
  t.deepEqual(container.env, [
    { name: 'NUMPYWREN_PROVIDER', value: 'gcp-functions' },
    { name: 'NUMPYWREN_MEMORY_BYTES', value: `${2 * GIB}` },
    { name: 'NUMPYWREN_VCPUS', value: '1' },
    { name: 'NUMPYWREN_TIMEOUT_S', value: '900' },
  ])

  const again = await deploy({ tags: { team: 'algebra' } })
  t.true(
    again.steps.every(({ what }) => what === 'keep'),
    JSON.stringify(again.steps),
  )
  t.deepEqual(changes(), [])
  t.deepEqual(again.shape, first.shape)
  // Who gives nothing changes nothing either.
  t.true((await provider.deploy({ name: NAME })).steps.every(({ what }) => what === 'keep'))
})

test.serial('the account may do what a worker does, and nothing else', async (t) => {
  const { deploy, account, emulator } = await startProject(t)
  await deploy({ coordinatorSecret: 'redis' })
  t.deepEqual(emulator.policies.of(account()), [
    ['roles/storage.objectUser', 'buckets/data', 'resource.name.startsWith("projects/_/buckets/data/objects/work/")'],
    ['roles/storage.objectViewer', 'buckets/data', 'resource.type == "storage.googleapis.com/Bucket"'],
    ['roles/secretmanager.secretAccessor', 'secrets/redis', undefined],
    ['roles/run.invoker', SERVICE, undefined],
  ])
  // Another prefix takes the place of the first.
  await deploy({ store: 'gs://data/other/place' })
  t.deepEqual(
    emulator.policies.of(account()).map(([, , condition]) => condition),
    [
      'resource.name.startsWith("projects/_/buckets/data/objects/other/place/")',
      'resource.type == "storage.googleapis.com/Bucket"',
      undefined,
      undefined,
    ],
  )
})

test.serial(
  'options that are given change a service, those that are not stay, and so does what others have set',
  async (t) => {
    const { deploy, changes, account, emulator } = await startProject(t)
    await deploy({ environment: { OPENBLAS_CORETYPE: 'Haswell' }, tags: { team: 'algebra' } })
    changes()
    const larger = await provider.deploy({ name: NAME, vcpus: 4, memoryBytes: 8 * GIB, concurrency: 300 })
    t.deepEqual(changes(), [`PATCH /v2/${SERVICE}`])
    t.like(larger.shape, { memoryBytes: 8 * GIB, vcpus: 4, slots: 4, concurrency: 300, timeoutMs: 900_000 })
    const [update] = larger.steps
    t.regex(update?.text ?? '', /memory: 2048 MiB -> 8192 MiB; vCPUs: 1 -> 4; instances at most: 100 -> 300/)
    t.regex(update?.text ?? '', /OPENBLAS_CORETYPE=Haswell/)
    const { steps } = await provider.deploy({ name: NAME, environment: { OPENBLAS_CORETYPE: 'Zen' } })
    t.regex(steps[0]?.text ?? '', /OPENBLAS_CORETYPE=Zen/)

    // As gcloud run services update does: a network, a label, a secret.
    const reader = { role: 'roles/secretmanager.secretAccessor', members: [`serviceAccount:${account()}`] }
    emulator.policies.set('secrets/redis', { bindings: [reader] })
    const authorization = `Bearer ${emulator.identities.accessToken(DRIVER)}`
    const url = `${emulator.endpoint}/v2/${SERVICE}`
    const before = (await (await fetch(url, { headers: { authorization } })).json()) as ServiceJson
    const [container] = before.template.containers
    const key = { name: 'KEY', valueSource: { secretKeyRef: { secret: 'redis', version: '3' } } }
    const vpcAccess = { egress: 'PRIVATE_RANGES_ONLY', networkInterfaces: [{ network: 'default' }] }
    const template = {
      ...before.template,
      vpcAccess,
      containers: [{ ...container, env: [...(container.env ?? []), key] }],
    }
    const body = JSON.stringify({ ...before, labels: { ...before.labels, owner: 'ada' }, template })
    t.is((await fetch(url, { method: 'PATCH', headers: { authorization }, body })).status, 200)
    await provider.deploy({ name: NAME, timeoutMs: 60_000 })
    const after = (await (await fetch(url, { headers: { authorization } })).json()) as ServiceJson
    t.like(after.labels, { team: 'algebra', owner: 'ada', numpywren: NAME })
    t.deepEqual(after.template.vpcAccess, vpcAccess)
    t.deepEqual(after.template.containers[0].env?.at(-1), key)
    t.is(after.template.timeout, '60s')
  },
)

test.serial('a dry run has the platform look at the request, and changes nothing', async (t) => {
  const { deploy, asked, changes } = await startProject(t)
  const { steps, shape } = await deploy({ dryRun: true, vcpus: 2 })
  t.deepEqual(kinds(steps), ['create', 'update', 'create'])
  t.is(shape.vcpus, 2)
  t.deepEqual(changes(), [])
  await deploy()
  asked()
  const changed = await deploy({ dryRun: true, memoryBytes: 4 * GIB })
  t.true(kinds(changed.steps).includes('update'))
  const sent = asked().filter(({ method }) => method !== 'GET')
  t.deepEqual(
    sent.map(({ method, query }) => [method, query.validateOnly]),
    [['PATCH', 'true']],
  )
  t.like((await deploy()).shape, { memoryBytes: 2 * GIB })
})

test.serial('the coordinator comes from a secret, which only the service reads', async (t) => {
  const { deploy, asked } = await startProject(t)
  await deploy({ coordinatorSecret: 'redis' })
  const sent = asked()
  t.notRegex(JSON.stringify(sent), /hush/)
  const created = sent.find(({ method, path }) => method === 'POST' && path.endsWith('/services'))?.body as ServiceJson
  t.deepEqual(created.template.containers[0].env?.at(-1), {
    name: 'NUMPYWREN_COORDINATOR',
    valueSource: { secretKeyRef: { secret: 'redis', version: 'latest' } },
  })
  t.true(
    (await provider.deploy({ name: NAME })).steps.every(({ what }) => what === 'keep'),
    'it stays',
  )
})

test.serial('a service that does not become ready says why, and is tried again', async (t) => {
  const { deploy, emulator } = await startProject(t)
  // The default account may not read the secret.
  const error = await t.throwsAsync(deploy({ createRole: false, coordinatorSecret: 'redis' }))
  t.regex(error?.message ?? '', /Permission denied on secret: redis/)
  const { steps } = await deploy({ coordinatorSecret: 'redis' })
  t.true(kinds(steps).includes('update'))
  t.truthy(emulator.urlOf(NAME))
})

test.serial('an account that Google has not heard of yet everywhere is waited for', async (t) => {
  const { deploy, asked, account, emulator } = await startProject(t, { newAccountMs: 400 })
  await deploy()
  t.is(emulator.policies.of(account()).length, 3)
  const refused = asked().filter(({ method, path }) => method === 'PUT' && path.endsWith('/iam'))
  t.true(refused.length > 1, 'it was told so, and asked again')
})

test.serial('a service is never left open to everybody', async (t) => {
  const { deploy, emulator } = await startProject(t)
  await deploy()
  const { etag, bindings } = emulator.policies.get(SERVICE)
  emulator.policies.set(SERVICE, {
    etag,
    bindings: [...bindings, { role: 'roles/run.invoker', members: ['allUsers'] }],
  })
  const { steps } = await deploy()
  t.regex(JSON.stringify(steps), /no longer open to everybody/)
  t.notRegex(JSON.stringify(emulator.policies.get(SERVICE)), /allUsers/)
})

test.serial('an image is deployed by its digest, and one that is not there is said not to be', async (t) => {
  const { deploy, emulator } = await startProject(t)
  const repository = `${PARENT}/repositories/images`
  emulator.repositories.images.push({ repository, name: 'worker', tag: 'v1', digest: DIGEST })
  const place = 'us-central1-docker.pkg.dev/test-project/images/worker'
  const { steps, idleCost } = await deploy({ image: `${place}:v1` })
  t.true(JSON.stringify(steps).includes(`image ${place}@${DIGEST}`))
  t.is(idleCost[1]?.amount, 0.025)
  const error = await t.throwsAsync(deploy({ image: `${place}:v2` }))
  t.is(error?.name, 'InputError')
  t.regex(error?.message ?? '', /there is no image .*:v2/)
})

test.serial('an image file is pushed once, by a login that nobody sees', async (t) => {
  const { deploy, emulator, changes } = await startProject(t)
  const folder = await programs(t, { skopeo: skopeo(DIGEST) })
  const imageFile = `oci-archive:${join(folder, 'worker.tar')}`
  const first = await deploy({ image: undefined, imageFile })
  t.true(kinds(first.steps).includes('push'))
  const place = `us-central1-docker.pkg.dev/test-project/${NAME}/worker`
  t.true(JSON.stringify(first.steps).includes(`${place}@${DIGEST}`))
  const log = await readFile(join(folder, 'log'), 'utf8')
  const login = JSON.parse(await readFile(join(folder, 'login'), 'utf8'))
  const [user, token = ''] = Buffer.from(login.auths['us-central1-docker.pkg.dev'].auth, 'base64').toString().split(':')
  t.is(user, 'oauth2accesstoken')
  t.regex(token, /^ya29\./)
  t.false(log.includes(token))
  t.is((await readFile(join(folder, 'mode'), 'utf8')).trim(), '600')
  emulator.repositories.images.push({
    repository: `${PARENT}/repositories/${NAME}`,
    name: 'worker',
    tag: 'v',
    digest: DIGEST,
  })
  changes()
  t.true((await deploy({ image: undefined, imageFile })).steps.every(({ what }) => what === 'keep'))
  t.deepEqual(changes(), [])
})

test.serial('without a program that pushes, the commands are told', async (t) => {
  const { deploy, changes } = await startProject(t)
  const folder = await programs(t, {})
  const error = await t.throwsAsync(
    deploy({ image: undefined, imageFile: `oci-archive:${join(folder, 'worker.tar')}` }),
  )
  t.regex(
    error?.message ?? '',
    /gcloud auth print-access-token \| skopeo login --username oauth2accesstoken --password-stdin us-central1-docker.pkg.dev\n/,
  )
  t.deepEqual(changes(), [])
})

test.serial('what was deployed is taken down, and nothing else', async (t) => {
  const { deploy, emulator, account, changes } = await startProject(t)
  const folder = await programs(t, { skopeo: skopeo(DIGEST) })
  await deploy({ image: undefined, imageFile: `oci-archive:${join(folder, 'worker.tar')}`, coordinatorSecret: 'redis' })
  const email = account()
  const other = { role: 'roles/storage.objectViewer', members: ['user:somebody@example.com'] }
  const { bindings, etag } = emulator.policies.get('buckets/data')
  emulator.policies.set('buckets/data', { version: 3, etag, bindings: [...bindings, other] })
  changes()
  const asked: (readonly string[])[] = []
  const refusing = async (what: readonly string[]): Promise<boolean> => asked.push(what) === 0
  t.deepEqual(await provider.destroy({ name: NAME, confirm: refusing }), [])
  t.is(asked[0]?.length, 3)
  t.deepEqual(changes(), [])
  const told: DeployStep[] = []
  const gone = await provider.destroy({ name: NAME, confirm: async () => true, onStep: (step) => told.push(step) })
  t.deepEqual(gone, asked[0])
  t.deepEqual(kinds(told), ['delete', 'delete', 'delete'])
  t.deepEqual(emulator.policies.of(email), [])
  t.deepEqual(emulator.policies.get('buckets/data').bindings, [other])
  t.throws(() => emulator.urlOf(NAME))
  t.deepEqual(await provider.destroy({ name: NAME, confirm: async () => true }), [])
})

test.serial('what others have made is neither changed nor removed', async (t) => {
  const { deploy, changes } = await startProject(t, { services: [{ name: NAME }] })
  changes()
  const error = await t.throwsAsync(deploy())
  t.is(error?.name, 'InputError')
  t.regex(error?.message ?? '', /that deploy did not make/)
  const told: DeployStep[] = []
  t.deepEqual(await provider.destroy({ name: NAME, confirm: async () => true, onStep: (step) => told.push(step) }), [])
  t.deepEqual(kinds(told), ['keep'])
  t.deepEqual(changes(), [])
})

test.serial('who is not allowed is told what is missing', async (t) => {
  const { deploy } = await startProject(t, { forbidden: /^POST .*\/services$/ })
  const error = await t.throwsAsync(deploy())
  t.is(error?.name, 'AccessDeniedError')
  t.regex(error?.message ?? '', /create the service numpywren-worker: ask for roles\/run\.admin/)
  const { deploy: other } = await startProject(t, { forbidden: /^PUT .*\/iam$/ })
  const denied = await t.throwsAsync(other())
  t.regex(denied?.message ?? '', /the bucket data: ask for roles\/storage\.admin/)
})

test.serial('what cannot be deployed is refused before anything is asked', async (t) => {
  const { deploy, asked } = await startProject(t)
  const wrong: readonly (readonly [Partial<DeployOptions>, RegExp])[] = [
    [{ name: 'Worker' }, /name of a service/],
    [{ memoryBytes: 64 * GIB }, /memory must be/],
    [{ memoryBytes: 16 * GIB, vcpus: 2 }, /with 2 vCPUs memory must be .* more vCPUs/],
    [{ vcpus: 3 }, /vCPUs must be/],
    [{ vcpus: 0.25, memoryBytes: GIB }, /whole vCPU/],
    [{ timeoutMs: 3_601_000 }, /1 to 3600 whole seconds/],
    [{ concurrency: 0 }, /number of instances/],
    [{ architecture: 'arm64' }, /x86_64 only/],
    [{ ephemeralBytes: GIB }, /--ephemeral/],
    [{ role: 'worker' }, /not both/],
    [{ createRole: false, role: 'worker' }, /by its e-mail/],
    [{ store: undefined }, /--create-role needs --store/],
    [{ store: '/data' }, /functions cannot reach/],
    [{ environment: { REDIS_PASSWORD: 'x' } }, /looks like a secret/],
    [{ environment: { PORT: '1' } }, /set by deploy/],
    [{ tags: { Team: 'algebra' } }, /cannot be a label/],
    [{ tags: { numpywren: 'x' } }, /what destroy goes by/],
    [{ coordinatorSecret: 'redis://:hush@host' }, /by its name in Secret Manager/],
    [{ imageFile: 'worker.tar' }, /not both/],
  ]
  for (const [options, pattern] of wrong) {
    const error = await t.throwsAsync(deploy(options), undefined, JSON.stringify(options))
    t.is(error?.name, 'InputError', JSON.stringify(options))
    t.regex(error?.message ?? '', pattern)
  }
  t.deepEqual(asked(), [])
})
