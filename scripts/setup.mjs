#!/usr/bin/env node
// Installs what this checkout needs and is missing, says so, and then (after --then) runs a command under the project's own Node.
// Plain JavaScript without dependencies: it runs before anything is installed, on any Node from 20.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installLambdaTools } from './lambda-tools.mjs'
import { has, installPackages } from './system-packages.mjs'
import { installTestServers, neededPrograms } from './test-servers.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const thenAt = args.indexOf('--then')
const flags = thenAt < 0 ? args : args.slice(0, thenAt)
const command = thenAt < 0 ? [] : args.slice(thenAt + 1)
const binFolder = join(root, 'node_modules', '.bin')

const say = (text) => process.stderr.write(`setup: ${text}\n`)

/** Runs a command in the checkout; on failure prints its output, what it was for, and ends. */
function run(what, program, programArgs, options = {}) {
  say(what)
  const result = spawnSync(program, programArgs, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (result.status === 0) return result.stdout
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}\n`)
  say(`failed: ${program} ${programArgs.join(' ')}${result.error ? ` (${result.error.message})` : ''}`)
  process.exit(1)
}

const digest = (...files) => {
  const hash = createHash('sha256').update(process.arch)
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Skips a step whose inputs have not changed since it last succeeded. */
function step(name, key, isPresent, action) {
  const stampFolder = join(root, 'node_modules', '.numpywren-setup')
  const stamp = join(stampFolder, name)
  if (isPresent() && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return
  action()
  mkdirSync(stampFolder, { recursive: true })
  writeFileSync(stamp, key)
}

function installSystemPackages() {
  const wanted = {
    'libopenblas-dev': () => existsGlob('/usr/lib', 'libopenblas.so'),
    'liblapacke-dev': () => existsSync('/usr/include/lapacke.h'),
    cmake: () => has('cmake'),
    'g++': () => has('g++'),
    make: () => has('make'),
  }
  if (flags.includes('--with-tests')) {
    wanted.python3 = () => has('python3')
    wanted['python3-venv'] = () => spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0
    // Its program without the service that the package redis-server would start; see linkRedis().
    wanted['redis-tools'] = () => has('redis-cli')
    wanted.openssl = () => has('openssl')
    wanted['xz-utils'] = () => has('xz')
    for (const program of neededPrograms(root)) wanted[program] = () => has(program)
  }
  installPackages(wanted, { say, run })
}

/** In Debian and Ubuntu the server is the same program as redis-check-rdb of redis-tools; it goes by the name it is called with. */
function linkRedis() {
  const link = join(root, '.tools', 'bin', 'redis-server')
  if (has('redis-server') || existsSync(link)) return
  mkdirSync(join(root, '.tools', 'bin'), { recursive: true })
  symlinkSync('/usr/bin/redis-check-rdb', link)
}

function existsGlob(folder, name) {
  if (existsSync(join(folder, name))) return true
  return readdirSync(folder).some((entry) => existsSync(join(folder, entry, name)))
}

function installNpmPackages() {
  step(
    'npm',
    digest('package-lock.json'),
    () => existsSync(join(binFolder, 'node')) && existsSync(join(binFolder, 'cmake-js')),
    () => run('installing npm packages (npm ci)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']),
  )
}

/** npm links the commands of dependencies, not our own; with these `npx numpywren` works in a checkout too. */
function linkCommands() {
  for (const name of ['numpywren', 'npw']) {
    const link = join(binFolder, name)
    if (!existsSync(link)) symlinkSync(join('..', '..', 'bin', 'numpywren'), link)
  }
}

function buildAddon() {
  const sources = readdirSync(join(root, 'native'), { recursive: true })
    .map((name) => join('native', String(name)))
    .filter((name) => /\.(cc|h|txt|json)$/.test(name) && !name.includes('build'))
    .sort()
  step(
    'addon',
    digest('package-lock.json', ...sources),
    () => existsSync(join(root, 'native', 'build', 'Release', 'numpywren.node')),
    () =>
      run('building the native addon (cmake-js)', 'npm', ['run', '--silent', 'build:native'], { env: projectEnv() }),
  )
}

function installPython() {
  const python = join(root, '.venv', 'bin', 'python')
  step(
    'python',
    digest('test/requirements.txt'),
    () => existsSync(python),
    () => {
      run('making a Python environment for the interoperability tests (.venv)', 'python3', ['-m', 'venv', '.venv'])
      run('installing Python packages (zarr, numpy, scipy)', python, [
        '-m',
        'pip',
        'install',
        '-q',
        '-r',
        'test/requirements.txt',
      ])
    },
  )
}

/** The environment in which the project's own Node comes first. */
function projectEnv() {
  return { ...process.env, PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}` }
}

installSystemPackages()
installNpmPackages()
linkCommands()
buildAddon()
if (flags.includes('--with-tests')) {
  installPython()
  linkRedis()
  await installTestServers({ root, say, run }).catch((error) => {
    say(`failed: ${error.message}`)
    process.exit(1)
  })
  installLambdaTools({ root, say, run, env: projectEnv() })
}

if (command.length > 0) {
  const [program, ...rest] = command
  const result = spawnSync(program === 'node' ? join(binFolder, 'node') : program, rest, {
    cwd: root,
    stdio: 'inherit',
    env: projectEnv(),
  })
  if (result.error) say(result.error.message)
  process.exit(result.status ?? 1)
}
say('ready')
