import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { problem } from '../../doctor/index.ts'
import type { DoctorOptions, Finding, WorkerShape } from '../../function/index.ts'
import type { Clients } from '../clients.ts'
import { reservedConcurrency } from '../connect.ts'
import { findFunction } from '../function.ts'
import { notFound } from '../invoke.ts'
import type { Account } from '../policy.ts'
import { TAG } from '../settings.ts'
import { shapeOf } from '../shape.ts'

const MIB = 2 ** 20
/** Tiles that a slot has in memory while it computes: two or three inputs and the output. */
const TILES_A_SLOT = 4
/** A smaller tile takes longer to fetch than it would take to wait for a larger one. */
const SMALL_TILE = 1024
/** Shorter ones end while a start from cold, a batch and its transfers are under way. */
const SHORT_MS = 60_000

/** State, memory, time limit and reservation of the function. @returns whether it can be invoked */
export async function* functionFindings(
  clients: Clients,
  { name, signal }: DoctorOptions,
  { region }: Account,
): AsyncGenerator<Finding, boolean> {
  let configuration: FunctionConfiguration
  let reserved: number | undefined
  try {
    const found = await findFunction(clients, name, signal)
    if (found?.Configuration === undefined) {
      yield problem('function', notFound(name))
      return false
    }
    configuration = found.Configuration
    reserved = await reservedConcurrency(clients, name, signal)
    yield stateFinding(name, region, configuration, found.Tags?.[TAG] === name)
  } catch (error) {
    signal?.throwIfAborted()
    yield problem('function', error)
    return false
  }
  const shape = shapeOf(configuration, reserved)
  yield memoryFinding(shape)
  yield timeFinding(shape)
  if (reserved !== undefined) yield reservedFinding(name, reserved)
  return configuration.State !== 'Failed' && configuration.State !== 'Pending' && reserved !== 0
}

function stateFinding(name: string, region: string, now: FunctionConfiguration, isOurs: boolean): Finding {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason, PackageType, Architectures } = now
  const what = 'function'
  if (PackageType !== 'Image')
    return { what, state: 'problem', text: `${name} is no function of an image; choose another name (--function)` }
  if (State === 'Failed')
    return { what, state: 'problem', text: `${name} could not be set up: ${StateReason}; destroy it and deploy again` }
  if (State === 'Pending')
    return { what, state: 'warning', text: `${name} is being set up: ${StateReason ?? 'wait a minute'}` }
  if (State === 'Inactive')
    return {
      what,
      state: 'warning',
      text: `${name} sleeps, as functions do after weeks without use; the first run wakes it`,
    }
  if (LastUpdateStatus === 'Failed')
    return {
      what,
      state: 'problem',
      text: `the last change of ${name} failed, and it is as before: ${LastUpdateStatusReason}; deploy again`,
    }
  const text = `${name} in ${region} is active, ${Architectures?.[0] ?? 'x86_64'}`
  if (isOurs) return { what, state: 'ok', text }
  return {
    what,
    state: 'warning',
    text: `${text}; deploy did not make it (no tag ${TAG}=${name}), and destroy will leave it`,
  }
}

function memoryFinding({ memoryBytes, vcpus, slots, tileBytes }: WorkerShape): Finding {
  const side = Math.floor(Math.sqrt(tileBytes / slots / TILES_A_SLOT / 8))
  const text = `${memoryBytes / MIB} MiB bring ${vcpus.toFixed(2)} vCPUs, ${slots} slots, and room for tiles up to about ${side} x ${side} float64`
  if (side >= SMALL_TILE) return { what: 'memory', state: 'ok', text }
  return {
    what: 'memory',
    state: 'warning',
    text: `${text}: too small to be worth its transfers; deploy with --memory 1769MiB or more`,
  }
}

function timeFinding({ timeoutMs }: WorkerShape): Finding {
  const text = `an invocation may take ${timeoutMs / 1000} s`
  if (timeoutMs >= SHORT_MS) return { what: 'time limit', state: 'ok', text }
  return {
    what: 'time limit',
    state: 'warning',
    text: `${text}, and starts and transfers take much of it; deploy with --timeout 900`,
  }
}

function reservedFinding(name: string, reserved: number): Finding {
  const text = `${reserved} invocations at a time are reserved for ${name}, and no more run`
  if (reserved > 0) return { what: 'reservation', state: 'ok', text: `${text}: more --workers are throttled` }
  return {
    what: 'reservation',
    state: 'problem',
    text: `${text}: nothing runs at all; deploy with --concurrency to reserve some, or aws lambda delete-function-concurrency --function-name ${name}`,
  }
}
