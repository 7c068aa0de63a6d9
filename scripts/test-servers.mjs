// The object stores that tests run against, built with `go install` at pinned versions into .tools/bin of the checkout.
// Where no Go is new enough, the toolchain comes from the Go module proxy, checked against its published checksum, and goes again after the build.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const servers = {
  versitygw: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
  'fake-gcs-server': 'github.com/fsouza/fake-gcs-server@v1.56.1',
}

/** The Go that the servers need, and the checksums of its toolchain in sum.golang.org. */
const go = {
  minor: 26,
  version: 'go1.26.8',
  checksums: {
    amd64: 'h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=',
    arm64: 'h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=',
  },
}

/** Packages of the system that the build needs: to unpack a toolchain where there is no Go. */
export const neededPrograms = (root) => (missingServers(root).length > 0 && !hasGo() ? ['unzip'] : [])

/**
 * Builds what is missing or of another version.
 * @param {{ root: string, say: (text: string) => void, run: Function }} setup of the setup script
 */
export async function installTestServers({ root, say, run }) {
  const missing = missingServers(root)
  if (missing.length === 0) return
  const tools = join(root, '.tools')
  const bin = join(tools, 'bin')
  mkdirSync(bin, { recursive: true })
  const env = { ...process.env, GOBIN: bin, GOTOOLCHAIN: 'local' }
  const own = hasGo() ? undefined : await fetchGo({ tools, say, run })
  if (own) Object.assign(env, { GOROOT: own, GOCACHE: join(tools, 'go-cache'), GOMODCACHE: join(tools, 'go-modules') })
  const program = own ? join(own, 'bin', 'go') : 'go'
  for (const name of missing) {
    run(`building ${servers[name]} for the tests (go install; takes a minute or two)`, program, installArgs(name), {
      env,
    })
    writeFileSync(stampOf(root, name), servers[name])
  }
  if (own)
    for (const part of ['toolchain', 'go-cache', 'go-modules'])
      rmSync(join(tools, part), { recursive: true, force: true })
}

/** -modcacherw: modules that can be removed again. */
const installArgs = (name) => ['install', '-modcacherw', servers[name]]

const stampOf = (root, name) => join(root, '.tools', `${name}.version`)

function missingServers(root) {
  return Object.keys(servers).filter((name) => {
    const stamp = stampOf(root, name)
    if (!existsSync(join(root, '.tools', 'bin', name)) || !existsSync(stamp)) return true
    return readFileSync(stamp, 'utf8') !== servers[name]
  })
}

function hasGo() {
  const { stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
  const found = /^go1\.(\d+)/.exec(stdout ?? '')
  return found !== null && Number(found[1]) >= go.minor
}

/** @returns {Promise<string>} the folder of the toolchain */
async function fetchGo({ tools, say, run }) {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch]
  if (!arch) throw new Error(`there is no Go for ${process.arch} that setup knows; install Go 1.${go.minor} or newer`)
  const name = `v0.0.1-${go.version}.linux-${arch}`
  const proxy = (process.env.GOPROXY ?? '').split(/[,|]/).find((entry) => /^https?:/.test(entry))
  const url = `${(proxy ?? 'https://proxy.golang.org').replace(/\/$/, '')}/golang.org/toolchain/@v/${name}.zip`
  say(`fetching ${go.version} (no Go 1.${go.minor} or newer here): ${url}`)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  const unpacked = join(tools, 'toolchain')
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(unpacked)
  const zip = join(unpacked, 'go.zip')
  writeFileSync(zip, Buffer.from(await response.arrayBuffer()))
  run('unpacking it', 'unzip', ['-q', zip, '-d', unpacked])
  rmSync(zip)
  const folder = join(unpacked, 'golang.org', `toolchain@${name}`)
  const found = checksumOf(unpacked)
  if (found !== go.checksums[arch]) throw new Error(`${url} has the checksum ${found}, not ${go.checksums[arch]}`)
  for (const part of ['bin', join('pkg', 'tool')])
    for (const file of filesIn(join(folder, part))) chmodSync(file, 0o755)
  return folder
}

/** The checksum by which Go's checksum database knows a module: over the SHA-256 of all its files. */
function checksumOf(folder) {
  const sha256 = (data) => createHash('sha256').update(data)
  const lines = filesIn(folder)
    .map((file) => [relative(folder, file), sha256(readFileSync(file)).digest('hex')])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hash]) => `${hash}  ${name}\n`)
  return `h1:${sha256(lines.join('')).digest('base64')}`
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
