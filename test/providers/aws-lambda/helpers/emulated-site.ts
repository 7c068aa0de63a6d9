import type { ExecutionContext } from 'ava'
import { type ConnectOptions, connect, type Numpywren } from '../../../../src/index.ts'
import { type LambdaEmulator, startLambdaEmulator } from '../../../helpers/emulators/lambda/emulator.ts'
import type { EmulatedFunction, LambdaEmulatorOptions } from '../../../helpers/emulators/lambda/options.ts'
import { HttpFaultProxy } from '../../../helpers/servers/fault-proxy-http.ts'
import { startVersitygw } from '../../../helpers/servers/versitygw.ts'

/** The cloud of a test: a bucket, and Lambda beside it. */
export interface EmulatedSite {
  readonly store: string
  readonly emulator: LambdaEmulator
  /** Between the functions and the bucket. */
  readonly proxy: HttpFaultProxy
  /** Runs whose workers are the functions. */
  functions(options?: ConnectOptions): Promise<Numpywren>
  /** Runs whose workers are in this process. */
  here(options?: ConnectOptions): Promise<Numpywren>
}

/** What this process needs in its environment is set there: tests of one file run one after the other. */
export async function startEmulatedSite(
  t: ExecutionContext<unknown>,
  {
    worker = {},
    ...options
  }: Omit<LambdaEmulatorOptions, 'functions'> & { readonly worker?: Partial<EmulatedFunction> } = {},
): Promise<EmulatedSite> {
  const s3 = await startVersitygw(t)
  const proxy = await HttpFaultProxy.start({ target: s3.endpoint })
  t.teardown(() => proxy.close())
  const emulator = await startLambdaEmulator(t, {
    ...options,
    role: { ...s3.env, AWS_ENDPOINT_URL_S3: proxy.url, OPENBLAS_NUM_THREADS: '1', ...options.role },
    functions: [{ name: 'numpywren-worker', memoryMb: 1769, timeoutS: 120, ...worker }],
  })
  Object.assign(process.env, emulator.env, s3.env)
  const store = `${await s3.url('bucket')}/work`
  return {
    store,
    emulator,
    proxy,
    functions: (more) => connect({ store, provider: 'aws-lambda', slots: 1, ...more }),
    here: (more) => connect({ store, slots: 1, ...more }),
  }
}
