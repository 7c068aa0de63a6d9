/** Deploying, looking after it and taking it down, at moto's server; a proxy before it writes down what the SDK asked. */

import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import test from 'ava'
import { awsLambda } from '../../../src/providers/aws-lambda/index.ts'
import type { PolicyDocument } from '../../../src/providers/aws-lambda/policy.ts'
import type { DeployOptions, DeployStep, Finding } from '../../../src/providers/function/index.ts'
import { ACCOUNT, accountSettings, limits, REGISTRY, startAccount, type TestAccount } from './helpers/account.ts'
import { isAllowed } from './helpers/policies.ts'
import { docker, programs, skopeo } from './helpers/programs.ts'

const MIB = 2 ** 20
const name = 'numpywren-worker'
const provider = awsLambda()
const wanted: DeployOptions = { name, image: `${REGISTRY}/images:v1`, createRole: true, store: 's3://bucket/work' }
const READS = /:(Get|Describe|List)/

let account: TestAccount
const undo: (() => unknown)[] = []

test.before(async () => {
  account = await startAccount({ teardown: (work) => undo.push(work) })
})

test.after.always(async () => {
  for (const work of undo.reverse()) await work()
})

/** Every action that any of the tests here has caused. */
const needed = new Set<string>()

test.beforeEach(async () => {
  await account.moto.reset()
  await account.image('v1')
  await account.image('v2')
  account.recorder.answer = accountSettings
  account.recorder.take()
  account.recorder.onAsked = ({ action }) => needed.add(action)
})

const actions = () => account.recorder.take().map(({ action }) => action)
const changes = () => account.recorder.take().filter(({ action }) => !READS.test(action))
const kinds = (steps: readonly DeployStep[]) => steps.map(({ what }) => what)

test.serial('the first deployment makes a role and a function; the second changes nothing', async (t) => {
  const told: DeployStep[] = []
  const deployed = await provider.deploy({ ...wanted, tags: { team: 'algebra' }, onStep: (step) => told.push(step) })
  t.deepEqual(kinds(deployed.steps), ['create', 'create', 'create', 'wait'])
  t.deepEqual(told, deployed.steps)
  t.is(deployed.address, `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`)
  t.deepEqual(deployed.place, { cloud: 'aws', region: 'us-east-1' })
  t.like(deployed.shape, { memoryBytes: 1769 * MIB, vcpus: 1, slots: 1, timeoutMs: 900_000, architecture: 'x86_64' })
  t.deepEqual(
    deployed.idleCost.map(({ item, unit }) => [item, unit]),
    [
      ['function, not invoked', 'GB-s'],
      ['image in ECR, a month', 'GB-month'],
    ],
  )
  t.snapshot(
    changes().map(({ action, body }) => ({ action, body })),
    'what the SDK is asked to change',
  )

  const again = await provider.deploy({ ...wanted, tags: { team: 'algebra' } })
  t.deepEqual(new Set(kinds(again.steps)), new Set(['keep']))
  t.deepEqual(changes(), [])
  t.deepEqual(again.shape, deployed.shape)
})

test.serial('what is given changes, and what is not given stays', async (t) => {
  await provider.deploy({ ...wanted, environment: { NUMPYWREN_STORE_ATTEMPTS: '3' }, concurrency: 5 })
  account.recorder.take()
  const deployed = await provider.deploy({
    ...{ name, image: `${REGISTRY}/images:v2`, memoryBytes: 3538 * MIB, timeoutMs: 600_000 },
    ...{ ephemeralBytes: 1024 * MIB, architecture: 'arm64', concurrency: 20, coordinatorSecret: 'redis-url' },
    tags: { team: 'algebra' },
  })
  t.like(deployed.shape, {
    memoryBytes: 3538 * MIB,
    slots: 2,
    timeoutMs: 600_000,
    architecture: 'arm64',
    concurrency: 20,
  })
  t.snapshot(
    changes().map(({ action, body }) => ({ action, body })),
    'what the SDK is asked to change',
  )
  const { steps } = await provider.deploy({ ...wanted, image: undefined })
  t.regex(steps.map(({ text }) => text).join(), /policy/)
  const put = changes().find(({ action }) => action === 'iam:PutRolePolicy')
  t.regex(String(put?.body.PolicyDocument), /secret:redis-url-/, 'the role goes with the secret that the function has')
  const released = await provider.deploy({ name, concurrency: 0, environment: {}, tags: {} })
  t.is(released.shape.concurrency, undefined)
  t.deepEqual(
    changes().map(({ action }) => action),
    ['lambda:DeleteFunctionConcurrency'],
  )
  const found = await provider.connect({ name })
  t.like(found.shape, { memoryBytes: 3538 * MIB, timeoutMs: 600_000, concurrency: undefined })
  t.is(found.emulatedBy, new URL(account.recorder.endpoint).host)
  await found.close()
})

test.serial('an image that was pushed again under its tag is deployed again', async (t) => {
  const first = await account.image('latest', 'first')
  await provider.deploy({ ...wanted, image: `${REGISTRY}/images:latest` })
  account.recorder.take()
  await provider.deploy({ ...wanted, image: `${REGISTRY}/images@${first}` })
  t.deepEqual(changes(), [], 'a tag and a digest name the same image')
  const second = await account.image('latest', 'second')
  await provider.deploy({ ...wanted, image: `${REGISTRY}/images:latest` })
  const [change] = changes().filter(({ action }) => action.startsWith('lambda:'))
  t.like(change, { action: 'lambda:UpdateFunctionCode', body: { ImageUri: `${REGISTRY}/images@${second}` } })
})

test.serial('a dry run asks and changes nothing', async (t) => {
  const planned = await provider.deploy({ ...wanted, concurrency: 3, dryRun: true })
  t.deepEqual(kinds(planned.steps), ['create', 'create', 'create', 'update'])
  t.deepEqual(changes(), [])
  await t.throwsAsync(provider.connect({ name }), { name: 'FunctionNotFoundError' })
})

test.serial('the policy of the role allows what workers need, and no more', async (t) => {
  await provider.deploy({ ...wanted, coordinatorSecret: 'redis-url' })
  const put = changes().find(({ action }) => action === 'iam:PutRolePolicy')
  const policy = JSON.parse(String(put?.body.PolicyDocument)) as PolicyDocument
  const inRegion = (service: string, rest: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${rest}`
  const may = (action: string, resource: string, prefix?: string) =>
    isAllowed(policy, { action, resource, ...(prefix !== undefined && { context: { 's3:prefix': prefix } }) })
  for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
    t.true(may(action, 'arn:aws:s3:::bucket/work/A/c/0/0'), action)
    t.false(may(action, 'arn:aws:s3:::bucket/workshop/A'), action)
    t.false(may(action, 'arn:aws:s3:::bucket/other'), action)
    t.false(may(action, 'arn:aws:s3:::bucket2/work/A'), action)
  }
  t.true(may('s3:ListBucket', 'arn:aws:s3:::bucket', 'work/'))
  // S3 asks for the right to list when a key is missing, with the key as the prefix.
  t.true(may('s3:ListBucket', 'arn:aws:s3:::bucket', 'work/.numpywren/runs/x/manifest.json'))
  t.false(may('s3:ListBucket', 'arn:aws:s3:::bucket', 'workshop/'))
  t.false(may('s3:ListBucket', 'arn:aws:s3:::bucket', ''))
  t.false(may('s3:ListBucket', 'arn:aws:s3:::bucket'))
  t.true(may('lambda:InvokeFunction', inRegion('lambda', `function:${name}`)))
  t.false(may('lambda:InvokeFunction', inRegion('lambda', `function:${name}2`)))
  t.true(may('logs:PutLogEvents', inRegion('logs', `log-group:/aws/lambda/${name}:log-stream:x`)))
  t.false(may('logs:PutLogEvents', inRegion('logs', 'log-group:/aws/lambda/other:log-stream:x')))
  t.true(may('secretsmanager:GetSecretValue', inRegion('secretsmanager', 'secret:redis-url-a1B2c3')))
  t.false(may('secretsmanager:GetSecretValue', inRegion('secretsmanager', 'secret:redis-url-other-a1B2c3')))
  for (const action of ['s3:DeleteBucket', 'lambda:UpdateFunctionCode', 'iam:PassRole', 'sts:AssumeRole'])
    t.false(may(action, 'arn:aws:s3:::bucket'), action)
})

test.serial(
  'for a bucket of Google the role allows nothing on S3, and the place of a configuration is no secret',
  async (t) => {
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: '/app/google.json' }
    await provider.deploy({ ...wanted, store: 'gs://bucket/work', environment })
    const asked = changes()
    const put = asked.find(({ action }) => action === 'iam:PutRolePolicy')
    const policy = JSON.parse(String(put?.body.PolicyDocument)) as PolicyDocument
    t.deepEqual(
      policy.Statement.map(({ Sid }) => Sid),
      ['FanOut', 'LogGroup', 'Log'],
    )
    t.like(asked.at(-1), { body: { Environment: { Variables: environment } } })
  },
)

test.serial('a role that Lambda has not heard of yet is waited for', async (t) => {
  let refusals = 2
  account.recorder.answer = ({ action }) => {
    if (action !== 'lambda:CreateFunction' || refusals-- <= 0) return undefined
    const message = 'The role defined for the function cannot be assumed by Lambda.'
    const headers = { 'x-amzn-errortype': 'InvalidParameterValueException' }
    return { status: 400, headers, body: JSON.stringify({ Type: 'User', message }) }
  }
  await provider.deploy(wanted)
  t.is(actions().filter((action) => action === 'lambda:CreateFunction').length, 3)
})

test.serial('a change that is under way is waited for, and a function that failed is reported', async (t) => {
  await provider.deploy(wanted)
  account.recorder.take()
  const Configuration = { FunctionName: name, MemorySize: 1769, Timeout: 900, State: 'Active' }
  const found = (configuration: object) => {
    const Code = { ImageUri: `${REGISTRY}/images:v1` }
    return { status: 200, body: JSON.stringify({ Configuration: configuration, Code, Tags: { numpywren: name } }) }
  }
  const answers = [
    found({ ...Configuration, LastUpdateStatus: 'InProgress' }),
    found({ ...Configuration, LastUpdateStatus: 'InProgress' }),
  ]
  account.recorder.answer = ({ action }) => (action === 'lambda:GetFunction' ? answers.shift() : undefined)
  const { steps } = await provider.deploy({ name, memoryBytes: 2048 * MIB })
  t.deepEqual(kinds(steps), ['wait', 'update', 'wait'])
  const asked = actions().filter((action) => action.startsWith('lambda:'))
  t.is(asked.indexOf('lambda:UpdateFunctionConfiguration'), 3, 'after two looks at the change before, and one more')

  const failed = { ...Configuration, State: 'Failed', StateReason: 'the image cannot be pulled' }
  answers.push(found({ ...Configuration, State: 'Pending' }), found(failed))
  account.recorder.answer = ({ action }) => {
    if (action === 'lambda:GetFunctionConfiguration') return { status: 200, body: JSON.stringify(failed) }
    return action === 'lambda:GetFunction' ? answers.shift() : undefined
  }
  await t.throwsAsync(provider.deploy({ name, memoryBytes: 3008 * MIB }), {
    name: 'DeployError',
    message: /the image cannot be pulled; remove it .* and deploy it again/,
  })
})

test.serial('what others have made is neither changed nor removed', async (t) => {
  const client = new LambdaClient({ endpoint: account.moto.endpoint })
  await provider.deploy({ ...wanted, name: 'theirs' })
  const { steps } = await provider.deploy({ ...wanted, name: 'mine' })
  t.is(steps.length, 4)
  const Role = `arn:aws:iam::${ACCOUNT}:role/theirs-us-east-1`
  const Code = { ImageUri: `${REGISTRY}/images:v1` }
  await client.send(new CreateFunctionCommand({ FunctionName: 'foreign', PackageType: 'Image', Code, Role }))
  client.destroy()
  account.recorder.take()

  await t.throwsAsync(provider.deploy({ ...wanted, name: 'foreign' }), { name: 'InputError', message: /did not make/ })
  t.deepEqual(await provider.destroy({ name: 'foreign', confirm: async () => true }), [])
  t.deepEqual(await provider.destroy({ name: 'mine', confirm: async () => false }), [])
  t.deepEqual(changes(), [])

  const asked: string[][] = []
  const confirm = async (what: readonly string[]) => asked.push([...what]) > 0
  const removed = await provider.destroy({ name: 'mine', confirm })
  t.is(removed.length, 2)
  t.deepEqual(asked, [[...removed]])
  t.deepEqual(
    changes().map(({ action, path, body }) => `${action} ${body.RoleName ?? path.split('/').at(-1)}`),
    ['lambda:DeleteFunction mine', 'iam:DeleteRolePolicy mine-us-east-1', 'iam:DeleteRole mine-us-east-1'],
  )
  for (const left of ['theirs', 'foreign']) await (await provider.connect({ name: left })).close()
  t.deepEqual(await provider.destroy({ name: 'mine', confirm }), [], 'the second time there is nothing left')
})

test.serial('what cannot be deployed is refused before anything is made', async (t) => {
  const cases: readonly [message: RegExp, options: Partial<DeployOptions>][] = [
    [/looks like a secret/, { environment: { DB_PASSWORD: 'x' } }],
    [/looks like a secret/, { environment: { NUMPYWREN_COORDINATOR: 'rediss://user:hunter2@host:6379' } }],
    [/128 to 10240 whole MiB, not 64/, { memoryBytes: 64 * MIB }],
    [/1 to 900 whole seconds, not 1000/, { timeoutMs: 1_000_000 }],
    [/4 need 7076 MiB, and 1769/, { vcpus: 4, memoryBytes: 1769 * MIB }],
    [/not both/, { imageFile: 'worker.tar' }],
    [/not both/, { role: `arn:aws:iam::${ACCOUNT}:role/own` }],
    [/by its ARN/, { createRole: false, role: 'own' }],
    [/--create-role needs --store/, { store: undefined }],
    [/functions cannot reach/, { store: '/data/work' }],
    [/looks like a secret/, { environment: { GOOGLE_APPLICATION_CREDENTIALS: '{"private_key":"hunter2"}' } }],
    [/images from ECR only/, { image: 'docker.io/library/node:24' }],
    [/of its own region only/, { image: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/images:v1` }],
    [/there is no image/, { image: `${REGISTRY}/images:v9` }],
    [/give its image/, { image: undefined }],
    [/ARN of its role/, { createRole: false }],
    [/64 letters are all that IAM takes/, { name: 'x'.repeat(60) }],
    [/what destroy goes by/, { tags: { numpywren: 'x' } }],
  ]
  for (const [message, options] of cases) {
    const error = await t.throwsAsync(provider.deploy({ ...wanted, ...options }), {
      name: 'InputError',
      message,
    })
    t.notRegex(error?.message ?? '', /hunter2/)
  }
  t.deepEqual(changes(), [])
})

test.serial('who is not allowed is told what is missing', async (t) => {
  account.recorder.answer = ({ action }) => {
    if (action !== 'lambda:GetFunction') return undefined
    const resource = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`
    const message = `User: arn:aws:iam::${ACCOUNT}:user/ada is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
    const headers = { 'x-amzn-errortype': 'AccessDeniedException' }
    return { status: 403, headers, body: JSON.stringify({ Message: message }) }
  }
  const message = /lambda:GetFunction on arn:aws:lambda:us-east-1:\d+:function:numpywren-worker /
  await t.throwsAsync(provider.deploy(wanted), { name: 'AccessDeniedError', message })
  t.deepEqual(changes(), [])
})

test.serial('an image file is pushed once, by a login that nobody sees', async (t) => {
  const digest = await account.image('again', 'the archive', 'elsewhere')
  const folder = await programs(t, { skopeo: skopeo(digest) })
  const { image: _, ...rest } = wanted
  const options = { ...rest, imageFile: join(folder, 'worker.tar') }
  account.recorder.take()
  const planned = await provider.deploy({ ...options, dryRun: true })
  t.deepEqual(kinds(planned.steps), ['create', 'push', 'create', 'create', 'create'])
  t.deepEqual(changes(), [])

  const deployed = await provider.deploy(options)
  t.deepEqual(kinds(deployed.steps), ['create', 'push', 'create', 'create', 'create', 'wait'])
  const asked = changes()
  t.like(asked[0], {
    action: 'ecr:CreateRepository',
    body: { repositoryName: name, tags: [{ Key: 'numpywren', Value: name }] },
  })
  const made = asked.find(({ action }) => action === 'lambda:CreateFunction')
  t.like(made, { body: { Code: { ImageUri: `${REGISTRY}/${name}@${digest}` } } })
  const log = await readFile(join(folder, 'log'), 'utf8')
  t.regex(
    log,
    new RegExp(`skopeo copy .* oci-archive:${folder}/worker.tar docker://${REGISTRY}/${name}:v-[0-9a-f]{12}\n`),
  )
  t.notRegex(log, /auth-token/, 'nobody sees the password in the list of processes')
  t.is((await readFile(join(folder, 'mode'), 'utf8')).trim(), '600')
  const { auths } = JSON.parse(await readFile(join(folder, 'login'), 'utf8'))
  t.is(Buffer.from(auths[REGISTRY].auth, 'base64').toString(), `AWS:${ACCOUNT}-auth-token`)
  const authFile = / --dest-authfile (\S+)/.exec(log)?.[1] ?? ''
  await t.throwsAsync(stat(authFile), { code: 'ENOENT' })

  await account.image('v-1', 'the archive', name)
  const again = await provider.deploy(options)
  t.deepEqual(new Set(kinds(again.steps)), new Set(['keep']))
  t.deepEqual(changes(), [])
  await t.throwsAsync(provider.deploy({ ...options, architecture: 'arm64' }), { message: /made for x86_64/ })
  const removed = await provider.destroy({ name, confirm: async () => true })
  t.regex(removed.at(-1) ?? '', /the repository .* with its images/)
})

test.serial('docker pushes where there is no skopeo, and without either the commands are told', async (t) => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const folder = await programs(t, { docker: docker(digest) })
  const { image: _, ...rest } = wanted
  const options = { ...rest, imageFile: join(folder, 'worker.tar') }
  await provider.deploy(options)
  const made = changes().find(({ action }) => action === 'lambda:CreateFunction')
  t.like(made, { body: { Code: { ImageUri: `${REGISTRY}/${name}@${digest}` } } })
  const log = await readFile(join(folder, 'log'), 'utf8')
  t.deepEqual(
    log
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['docker load', 'docker tag', 'docker login', 'docker push', 'docker logout'],
  )
  t.notRegex(log, /auth-token/)
  t.is(await readFile(join(folder, 'login'), 'utf8'), `${ACCOUNT}-auth-token`)

  await rm(join(folder, 'docker'))
  const error = await t.throwsAsync(provider.deploy(options), { name: 'InputError' })
  t.regex(error?.message ?? '', /skopeo login --username AWS --password-stdin 123456789012\.dkr/)
  t.regex(error?.message ?? '', /skopeo copy oci-archive:.* docker:\/\//)
})

test.serial('tags that may not be read are not taken for none', async (t) => {
  await provider.deploy(wanted)
  account.recorder.answer = ({ action }) => {
    if (action !== 'lambda:GetFunction') return undefined
    const TagsError = { ErrorCode: 'AccessDeniedException', Message: 'not authorized to perform: lambda:ListTags' }
    return { status: 200, body: JSON.stringify({ Configuration: { FunctionName: name }, TagsError }) }
  }
  await t.throwsAsync(provider.deploy(wanted), { name: 'AccessDeniedError', message: /lambda:ListTags/ })
})

const examined = async (store: string): Promise<Finding[]> => {
  const findings: Finding[] = []
  for await (const finding of provider.doctor({ name, store })) findings.push(finding)
  return findings
}
const line = (findings: readonly Finding[], what: string) => findings.find((finding) => finding.what === what)

test.serial('the doctor says what is there, what is missing, and what to do', async (t) => {
  const before = await examined('s3://bucket/work')
  t.like(line(before, 'credentials'), { state: 'ok' })
  t.like(line(before, 'clock'), { state: 'ok' })
  t.like(line(before, 'concurrency'), { state: 'ok' })
  t.regex(line(before, 'bucket')?.text ?? '', /there is no bucket bucket; make it/)
  t.regex(line(before, 'function')?.text ?? '', /numpywren deploy aws-lambda/)
  t.deepEqual(
    before.filter(({ state }) => state === 'problem').map(({ what }) => what),
    ['bucket', 'function'],
  )

  await account.bucket('bucket')
  await provider.deploy({ ...wanted, memoryBytes: 128 * MIB, timeoutMs: 3000, concurrency: 7 })
  limits.concurrency = 10
  account.recorder.take()
  const after = await examined('s3://bucket/work')
  limits.concurrency = 1000
  t.deepEqual(
    after.map(({ what, state }) => `${what} ${state}`),
    [
      ...['credentials ok', 'clock ok', 'bucket ok', 'region ok', 'concurrency warning', 'function ok'],
      ...['memory warning', 'time limit warning', 'reservation ok', 'invocation problem'],
    ],
  )
  t.regex(line(after, 'concurrency')?.text ?? '', /request-service-quota-increase/)
  const objects = account.recorder.take().filter(({ action }) => action.startsWith('s3:'))
  t.deepEqual(new Set(objects.map(({ action }) => action)), new Set(['s3:PUT', 's3:GET', 's3:DELETE', 's3:HEAD']))
  t.true(objects.every(({ path }) => path.startsWith('/bucket/work/.numpywren/doctor/')))
})

test.serial('the doctor names credentials that AWS does not take', async (t) => {
  account.recorder.answer = ({ action }) => {
    if (action !== 'sts:GetCallerIdentity') return undefined
    const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`
    return { status: 403, headers: { 'content-type': 'text/xml', date: 'Mon, 01 Jan 2024 00:00:00 GMT' }, body }
  }
  const findings = await examined('s3://bucket/work')
  t.deepEqual(
    findings.map(({ what, state }) => `${what} ${state}`),
    ['credentials problem', 'clock problem'],
  )
  t.regex(findings[0]?.text ?? '', /sign in again/)
})

test.serial('the documentation grants who deploys all that was asked for here, and next to nothing else', async (t) => {
  const page = await readFile(new URL('../../../docs/deploy-aws.md', import.meta.url), 'utf8')
  const policy = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as PolicyDocument
  const granted = new Set(policy.Statement.flatMap(({ Action }) => Action))
  const asked = new Set([...needed].filter((action) => !action.startsWith('s3:')))
  t.deepEqual(
    [...asked].filter((action) => !granted.has(action)),
    [],
  )
  // Asked by AWS itself on behalf of another call, or by the program that pushes images.
  const implied = ['lambda:ListTags', 'iam:PassRole', 'iam:TagRole', 'iam:DetachRolePolicy', 'ecr:TagResource']
  const pushing =
    /^ecr:(BatchCheckLayerAvailability|BatchGetImage|(Initiate|Complete)LayerUpload|UploadLayerPart|PutImage|GetDownloadUrlForLayer|[GS]etRepositoryPolicy)$/
  const idle = [...granted].filter((action) => !asked.has(action) && !implied.includes(action) && !pushing.test(action))
  t.deepEqual(idle, [])
})
