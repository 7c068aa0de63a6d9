/** Installs and builds what the peers need and is missing: Debian packages, the C drivers, a Python environment. */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLine, runCommand } from './command.ts'

export type PeerName = 'scalapack' | 'openblas' | 'numpy' | 'dask' | 'cubed'

/** The peers in the order of the report. */
export const peerNames: readonly PeerName[] = ['openblas', 'scalapack', 'numpy', 'dask', 'cubed']

const here: string = fileURLToPath(new URL('.', import.meta.url))
const build: string = fileURLToPath(new URL('../build/', import.meta.url))
const venv: string = fileURLToPath(new URL('../../.venv-bench/', import.meta.url))
const requirements = join(here, 'requirements.txt')

/** Where the built drivers and the benchmark's own Python are. */
export const programs: { readonly scalapack: string; readonly openblas: string; readonly python: string } = {
  scalapack: join(build, 'scalapack'),
  openblas: join(build, 'openblas'),
  python: join(venv, 'bin', 'python'),
}

/**
 * Makes every peer ready that can be; what is there already is left alone.
 * @param say receives one line for each step that takes a while
 * @returns for each peer that cannot run, why
 */
export async function setUpPeers(say: (line: string) => void = () => {}): Promise<ReadonlyMap<PeerName, string>> {
  const missing = new Map<PeerName, string>()
  const packages = await installPackages(say)
  for (const peer of ['openblas', 'scalapack'] as const) {
    const problem = packages ?? (await buildDriver(peer))
    if (problem !== undefined) missing.set(peer, problem)
  }
  const environment = await makeEnvironment(say)
  for (const peer of ['numpy', 'dask', 'cubed'] as const) {
    const problem = environment ?? (await importProblem(peer))
    if (problem !== undefined) missing.set(peer, problem)
  }
  return missing
}

const debianPackages = [
  'gcc',
  'libc6-dev',
  'libopenblas-dev',
  'libscalapack-openmpi-dev',
  'libopenmpi-dev',
  'openmpi-bin',
]

/** @returns why packages are missing still, `undefined` when all are there */
async function installPackages(say: (line: string) => void): Promise<string | undefined> {
  const absent: string[] = []
  for (const name of debianPackages) {
    if ((await installedVersion(name)) === undefined) absent.push(name)
  }
  if (absent.length === 0) return undefined
  say(`installing system packages for the peers: ${absent.join(' ')}`)
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = async (...args: string[]) => {
    const [program = '', ...rest] = [...sudo, 'apt-get', ...args]
    return runCommand(program, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  }
  await apt('update', '-q')
  const installed = await apt('install', '-y', '-q', '--no-install-recommends', ...absent)
  return installed.code === 0
    ? undefined
    : `system packages are missing (${absent.join(' ')}): ${lastLine(installed.stderr)}`
}

async function installedVersion(debianPackage: string): Promise<string | undefined> {
  const { stdout } = await runCommand('dpkg', ['-s', debianPackage])
  return stdout.includes('Status: install ok installed') ? /^Version: (.*)$/m.exec(stdout)?.[1] : undefined
}

/** Of each C driver, headers included. */
const sources = {
  openblas: ['peer.h', 'openblas.c'],
  scalapack: ['peer.h', 'scalapack.h', 'scalapack.c', 'scalapack_linear.c', 'scalapack_orthogonal.c'],
}

const isUnit = (file: string): boolean => file.endsWith('.c')

/** Compiles a C driver unless it is built from these sources. @returns why that failed */
async function buildDriver(peer: 'openblas' | 'scalapack'): Promise<string | undefined> {
  const files = sources[peer].map((name) => join(here, name))
  return stamped(join(build, `${peer}.stamp`), files, programs[peer], async () => {
    const version = await installedVersion('libscalapack-openmpi-dev')
    const define = `-DSCALAPACK_VERSION="${version}"`
    const [compiler, libraries] =
      peer === 'openblas' ? ['gcc', ['-lopenblas']] : ['mpicc', ['-lscalapack-openmpi', '-lopenblas']]
    const args = ['-O2', '-Wall', '-Wextra', define, '-o', programs[peer], ...files.filter(isUnit), ...libraries, '-lm']
    const { code, stderr } = await runCommand(compiler, args)
    return code === 0 ? undefined : `${compiler} failed: ${lastLine(stderr)}`
  })
}

/** Makes the benchmark's Python environment with pinned packages; one that cannot be installed leaves the others. */
async function makeEnvironment(say: (line: string) => void): Promise<string | undefined> {
  return stamped(join(venv, 'stamp'), [requirements], programs.python, async () => {
    say('making a Python environment for the peers (.venv-bench)')
    const made = await runCommand('python3', ['-m', 'venv', venv])
    if (made.code !== 0) return `python3 -m venv failed: ${lastLine(made.stderr || made.stdout)}`
    const install = (...what: string[]) => runCommand(programs.python, ['-m', 'pip', 'install', '-q', ...what])
    if ((await install('-r', requirements)).code === 0) return undefined
    for (const name of readFileSync(requirements, 'utf8').trim().split('\n')) {
      const { code, stderr } = await install(name)
      if (code !== 0) say(`pip cannot install ${name}: ${lastLine(stderr)}`)
    }
    return undefined
  })
}

async function importProblem(peer: 'numpy' | 'dask' | 'cubed'): Promise<string | undefined> {
  const modules = { numpy: 'numpy, scipy, zarr', dask: 'dask.array, zarr', cubed: 'cubed, zarr' }[peer]
  const { code, stderr } = await runCommand(programs.python, ['-c', `import ${modules}`])
  return code === 0 ? undefined : lastLine(stderr)
}

/** Skips an action whose sources have not changed since it last succeeded and whose product is there. */
async function stamped(
  stamp: string,
  sources: readonly string[],
  product: string,
  action: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const hash = createHash('sha256')
  for (const source of sources) hash.update(readFileSync(source))
  const key = hash.digest('hex')
  if (existsSync(product) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return undefined
  mkdirSync(build, { recursive: true })
  const problem = await action()
  if (problem === undefined) writeFileSync(stamp, key)
  return problem
}
