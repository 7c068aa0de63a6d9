// Installs packages of the system that are missing, and says which.

import { spawnSync } from 'node:child_process'

export const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/**
 * @param {Record<string, () => boolean>} wanted names in Debian and Ubuntu, and whether what they bring is there
 * @param {{ say: (text: string) => void, run: Function }} setup `run` ends the program when a command fails
 */
export function installPackages(wanted, { say, run }) {
  const missing = Object.keys(wanted).filter((name) => !wanted[name]())
  if (missing.length === 0) return
  if (!has('apt-get')) {
    say(`these are needed and this is no Debian or Ubuntu; install their like and run again: ${missing.join(' ')}`)
    process.exit(1)
  }
  const prefix = process.getuid?.() === 0 ? [] : ['sudo']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (what, ...rest) => {
    const line = [...prefix, 'apt-get', ...rest]
    run(what, line[0], line.slice(1), { env })
  }
  apt('reading the list of system packages (apt-get update)', 'update', '-q')
  apt(`installing system packages: ${missing.join(' ')}`, 'install', '-y', '-q', '--no-install-recommends', ...missing)
}
