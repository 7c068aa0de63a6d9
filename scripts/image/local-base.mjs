// A base for the image without a registry: a small Debian of the release that this machine runs, from the servers that it uses.
// The same release has the same OpenBLAS, so what the image computes can be compared with what this machine computes, bit by bit.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { aptTransports, certificatesFile, distribution } from './host-settings.mjs'

/** What an image without a package manager's documents leaves out too. */
const LEFT_OUT = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*']

/**
 * Makes it if it is not there.
 * @returns {Promise<string>} name of the image
 */
export async function makeBase({ env, say }) {
  const { codename, lines } = distribution()
  const args = ['--variant=minbase', '--include=ca-certificates', '--format=tar']
  for (const path of LEFT_OUT) args.push(`--dpkgopt=path-exclude=${path}`)
  args.push('--dpkgopt=path-include=/usr/share/doc/*/copyright')
  const key = createHash('sha256')
    .update(JSON.stringify([codename, lines, args]))
    .digest('hex')
    .slice(0, 12)
  const name = `localhost/numpywren-base:${codename}-${key}`
  if (spawnSync('podman', ['image', 'exists', name], { env }).status === 0) return name
  say(`making a base of ${codename} (mmdebstrap)`)
  for (const option of aptTransports()) args.push(`--aptopt=${option}`)
  const certificates = certificatesFile()
  if (certificates) args.push(`--aptopt=Acquire::https::CAInfo "${certificates}"`)
  // How this machine reaches the servers is no business of the image.
  args.push('--customize-hook=rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap')
  const making = spawn('mmdebstrap', [...args, codename, '-', ...lines], { stdio: ['ignore', 'pipe', 'pipe'], env })
  const importing = spawn('podman', ['import', '--quiet', '-', name], { stdio: ['pipe', 'ignore', 'inherit'], env })
  let said = ''
  making.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  making.stdout.pipe(importing.stdin)
  const [[made], [imported]] = await Promise.all([once(making, 'close'), once(importing, 'close')])
  if (made !== 0) throw new Error(`mmdebstrap failed:\n${said}`)
  if (imported !== 0) throw new Error(`podman import ended with ${imported}`)
  return name
}
