import { DeployError } from '../function/index.ts'
import { runProgram } from './run-program.ts'
import type { Pusher } from './source.ts'

/** Needs its daemon, and takes OCI archives from version 25 on. */
export const docker: Pusher = {
  name: 'docker',
  takes: ['oci-archive', 'docker-archive'],
  // It tells nothing of an image before it has loaded it.
  inspect: async () => ({}),
  async push({ source, to, login, signal }) {
    const loaded = await runProgram('docker', ['load', '--input', source.path], { signal })
    const image = /^Loaded image(?: ID)?: (\S+)$/m.exec(loaded)?.[1]
    if (image === undefined) throw new DeployError(`docker load of ${source.path} names no image: ${loaded.trim()}`)
    await runProgram('docker', ['tag', image, to], { signal })
    const registry = to.split('/')[0] ?? ''
    const { user, password } = login
    await runProgram('docker', ['login', '--username', user, '--password-stdin', registry], { input: password, signal })
    try {
      const said = await runProgram('docker', ['push', to], { signal })
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1]
      if (digest === undefined)
        throw new DeployError(`docker push of ${to} tells no digest: ${said.trim().slice(-500)}`)
      return digest
    } finally {
      await runProgram('docker', ['logout', registry])
    }
  },
}
