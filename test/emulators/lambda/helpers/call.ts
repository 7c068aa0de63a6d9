import { type InvocationType, InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import { type LambdaEmulator, startLambdaEmulator } from '../../../helpers/emulators/lambda/emulator.ts'
import type { EmulatedFunction, LambdaEmulatorOptions } from '../../../helpers/emulators/lambda/options.ts'
import { processRunner } from '../../../helpers/emulators/lambda/process-runner.ts'
import type { Teardown } from '../../../helpers/servers/start-server.ts'

/** What the function of the tests answers. */
export interface Told {
  readonly pid: number
  readonly uid: number
  /** Most files that it may have open. */
  readonly files: number
  /** For each path that it was to write to: `yes`, or the code of the error. */
  readonly written?: readonly string[]
  /** Longest time between two ticks of a timer of 2 ms since the sandbox started. */
  readonly longestGapMs: number
  readonly remainingMs: number
  readonly requestId: string
  readonly environment: Readonly<Record<string, string>>
}

export interface Called {
  readonly emulator: LambdaEmulator
  readonly client: LambdaClient
  invoke(event: object, options?: CallOptions): Promise<InvokeCommandOutput>
  /** The answer of an invocation that has to succeed. */
  tell(event: object): Promise<Told>
}

export interface CallOptions {
  readonly name?: string
  readonly type?: InvocationType
}

/** An emulator with the function `worker`, and AWS's SDK that calls it and never tries again. */
export async function emulated(
  t: Teardown,
  {
    worker = {},
    ...options
  }: Omit<LambdaEmulatorOptions, 'functions'> & { readonly worker?: Partial<EmulatedFunction> },
): Promise<Called> {
  const emulator = await startLambdaEmulator(t, {
    runner: processRunner({ handler: 'test/emulators/lambda/helpers/handler.handler' }),
    ...options,
    functions: [{ name: 'worker', memoryMb: 512, timeoutS: 60, ...worker }],
  })
  const client = new LambdaClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: emulator.env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: 'testsecret' },
    maxAttempts: 1,
  })
  t.teardown(() => client.destroy())
  const invoke: Called['invoke'] = (event, { name = 'worker', type = 'RequestResponse' } = {}) =>
    client.send(
      new InvokeCommand({
        FunctionName: name,
        InvocationType: type,
        Payload: JSON.stringify(event),
        LogType: type === 'RequestResponse' ? 'Tail' : 'None',
      }),
    )
  return {
    emulator,
    client,
    invoke,
    tell: async (event) => {
      const answer = await invoke(event)
      const text = answer.Payload?.transformToString() ?? ''
      if (answer.FunctionError) throw new Error(text)
      return JSON.parse(text) as Told
    },
  }
}

/** The error in the answer of a function that failed. */
export function errorIn(answer: InvokeCommandOutput): { readonly errorType: string; readonly errorMessage: string } {
  if (answer.FunctionError !== 'Unhandled') throw new Error(`it did not fail: ${answer.Payload?.transformToString()}`)
  return JSON.parse(answer.Payload?.transformToString() ?? '')
}
