/**
 * Cloud Run on this machine, faithful enough to hurt: services whose instances take one request each, a front that checks identity tokens
 * and gives up at the time limit while the instance goes on, the administration that makes services, and the server that gives tokens.
 */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Teardown } from '../../servers/start-server.ts'
import { Fate } from '../lambda/doom.ts'
import { processRunner } from '../lambda/process-runner.ts'
import { Accounts } from './accounts.ts'
import { Administration, type Recorded } from './administration.ts'
import { type Listening, listen } from './http.ts'
import { Identities } from './identity.ts'
import { PROJECT, REGION, startMetadata } from './metadata.ts'
import { type CloudRunEmulatorOptions, type CloudRunStats, noStats } from './options.ts'
import { Policies } from './policies.ts'
import { Repositories } from './repositories.ts'
import type { Region } from './revision.ts'
import { Services } from './services.ts'
import { Serving } from './serving.ts'
import type { Template } from './template.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const PARENT = `projects/${PROJECT.id}/locations/${REGION}`
export const DRIVER: string = `driver@${PROJECT.id}.iam.gserviceaccount.com`
export const DEFAULT_ACCOUNT: string = `${PROJECT.number}-compute@developer.gserviceaccount.com`

export interface CloudRunEmulator {
  /** Of the administration: `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  /** What a process needs in its environment to deploy to it and to call it. */
  readonly env: Readonly<Record<string, string>>
  readonly identities: Identities
  readonly policies: Policies
  readonly repositories: Repositories
  /** Calls of the administration, oldest first. */
  readonly recorded: readonly Recorded[]
  /** URL of a service. @throws when it does not serve */
  urlOf(name: string): string
  stats(): Readonly<CloudRunStats>
  /** Process of the instance whose latest answer holds this text. @throws when there is none */
  pidOf(text: string): number
  close(): Promise<void>
}

/** Starts it on free ports; it goes with the test, and its instances with it. */
export async function startCloudRunEmulator(
  t: Teardown,
  options: CloudRunEmulatorOptions = {},
): Promise<CloudRunEmulator> {
  const stats = noStats()
  const identities = new Identities(options.tokenS)
  const accounts = new Accounts(options.newAccountMs)
  const policies = new Policies((email) => accounts.has(email))
  const repositories = new Repositories()
  for (const email of [DRIVER, DEFAULT_ACCOUNT]) accounts.add(email)
  const region = regionOf(options, stats)
  const now = (): number => Date.now() + (options.aheadMs ?? 0)
  const listening: Listening[] = []
  const own: { endpoint: string } = { endpoint: '' }
  const serving = new Serving({
    region,
    identities,
    policies,
    stats,
    now,
    secrets: options.secrets ?? {},
    owner: DRIVER,
    endpoint: () => own.endpoint,
  })
  const services = new Services({
    defaultAccount: DEFAULT_ACCOUNT,
    accountExists: (email) => accounts.has(email),
    problemOf: (template) => problemOf(template, options, policies),
    serve: (name, template) => serving.serve(name, template),
    stop: (name) => serving.stop(name),
    reconcileMs: options.reconcileMs ?? 30,
  })
  const administration = new Administration({
    ...{ identities, services, policies, accounts, repositories, now },
    buckets: options.buckets ?? [],
    secrets: Object.keys(options.secrets ?? {}),
    forbidden: options.forbidden,
  })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= Promise.all(listening.map((server) => server.close()))
      .then(() => serving.close())
      .then(() => region.runner.close())
    return closed
  }
  t.teardown(close)
  const administered = await listen((request, response) => administration.serve(request, response))
  own.endpoint = administered.url
  const metadata = await startMetadata(identities, DRIVER)
  listening.push(administered, metadata)
  for (const service of options.services ?? []) {
    const { name, memoryMb = 1024, vcpus = 1, timeoutS = 300, maxInstances = 100, environment = {} } = service
    const sizes = {
      NUMPYWREN_MEMORY_BYTES: `${memoryMb * 2 ** 20}`,
      NUMPYWREN_VCPUS: `${vcpus}`,
      NUMPYWREN_TIMEOUT_S: `${timeoutS}`,
    }
    const env = Object.entries({ ...sizes, ...environment }).map(([key, value]) => ({ name: key, value }))
    const resources = { limits: { cpu: `${vcpus}`, memory: `${memoryMb}Mi` }, cpuIdle: true }
    const scaling = { maxInstanceCount: maxInstances }
    const template = {
      timeout: `${timeoutS}s`,
      maxInstanceRequestConcurrency: 1,
      scaling,
      containers: [{ image: 'worker', env, resources }],
    }
    const { name: operation } = await services.create(PARENT, new URLSearchParams({ serviceId: name }), { template })
    while (!services.operation(`${operation}`).done) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    endpoint: administered.url,
    env: {
      NUMPYWREN_CLOUD_RUN_ENDPOINT: administered.url,
      GCE_METADATA_HOST: metadata.url.replace('http://', ''),
      METADATA_SERVER_DETECTION: 'assume-present',
      GOOGLE_CLOUD_PROJECT: PROJECT.id,
      CLOUDSDK_RUN_REGION: REGION,
    },
    ...{ identities, policies, repositories, recorded: administration.recorded, close },
    urlOf: (name) => serving.urlOf(`${PARENT}/services/${name}`),
    stats: () => ({ ...stats }),
    pidOf: (text) => serving.pidOf(text),
  }
}

function regionOf(options: CloudRunEmulatorOptions, stats: CloudRunStats): Region {
  const { faults = {}, runner } = options
  const command = [process.execPath, join(ROOT, 'src/function/main.ts')] as const
  return {
    stats,
    fate: new Fate(faults),
    runner: runner ?? processRunner({ command: [...command] }),
    environment: options.environment ?? {},
    instances: options.instances ?? 1000,
    coldStartMs: faults.coldStartMs ?? 0,
    pendingMs: options.pendingMs ?? 20,
    idleMs: options.idleMs ?? 900_000,
    graceMs: options.graceMs ?? 10_000,
    freezes: options.freezes ?? true,
    running: 0,
  }
}

/** A revision needs an account that may read its secrets. */
function problemOf(
  { serviceAccount, containers: [{ env = [] }] }: Template,
  { secrets = {} }: CloudRunEmulatorOptions,
  policies: Policies,
): string | undefined {
  const missing = env.find(({ valueSource }) => {
    const secret = valueSource?.secretKeyRef.secret
    return (
      secret !== undefined && !(secret in secrets && policies.has(`secrets/${secret}`, SECRET_ROLE, serviceAccount))
    )
  })
  return (
    missing &&
    `Permission denied on secret: ${missing.valueSource?.secretKeyRef.secret} for Revision service account ${serviceAccount}.`
  )
}

const SECRET_ROLE = 'roles/secretmanager.secretAccessor'
