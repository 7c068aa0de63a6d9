// The programs that build images, and how each is told the same things.

import { spawnSync } from 'node:child_process'

/**
 * @typedef {object} Build
 * @property {string} tag
 * @property {readonly string[]} args of the Dockerfile, as NAME=value
 * @property {readonly string[]} mounts folders that RUN steps see and no layer keeps, as HOST:IMAGE:ro
 * @property {string | undefined} arch amd64 or arm64; the machine's own by default
 * @property {readonly string[]} more for the builder, as they are
 */

/** In the order in which they are preferred. */
export const builders = {
  docker: {
    // The client alone is no help where no daemon answers.
    isThere: () => answers('docker', 'version', '--format', '{{.Server.Version}}'),
    build: (build) => ['docker', 'build', ...common(build), ...refuse(build, 'docker')],
    // Docker 25 and later write an OCI layout here, which skopeo and crane read.
    save: (tag, file) => ['docker', 'save', '--output', file, tag],
  },
  podman: {
    isThere: () => answers('podman', '--version'),
    build: (build) => ['podman', 'build', '--layers', '--jobs=0', ...mounted(build), ...common(build)],
    save: (tag, file) => ['podman', 'save', '--format', 'oci-archive', '--output', file, tag],
  },
  buildah: {
    isThere: () => answers('buildah', '--version'),
    build: (build) => ['buildah', 'build', '--layers', '--jobs=0', ...mounted(build), ...common(build)],
    save: (tag, file) => ['buildah', 'push', tag, `oci-archive:${file}:${tag}`],
  },
}

/** @returns {string | undefined} the first builder that is there */
export function findBuilder() {
  return Object.keys(builders).find((name) => builders[name].isThere())
}

function common({ tag, args, arch, more }) {
  const platform = arch === undefined ? [] : ['--platform', `linux/${arch}`]
  return [
    ...['--file', 'docker/Dockerfile', '--tag', tag],
    ...platform,
    ...args.flatMap((arg) => ['--build-arg', arg]),
    ...more,
    '.',
  ]
}

const mounted = ({ mounts }) => mounts.flatMap((mount) => ['--volume', mount])

function refuse({ mounts }, builder) {
  if (mounts.length === 0) return []
  throw new Error(`${builder} mounts nothing into a build: --host-settings needs podman or buildah (--builder)`)
}

const answers = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0
