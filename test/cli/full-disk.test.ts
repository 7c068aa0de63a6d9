import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { type CliResult, cli, digests, filesUnder, succeed } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const sh = promisify(execFile)

/** Mounts a small disk of its own at a folder. @returns false where that is not allowed */
async function mounted(t: ExecutionContext<unknown>, folder: string, options: string): Promise<boolean> {
  await mkdir(folder, { recursive: true })
  try {
    await sh('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  } catch {
    t.log('no mount is allowed here; a limit on the size of files stands for the full disk')
    return false
  }
  t.teardown(() => sh('umount', [folder]))
  return true
}

function endsClearly(t: ExecutionContext<unknown>, { code, stdout, stderr }: CliResult, says: RegExp): void {
  t.is(code, 1, stderr)
  t.is(stdout, '')
  t.regex(stderr, says)
  t.notRegex(stderr, /\bat .*\.ts:\d+/)
  t.true(stderr.trimEnd().split('\n').length <= 3, stderr)
}

test.serial('a disk that fills up ends a run clearly, and resume gives the factor when there is room', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'A', '--shape', '640', '--tile', '64'], { cwd })
  await succeed(['cholesky', 'A', '-o', 'expected'], { cwd })
  const disk = join(cwd, 'disk')
  const isSmall = await mounted(t, disk, 'size=1m')
  const limit = isSmall ? {} : { fileLimitKiB: 16 }
  const factor = ['cholesky', 'A', '-o', 'disk/L', '--run-id', 'r', '--durability', 'full']
  endsClearly(t, await cli(factor, { cwd, ...limit }), /no space to write file:.*disk.*resume r --store file:.*disk$/m)
  t.is((await cli(['info', 'disk/L'], { cwd })).code, 2)
  const kept = await digests(join(disk, 'L'))
  endsClearly(t, await cli(['resume', 'r', '--store', 'disk'], { cwd, ...limit }), /no space to write/)
  if (isSmall) await sh('mount', ['-o', 'remount,size=64m', disk])
  await succeed(['resume', 'r', '--store', 'disk'], { cwd })
  const expected = await digests(join(cwd, 'expected/c'))
  t.deepEqual(await digests(join(disk, 'L/c')), expected)
  for (const [file, digest] of Object.entries(kept)) {
    if (!file.includes('.npw-tmp')) t.is(digest, expected[file.replace(/^c\//, '')] ?? 'no such tile', file)
  }
})

test.serial(
  'an import or generation onto a full disk fails clearly and leaves nothing that looks like a matrix',
  async (t) => {
    const cwd = await temporaryFolder(t)
    const isSmall = await mounted(t, join(cwd, 'disk'), 'size=256k')
    const limit = isSmall ? {} : { fileLimitKiB: 16 }
    const generate = ['generate', 'normal', 'disk/B', '--shape', '640', '--tile', '64']
    endsClearly(t, await cli(generate, { cwd, ...limit }), /^numpywren: no space to write file:.*disk\/B/)
    t.deepEqual(await filesUnder(join(cwd, 'disk/B')), [])
  },
)

test.serial('a disk that may not be written to is named', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'A', '--shape', '64', '--tile', '64'], { cwd })
  if (!(await mounted(t, join(cwd, 'disk'), 'ro'))) return t.pass()
  endsClearly(t, await cli(['cholesky', 'A', '-o', 'disk/L'], { cwd }), /file:.*disk.*(EROFS|read-only)/)
  endsClearly(t, await cli(['cholesky', 'A', '-o', 'L', '--store', 'disk'], { cwd }), /file:.*disk/)
  endsClearly(t, await cli(['generate', 'spd', 'disk/A', '--shape', '64'], { cwd }), /file:.*disk/)
  await cli(['info', 'L'], { cwd }).then(({ code }) => t.is(code, 2))
})
