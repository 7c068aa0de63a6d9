/** Programs that push images, as far as they are called: scripts that write down what they are given. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { temporaryFolder } from '../../../helpers/temporary-folder.ts'

/** Programs of these names on the PATH, and no others, with an archive beside them. @returns the folder, where `log` has what they are called with */
export async function programs(
  t: ExecutionContext<unknown>,
  scripts: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await temporaryFolder(t)
  for (const [program, script] of Object.entries(scripts)) {
    const text = `#!/bin/sh\nPATH=/usr/bin:/bin\ncd '${folder}'\necho "${program} $*" >> log\n${script}\n`
    await writeFile(join(folder, program), text, { mode: 0o755 })
  }
  await writeFile(join(folder, 'worker.tar'), 'an archive')
  const { PATH } = process.env
  process.env.PATH = folder
  t.teardown(() => {
    process.env.PATH = PATH
  })
  return folder
}

/** Keeps the file with the login, and its mode. */
export function skopeo(digest: string): string {
  return `case "$1" in
  inspect) echo '{"Digest":"${digest}","Architecture":"amd64"}' ;;
  copy) stat -c %a "$3" > mode; cp "$3" login; printf '${digest}' > "$5" ;;
esac`
}

/** Keeps the password. */
export function docker(digest: string): string {
  return `case "$1" in
  load) echo 'Loaded image: localhost/worker:latest' ;;
  login) cat > login ;;
  push) echo 'v-1: digest: ${digest} size: 1234' ;;
esac`
}
