// Where the images of the tests are kept: a storage of its own in .tools, so that nothing of the machine's own containers is touched.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** runc, cgroupfs and low limits: these work also where crun and systemd do not, and without the right to raise limits. */
const CONTAINERS = `[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`

/**
 * @param {string} root of the checkout
 * @returns variables with which podman and buildah use it, and how to tidy it up
 */
export function containerStorage(root) {
  const folder = join(root, '.tools', 'image')
  // Podman wants this path short, and it must not outlive the machine's start.
  const run = `/run/numpywren-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`
  mkdirSync(folder, { recursive: true })
  const file = (name, text) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const storage = (driver) =>
    `[storage]\ndriver = "${driver}"\ngraphroot = "${join(folder, `storage-${driver}`)}"\nrunroot = "${run}"\n`
  const env = {
    CONTAINERS_CONF: file('containers.conf', CONTAINERS),
    CONTAINERS_STORAGE_CONF: file('storage.conf', storage(overlays(folder) ? 'overlay' : 'vfs')),
    // Large layers pass through it.
    TMPDIR: process.env.TMPDIR ?? '/var/tmp',
  }
  const podman = (...args) => spawnSync('podman', args, { env: { ...process.env, ...env }, stdio: 'ignore' })
  const removeContainers = () => {
    podman('rm', '--all', '--force', '--time', '0')
    podman('image', 'unmount', '--all')
  }
  return {
    env,
    removeContainers,
    remove: () => {
      removeContainers()
      unmountBelow(folder, run)
      rmSync(folder, { recursive: true, force: true })
      rmSync(run, { recursive: true, force: true })
    },
  }
}

/** Storage mounts itself on itself, and a folder with a mount in it is not removed. */
function unmountBelow(...folders) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
  for (const path of mounts.reverse()) spawnSync('umount', [path])
}

/** Whether the kernel puts an overlay on this file system: not on top of another overlay, for one. */
function overlays(folder) {
  const trial = join(folder, 'overlay-trial')
  for (const part of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(trial, part), { recursive: true })
  const at = (part) => join(trial, part)
  const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`
  const mounted = spawnSync('mount', ['-t', 'overlay', 'overlay', '-o', options, at('merged')], { stdio: 'ignore' })
  if (mounted.status === 0) spawnSync('umount', [at('merged')])
  rmSync(trial, { recursive: true, force: true })
  return mounted.status === 0
}
