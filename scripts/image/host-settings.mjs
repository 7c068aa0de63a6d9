// How this machine reaches its package servers, for builds on it: apt's sources and transports, npm's registry, certificates.
// They lie in a folder that is mounted while the image is built; no layer keeps anything of it.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const PUBLIC_REGISTRY = 'https://registry.npmjs.org/'
/** Where builds see the folder. */
const INSIDE = '/run/numpywren-host'

/**
 * Writes the folder. Passwords of proxies and registries may be in it: nobody else may read it, and `remove` takes it away.
 * @returns {{ args: string[], mounts: string[], remove: () => void }} what a build is given
 */
export function hostSettings() {
  const folder = mkdtempSync(join(tmpdir(), 'numpywren-host-'))
  const certificates = certificatesFile()
  if (certificates) copyFileSync(certificates, join(folder, 'ca.pem'))
  const inside = certificates && `${INSIDE}/ca.pem`
  // apt drops its rights before it opens a connection, and could not read the certificates there.
  const apt = [
    ...aptTransports(),
    ...(inside ? [`Acquire::https::CAInfo "${inside}";`, 'APT::Sandbox::User "root";'] : []),
  ]
  writeFileSync(join(folder, 'apt.conf'), `${apt.join('\n')}\n`)
  const npm = JSON.parse(output('npm', 'config', 'list', '--long', '--json'))
  writeFileSync(join(folder, 'npmrc'), `${npmSettings(npm, inside).join('\n')}\n`)
  return {
    args: [
      `APT_CONFIG=${INSIDE}/apt.conf`,
      `NPM_CONFIG_USERCONFIG=${INSIDE}/npmrc`,
      ...(inside ? [`NODE_EXTRA_CA_CERTS=${inside}`] : []),
      ...(npm.registry !== PUBLIC_REGISTRY ? [`NPM_CONFIG_REGISTRY=${npm.registry}`] : []),
    ],
    mounts: [`${folder}:${INSIDE}:ro`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Certificates that this machine trusts, in the order in which programs are told of them. */
export function certificatesFile() {
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE } = process.env
  return [NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, '/etc/ssl/certs/ca-certificates.crt'].find(
    (file) => file && existsSync(file),
  )
}

/** Proxies, certificates and patience of apt, as lines of a configuration. */
export function aptTransports() {
  const lines = output('apt-config', 'dump', '--format', '%F "%v";%n').split('\n')
  return lines.filter((line) => /^Acquire::(https?|Retries)\b.* "[^"]+";$/.test(line))
}

/** The release that this machine runs. @returns {{ codename: string, lines: string[] }} lines of a sources.list, of its own distribution alone */
export function distribution() {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  if (!codename) throw new Error('/etc/os-release names no release; this needs Debian or Ubuntu')
  const format = '$(SITE) $(RELEASE) $(COMPONENT)'
  const targets = output('apt-get', 'indextargets', '--format', format, 'Created-By: Packages').split('\n')
  const wanted = targets.filter((target) => {
    const [, release = '', component] = target.split(' ')
    return (
      (release === codename || release.startsWith(`${codename}-`)) && ['main', 'universe'].includes(component ?? '')
    )
  })
  return { codename, lines: [...new Set(wanted)].map((target) => `deb ${target}`) }
}

function npmSettings(config, certificates) {
  const settings = ['proxy', 'https-proxy', 'noproxy', 'strict-ssl']
    .filter((key) => config[key] !== null && config[key] !== undefined && `${config[key]}` !== '')
    .map((key) => `${key}=${config[key]}`)
  const user = join(homedir(), '.npmrc')
  // Where packages of a scope are, and who one is there.
  const own = existsSync(user)
    ? readFileSync(user, 'utf8')
        .split('\n')
        .filter((line) => /^(\/\/|@)/.test(line))
    : []
  return [...settings, ...own, ...(certificates ? [`cafile=${certificates}`] : []), 'update-notifier=false']
}

function output(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${error?.message ?? stderr}`)
  return stdout
}
