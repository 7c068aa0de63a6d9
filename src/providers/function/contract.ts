/** The contract of a platform that runs the worker image as a function: put it up, look after it, call it, take it down. One conformance suite, three implementations. */

import type { CostItem, ProviderFacts } from './facts.ts'

/** Providers whose workers are functions; `local` runs them as processes of this machine that speak the same HTTP. */
export type FunctionProviderName = 'local' | 'aws-lambda' | 'gcp-functions'

/** Which deployed function is meant. */
export interface FunctionPlace {
  /** @default numpywren-worker */
  readonly name: string
  /** As the platform calls it; `undefined`: as its own settings say. */
  readonly region?: string | undefined
  /** Account (AWS: ignored) or project (Google Cloud); `undefined`: that of the credentials. */
  readonly project?: string | undefined
}

/** What one sandbox of a function has. */
export interface WorkerShape {
  /** All memory of the sandbox. */
  readonly memoryBytes: number
  /** May be a fraction. */
  readonly vcpus: number
  /** Tasks computed at the same time: whole cores worth of `vcpus`, at least 1. */
  readonly slots: number
  /** Budget for tiles: what the memory leaves beside Node and the kernels' workspace. */
  readonly tileBytes: number
  /** After which the platform ends an invocation. */
  readonly timeoutMs: number
  readonly architecture: 'x86_64' | 'arm64'
  /** Invocations at the same time that the platform admits; `undefined`: not known. */
  readonly concurrency?: number | undefined
}

/** Where a function or a bucket is. */
export interface CloudPlace {
  readonly cloud: 'aws' | 'gcp' | 'local'
  readonly region?: string | undefined
}

/** The answer to one invocation. */
export interface Answered {
  readonly body: string
  /** The platform's own name of the invocation, if it has one. */
  readonly requestId?: string | undefined
}

/** A function that is up and can be called. */
export interface DeployedFunction {
  readonly provider: FunctionProviderName
  readonly name: string
  readonly place: CloudPlace
  readonly shape: WorkerShape
  /** The address of a stand-in when this is not the platform itself: figures from it are never shown as the cloud's. */
  readonly emulatedBy?: string | undefined
  readonly facts: ProviderFacts
  /**
   * One invocation, one attempt: whoever calls decides what comes after a failure. An aborted call may go on over there.
   * @param body at most `facts.limits.requestBytes`
   * @throws ThrottledError, InvocationError, AccessDeniedError, PayloadTooLargeError; the signal's reason
   */
  invoke(body: string, options: { readonly signal?: AbortSignal | undefined }): Promise<Answered>
  close(): Promise<void>
}

export interface DeployOptions extends FunctionPlace {
  /** URI of an image in the platform's registry. */
  readonly image?: string | undefined
  /** An OCI archive or layout (`oci-archive:worker.tar`, `oci:folder:tag`) to be pushed first. */
  readonly imageFile?: string | undefined
  readonly memoryBytes?: number | undefined
  readonly vcpus?: number | undefined
  readonly timeoutMs?: number | undefined
  readonly ephemeralBytes?: number | undefined
  /** Most invocations at the same time (reserved concurrency, maximum of instances). */
  readonly concurrency?: number | undefined
  readonly architecture?: 'x86_64' | 'arm64' | undefined
  /** ARN of the execution role, or e-mail of the service account. */
  readonly role?: string | undefined
  /** Make the role or service account, with no more rights than one prefix of one bucket needs. */
  readonly createRole?: boolean | undefined
  /** URL of the store (bucket and prefix) that the function may use. */
  readonly store?: string | undefined
  /** Name of a secret that holds the URL of a Redis; the function reads it itself. */
  readonly coordinatorSecret?: string | undefined
  /** Variables for the function; names that look like secrets are refused. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Change nothing; say what would be done. */
  readonly dryRun?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of each step as it is done, or would be. */
  readonly onStep?: ((step: DeployStep) => void) | undefined
}

export interface DeployStep {
  readonly what: 'create' | 'update' | 'keep' | 'push' | 'wait' | 'delete'
  /** One plain sentence. */
  readonly text: string
}

export interface Deployed {
  readonly name: string
  /** ARN or URL. */
  readonly address: string
  readonly place: CloudPlace
  readonly shape: WorkerShape
  readonly steps: readonly DeployStep[]
  /** What it costs while nothing runs. */
  readonly idleCost: readonly CostItem[]
}

/** One thing that the doctor looked at. */
export interface Finding {
  /** As `credentials`, `bucket`, `function`, `concurrency`, `region`, `clock`. */
  readonly what: string
  readonly state: 'ok' | 'warning' | 'problem'
  /** What was found, and for a problem what to do. */
  readonly text: string
}

export interface DoctorOptions extends FunctionPlace {
  /** URL of the store whose access is tried by putting, reading and deleting an object. */
  readonly store?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface DestroyOptions extends FunctionPlace {
  readonly signal?: AbortSignal | undefined
  /** Asked once with everything that would be removed. */
  readonly confirm: (what: readonly string[]) => Promise<boolean>
  readonly onStep?: ((step: DeployStep) => void) | undefined
}

/** A platform. Nothing is loaded or spoken to before a method is called. */
export interface FunctionProvider {
  readonly name: FunctionProviderName
  readonly facts: ProviderFacts
  /** Creates the function, or brings it up to date, and waits until it can be called. Doing it twice changes nothing. @throws InputError, AccessDeniedError, DeployError */
  deploy(options: DeployOptions): Promise<Deployed>
  /** Looks at everything that a run needs, one finding at a time; never throws for what it finds. */
  doctor(options: DoctorOptions): AsyncIterable<Finding>
  /** Removes what `deploy` made, by its tags, and nothing else. @returns what was removed; empty when it was not confirmed or nothing is there */
  destroy(options: DestroyOptions): Promise<readonly string[]>
  /** The deployed function. @throws FunctionNotFoundError, AccessDeniedError */
  connect(options: FunctionPlace & { readonly signal?: AbortSignal | undefined }): Promise<DeployedFunction>
}
