#!/usr/bin/env node
// Builds the worker image with whatever is there: docker, podman or buildah. See docs/worker-image.md.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { builders, findBuilder } from './image/builders.mjs'
import { hostSettings } from './image/host-settings.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const usage = `Usage: npm run image -- [options] [-- arguments for the builder]

  --tag NAME             name of the image (numpywren-worker)
  --base IMAGE           what it is built on: a Debian or Ubuntu, best with Node 24 (docker.io/library/node:24-bookworm-slim)
  --arch amd64|arm64     the processors it is for (those of this machine); others need qemu with binfmt_misc
  --output oci-archive:FILE
                         also write it to a file, for \`numpywren deploy --image-file\`
  --builder NAME         docker, podman or buildah (the first that is there)
  --host-settings        use this machine's apt transports, npm registry and certificates while building; none of it stays in the image
`

/**
 * @param {object} options as the command's, `args` and `more` for the builder; `mounts` as HOST:IMAGE:ro; `quiet` shows what the builder writes only when it fails
 * @throws {Error} when the builder fails
 */
export function buildImage({
  builder,
  tag,
  base,
  arch,
  output,
  settings,
  more = [],
  env = process.env,
  quiet = false,
}) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const revision = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout?.trim()
  const args = [
    ...(base ? [`BASE_IMAGE=${base}`] : []),
    `VERSION=${version}`,
    ...(revision ? [`REVISION=${revision}`] : []),
    ...(settings?.args ?? []),
  ]
  const program = builders[builder]
  run(program.build({ tag, arch, args, mounts: settings?.mounts ?? [], more }), { env, quiet })
  if (output) run(program.save(tag, output), { env, quiet })
}

/** @throws {Error} with the end of what it wrote, if that was to be kept quiet */
function run([program, ...args], { env, quiet }) {
  const log = quiet ? 'pipe' : 'inherit'
  const options = { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', log, log] }
  const { status, error, stdout, stderr } = spawnSync(program, args, options)
  if (status === 0) return
  const said = quiet ? `\n${`${stdout}${stderr}`.slice(-8000)}` : ''
  throw new Error(`${program} ${args[0]} failed${error ? `: ${error.message}` : ` with ${status}`}${said}`)
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tag: { type: 'string', default: 'numpywren-worker' },
      base: { type: 'string' },
      arch: { type: 'string' },
      output: { type: 'string' },
      builder: { type: 'string' },
      'host-settings': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(usage)
  const builder = values.builder ?? findBuilder()
  if (!builder || !(builder in builders))
    throw new Error(
      values.builder
        ? `--builder ${values.builder} is none of ${Object.keys(builders).join(', ')}`
        : 'no docker, podman or buildah is there that works; on Debian: apt-get install buildah',
    )
  if (values.arch && !['amd64', 'arm64'].includes(values.arch))
    throw new Error(`--arch ${values.arch} is neither amd64 nor arm64`)
  const output = values.output === undefined ? undefined : /^oci-archive:(.+)$/.exec(values.output)?.[1]
  if (values.output !== undefined && !output) throw new Error(`--output ${values.output}: wanted oci-archive:FILE`)
  const settings = values['host-settings'] ? hostSettings() : undefined
  try {
    buildImage({
      ...{ builder, tag: values.tag, base: values.base, arch: values.arch, settings, more: positionals },
      output: output && resolve(process.env.INIT_CWD ?? '.', output),
    })
  } finally {
    settings?.remove()
  }
  process.stderr.write(`image: ${values.tag} is built${output ? ` and in ${output}` : ''}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main()
  } catch (error) {
    process.stderr.write(`image: ${error.message}\n`)
    process.exitCode = 1
  }
}
