import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>
}
const manifest = (path: string): Manifest => JSON.parse(read(path))
const lock = (path: string): Lock => JSON.parse(read(path))

const worker = manifest('docker/package.json').dependencies ?? {}
const stages = manifest('docker/stages/package.json')

test('the image has the packages of the checkout, in the same versions', (t) => {
  const { dependencies, devDependencies } = manifest('package.json')
  const own = { ...devDependencies, ...dependencies }
  const { 'aws-lambda-ric': client, ...forBuild } = stages.dependencies ?? {}
  t.truthy(client)
  for (const [name, version] of Object.entries({ ...worker, ...forBuild })) t.is(own[name], version, name)
  t.is(stages.scripts?.['build:native'], manifest('package.json').scripts?.['build:native'])
})

test('the locks of the image are those of its lists, and name no registry', (t) => {
  for (const folder of ['docker', 'docker/stages']) {
    const { packages } = lock(`${folder}/package-lock.json`)
    for (const [name, version] of Object.entries(manifest(`${folder}/package.json`).dependencies ?? {}))
      t.is(packages[`node_modules/${name}`]?.version, version, `${folder}: ${name}`)
    for (const [name, { resolved }] of Object.entries(packages)) t.is(resolved, undefined, `${folder}: ${name}`)
  }
})

test('Node and the runtime interface client of the image are those of the tests', (t) => {
  const node = manifest('package.json').devDependencies?.node
  t.regex(read('docker/stages/node.sh'), new RegExp(`^version=${node}$`, 'm'))
  t.true(read('scripts/lambda-tools.mjs').includes(`'aws-lambda-ric@${stages.dependencies?.['aws-lambda-ric']}'`))
})

test('the image has every package that a worker may load, and no other', (t) => {
  const reached = packagesFrom('src/function/main.ts')
  for (const name of administration) t.true(reached.delete(name), name)
  t.deepEqual(Object.keys(worker).sort(), [...reached].sort())
})

/** Reached through a provider, whose functions a worker may call, but loaded only when something is deployed, examined or removed. */
const administration = ['@aws-sdk/client-ecr', '@aws-sdk/client-iam', '@aws-sdk/client-sts', '@google-cloud/run']

/** Names of the packages that a file imports, or anything that it imports, at its start or later; types do not count. */
function packagesFrom(entry: string): Set<string> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const open = [new URL(entry, root)]
  for (let file = open.pop(); file; file = open.pop()) {
    if (seen.has(file.href) || !existsSync(fileURLToPath(file))) continue
    seen.add(file.href)
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) open.push(new URL(specifier, file))
      else if (!specifier.startsWith('node:') && !builtinModules.includes(specifier)) packages.add(packageOf(specifier))
    }
  }
  return packages
}

function importsOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const atStart = /^(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?\s*'([^']+)'/gm
  const later = /(?<!typeof )\bimport\('([^']+)'\)/g
  return [...code.matchAll(atStart), ...code.matchAll(later)].map(([, specifier = '']) => specifier)
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
