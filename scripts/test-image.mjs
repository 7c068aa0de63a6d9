#!/usr/bin/env node
// Builds the worker image from a base made here, with no registry, and runs it for real: `npm run test:image`. See docs/worker-image.md.
// --required: what cannot run here is a failure, not skipped. --clean: remove what earlier runs left. Other arguments go to ava.

import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostSettings } from './image/host-settings.mjs'
import { makeBase } from './image/local-base.mjs'
import { containerStorage } from './image/storage.mjs'
import { buildImage } from './image.mjs'
import { has, installPackages } from './system-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const flags = process.argv.slice(2)
const required = flags.includes('--required')
const passed = flags.filter((flag) => !['--required', '--clean'].includes(flag))
const image = 'localhost/numpywren-worker:test'

const say = (text) => process.stderr.write(`image: ${text}\n`)

function run(what, program, args, options = {}) {
  say(what)
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (result.status === 0) return result.stdout
  throw new Error(
    `${program} ${args[0]} failed${result.error ? `: ${result.error.message}` : ''}\n${result.stdout ?? ''}${result.stderr ?? ''}`,
  )
}

/** Why this cannot run here; undefined when it can. */
function obstacle() {
  if (process.platform !== 'linux') return 'containers need Linux'
  if (process.getuid?.() !== 0) return 'building and running containers as this test does needs root'
  if (!programs.every(has) && !has('apt-get'))
    return `these programs are missing and this is no Debian: ${programs.join(', ')}`
  return undefined
}

/** Packages and the programs of the same name. mmdebstrap wants gpg to find out which key a server signs with. */
const programs = ['buildah', 'podman', 'runc', 'mmdebstrap', 'gpg']

async function timed(what, action) {
  const startedAt = performance.now()
  const result = await action()
  const seconds = (performance.now() - startedAt) / 1000
  say(`${what}: ${seconds.toFixed(1)} s`)
  return result
}

async function main() {
  const why = obstacle()
  if (why) {
    say(`${required ? 'failed' : 'skipped'}: ${why}`)
    process.stdout.write(required ? '0 passed, 1 failed\n' : '0 passed, 0 failed, 1 skipped\n')
    return required ? 1 : 0
  }
  await timed('system packages', () =>
    installPackages(Object.fromEntries(programs.map((name) => [name, () => has(name)])), { say, run }),
  )
  const storage = containerStorage(root)
  const env = { ...process.env, ...storage.env }
  try {
    // Containers of a run that was killed.
    storage.removeContainers()
    const settings = hostSettings()
    try {
      const base = await timed('base', () => makeBase({ env, say }))
      await timed('image', () =>
        buildImage({
          builder: 'buildah',
          tag: image,
          base,
          settings,
          more: ['--isolation', 'chroot', '--pull-never'],
          env,
          quiet: true,
        }),
      )
    } finally {
      settings.remove()
    }
    const config = join(root, 'test', 'image', 'ava.config.mjs')
    return await timed('tests', () => tests(['--config', config, ...passed], { ...env, NUMPYWREN_TEST_IMAGE: image }))
  } finally {
    storage.removeContainers()
  }
}

function tests(args, env) {
  const child = spawn(process.execPath, [join(root, 'scripts', 'test.mjs'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

if (flags.includes('--clean')) {
  containerStorage(root).remove()
  say('removed the images of this test')
} else {
  try {
    process.exitCode = await main()
  } catch (error) {
    process.stdout.write(`${error.message}\n\n0 passed, 1 failed\n`)
    process.exitCode = 1
  }
}
