import { problem } from '../../doctor/index.ts'
import type { DoctorOptions, Finding, WorkerShape } from '../../function/index.ts'
import { administrationError } from '../errors.ts'
import { gcpFacts } from '../facts.ts'
import { isReady, reasonOf, type Service, Services } from '../services.ts'
import type { Session } from '../session.ts'
import { shapeOf } from '../shape.ts'

const MIB = 2 ** 20
/** Tiles that a slot has in memory while it computes: two or three inputs and the output. */
const TILES_A_SLOT = 4
/** A smaller tile takes longer to fetch than it would take to wait for a larger one. */
const SMALL_TILE = 1024
/** Shorter ones end while a start from cold, a batch and its transfers are under way. */
const SHORT_MS = 60_000

/** State, memory, time limit and number of instances of the service. @returns whether it can be invoked */
export async function* serviceFindings(
  session: Session,
  { name, signal }: DoctorOptions,
): AsyncGenerator<Finding, boolean> {
  const services = await Services.open(session)
  let service: Service | undefined
  try {
    service = await services.get(name)
  } catch (error) {
    signal?.throwIfAborted()
    yield problem('function', administrationError(error, `look at the service ${name}`, 'roles/run.viewer'))
    return false
  } finally {
    await services.close()
  }
  if (service === undefined) {
    const { region, project } = session
    const how = `numpywren deploy gcp-functions --function ${name} --region ${region} --image IMAGE`
    yield {
      what: 'function',
      state: 'problem',
      text: `no function ${name} is deployed in ${region} of ${project}: ${how}`,
    }
    return false
  }
  yield stateFinding(name, session, service)
  const shape = shapeOf(service)
  yield concurrencyFinding(name, service)
  yield memoryFinding(shape)
  yield timeFinding(shape)
  yield instancesFinding(shape)
  return isReady(service)
}

function stateFinding(name: string, { region }: Session, service: Service): Finding {
  const what = 'function'
  if (isReady(service)) return { what, state: 'ok', text: `${name} in ${region} is ready at ${service.uri}` }
  if (service.reconciling) return { what, state: 'warning', text: `${name} is being changed: wait a minute` }
  const text = `${name} is not ready: ${reasonOf(service)}; set it right and deploy again`
  return { what, state: 'problem', text }
}

/** More than one request would compute on the same cores and in the same memory. */
function concurrencyFinding(name: string, { template }: Service): Finding {
  const requests = template?.maxInstanceRequestConcurrency ?? 1
  const what = 'requests an instance'
  if (requests === 1) return { what, state: 'ok', text: 'an instance takes one request at a time' }
  const text = `an instance of ${name} takes ${requests} requests at a time, which share its memory: deploy it again`
  return { what, state: 'problem', text }
}

function memoryFinding({ memoryBytes, vcpus, slots, tileBytes }: WorkerShape): Finding {
  const side = Math.floor(Math.sqrt(tileBytes / slots / TILES_A_SLOT / 8))
  const text = `${memoryBytes / MIB} MiB and ${vcpus} vCPUs: ${slots} slots, and room for tiles up to about ${side} x ${side} float64`
  if (side >= SMALL_TILE) return { what: 'memory', state: 'ok', text }
  return {
    what: 'memory',
    state: 'warning',
    text: `${text}: too small to be worth its transfers; deploy with more (--memory)`,
  }
}

function timeFinding({ timeoutMs }: WorkerShape): Finding {
  const text = `a request may take ${timeoutMs / 1000} s`
  if (timeoutMs >= SHORT_MS) return { what: 'time limit', state: 'ok', text }
  return {
    what: 'time limit',
    state: 'warning',
    text: `${text}, and starts and transfers take much of it; deploy with --timeout 900`,
  }
}

function instancesFinding({ concurrency }: WorkerShape): Finding {
  const usual = gcpFacts.limits.concurrency
  return {
    what: 'instances',
    state: 'ok',
    text:
      `at most ${concurrency} at a time, and more --workers than that are throttled (deploy with --concurrency for others; ` +
      `above ${usual} see the quota of the region: IAM & Admin > Quotas)`,
  }
}
