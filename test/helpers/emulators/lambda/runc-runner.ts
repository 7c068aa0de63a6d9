import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ContainerImage, containerSpec } from './container-spec.ts'
import { type Runner, type Sandbox, type SandboxExit, type SandboxSpec, signal, wayOut } from './sandbox.ts'

const CGROUPS = '/sys/fs/cgroup'
const hasOneHierarchy = (): boolean => existsSync(join(CGROUPS, 'cgroup.controllers'))
const cgroup = (controller: string, path: string): string =>
  hasOneHierarchy() ? join(CGROUPS, path) : join(CGROUPS, controller, path)

/** Killed before thawed: in the older hierarchy a frozen process dies only when it is thawed. */
const CLEAN_UP = `
cat >/dev/null
for bundle in "$1"/bundles/*; do
  id=$(basename "$bundle")
  kill -9 "$(cat "$bundle/pid" 2>/dev/null)" 2>/dev/null
  echo THAWED > "${CGROUPS}/freezer/$2/$id/freezer.state" 2>/dev/null
  runc --root "$1/state" delete --force "$id" 2>/dev/null
done
rmdir ${CGROUPS}/*/"$2" ${CGROUPS}/"$2" 2>/dev/null
rm -rf "$1"
`

/**
 * Sandboxes that are containers, from the unpacked file system of an image (runc; needs root): a read-only root with a /tmp of its own, another
 * user, the platform's share of the processor, and memory, processes and files up to its limits. They use this machine's network.
 */
export function runcRunner(image: ContainerImage): Runner {
  const folder = mkdtempSync(join(tmpdir(), 'numpywren-runc-'))
  for (const name of ['bundles', 'state']) mkdirSync(join(folder, name))
  const group = `numpywren-lambda-${process.pid}-${folder.slice(-6)}`
  // Its input ends with this process, whatever ends that.
  const cleaner = spawn('sh', ['-c', CLEAN_UP, 'sh', folder, group], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  cleaner.unref()
  return {
    start: (spec) => new Container(spec, image, folder, group),
    close: async () => {
      if (cleaner.exitCode !== null) return
      cleaner.ref()
      cleaner.stdin?.end()
      await once(cleaner, 'exit')
    },
  }
}

class Container implements Sandbox {
  readonly exited: Promise<SandboxExit>
  readonly #child: ChildProcess
  readonly #bundle: string
  readonly #path: string
  #peakBytes = 0
  #isKilled = false

  constructor(spec: SandboxSpec, image: ContainerImage, folder: string, group: string) {
    const bundle = join(folder, 'bundles', spec.id)
    this.#bundle = bundle
    this.#path = join(group, spec.id)
    mkdirSync(bundle)
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(containerSpec(spec, image, `/${this.#path}`)))
    const args = [
      '--root',
      join(folder, 'state'),
      'run',
      '--bundle',
      bundle,
      '--pid-file',
      join(bundle, 'pid'),
      spec.id,
    ]
    this.#child = spawn('runc', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', spec.onOutput)
    this.exited = once(this.#child, 'exit').then(([code]) => {
      rmSync(bundle, { recursive: true, force: true })
      const by = code === 137 ? 'SIGKILL' : code === 139 ? 'SIGSEGV' : code === 143 ? 'SIGTERM' : null
      return { why: wayOut(code, by), outOfMemory: by === 'SIGKILL' && !this.#isKilled }
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  peakBytes(): number {
    const file = hasOneHierarchy() ? 'memory.peak' : 'memory.max_usage_in_bytes'
    const path = join(cgroup('memory', this.#path), file)
    if (existsSync(path)) this.#peakBytes = Number(readFileSync(path, 'utf8'))
    return this.#peakBytes
  }

  freeze(): void {
    this.#setFrozen(true)
  }

  thaw(): void {
    this.#setFrozen(false)
  }

  async kill(): Promise<void> {
    this.#isKilled = true
    const pid = join(this.#bundle, 'pid')
    while (this.#child.exitCode === null && !existsSync(pid)) await new Promise(setImmediate)
    if (this.#child.exitCode !== null) return
    // All in its process namespace ends with its first.
    signal(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
    this.thaw()
    await this.exited
  }

  #setFrozen(isFrozen: boolean): void {
    const folder = cgroup('freezer', this.#path)
    const [file, word] = hasOneHierarchy()
      ? ['cgroup.freeze', isFrozen ? '1' : '0']
      : ['freezer.state', isFrozen ? 'FROZEN' : 'THAWED']
    try {
      writeFileSync(join(folder, file), word)
    } catch (error) {
      // The container has ended, and its exit is about to be told.
      if (!['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}
