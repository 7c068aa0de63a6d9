import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Teardown } from '../../helpers/servers/start-server.ts'

const execute = promisify(execFile)
/** A container that nobody stopped ends after this, in s. */
const LONGEST_S = 300

/** Name of the image that `npm run test:image` built. */
export function imageName(): string {
  const name = process.env.NUMPYWREN_TEST_IMAGE
  if (!name) throw new Error('there is no image to test: run `npm run test:image`, which builds it first')
  return name
}

/** Runs podman, in the storage of the image's tests. @returns what it wrote to its standard output */
export async function podman(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('podman', args, { maxBuffer: 1 << 26 })
  return stdout.trim()
}

/** What an image says about itself. */
export interface ImageConfig {
  readonly sizeBytes: number
  readonly user: string
  readonly entrypoint: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly workingFolder: string
  readonly labels: Readonly<Record<string, string>>
}

export async function inspectImage(): Promise<ImageConfig> {
  const [found] = JSON.parse(await podman('image', 'inspect', imageName()))
  const { User, Entrypoint, Env, WorkingDir, Labels } = found.Config
  const variable = (text: string): [string, string] => {
    const at = text.indexOf('=')
    return [text.slice(0, at), text.slice(at + 1)]
  }
  return {
    sizeBytes: found.Size,
    user: User,
    entrypoint: Entrypoint,
    environment: Object.fromEntries(Env.map(variable)),
    workingFolder: WorkingDir,
    labels: Labels,
  }
}

/** Where the image's files can be read, until the test ends. */
export async function mountImage(t: Teardown): Promise<string> {
  const folder = await podman('image', 'mount', imageName())
  t.teardown(() => podman('image', 'unmount', imageName()))
  return folder
}

export interface ContainerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Arguments for the image's entry point. */
  readonly args?: readonly string[]
  /** Options of `podman run`. */
  readonly options?: readonly string[]
}

export interface Container {
  readonly id: string
  /** Ends it at once, as a lost machine does, or with another signal. */
  kill(signal?: 'KILL' | 'TERM'): Promise<void>
  /** All that it wrote so far. */
  logs(): Promise<string>
  /** @returns the code that it ended with */
  exit(): Promise<number>
}

/** The image as platforms run it: read-only root, /tmp in memory, no rights; on this machine's network, where the test's servers listen. */
export async function startContainer(t: Teardown, options: ContainerOptions = {}): Promise<Container> {
  const variables = Object.entries(options.env ?? {}).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const id = await podman(
    ...['run', '--detach', '--read-only', '--tmpfs', '/tmp', '--network', 'host', '--cap-drop', 'all'],
    ...['--security-opt', 'no-new-privileges', '--timeout', `${LONGEST_S}`],
    ...variables,
    ...(options.options ?? []),
    ...[imageName(), ...(options.args ?? [])],
  )
  t.teardown(() => podman('rm', '--force', '--time', '0', id))
  return {
    id,
    kill: async (signal = 'KILL') => {
      await podman('kill', '--signal', signal, id)
    },
    logs: async () => {
      const child = execFile('podman', ['logs', id])
      let text = ''
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (part) => (text += part))
      await once(child, 'close')
      return text
    },
    exit: async () => Number(await podman('wait', id)),
  }
}
