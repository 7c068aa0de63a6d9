import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'
import { type Pusher, sourceText } from './source.ts'

/** Copies images between places without unpacking them, and needs neither a daemon nor rights. */
export const skopeo: Pusher = {
  name: 'skopeo',
  takes: ['oci', 'oci-archive', 'docker-archive'],
  async inspect(source, signal) {
    const described = JSON.parse(await runProgram('skopeo', ['inspect', sourceText(source)], { signal }))
    const { Digest, Architecture } = described as { readonly Digest?: string; readonly Architecture?: string }
    const architecture = Architecture === 'amd64' ? 'x86_64' : Architecture === 'arm64' ? 'arm64' : undefined
    return { digest: Digest, architecture }
  },
  async push({ source, to, login, signal }) {
    const folder = await mkdtemp(join(tmpdir(), 'numpywren-push-'))
    try {
      const authFile = join(folder, 'auth.json')
      const digestFile = join(folder, 'digest')
      const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64')
      await writeFile(authFile, JSON.stringify({ auths: { [to.split('/')[0] ?? '']: { auth } } }), { mode: 0o600 })
      // Layers go up as they are: what was pushed once is found again by its digest.
      const asIs = source.transport === 'docker-archive' ? [] : ['--preserve-digests']
      const options = ['--dest-authfile', authFile, '--digestfile', digestFile, ...asIs]
      await runProgram('skopeo', ['copy', ...options, sourceText(source), `docker://${to}`], { signal })
      return (await readFile(digestFile, 'utf8')).trim()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}
