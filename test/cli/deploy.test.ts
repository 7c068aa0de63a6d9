/** `deploy`, `doctor` and `destroy`, as a user types them; what they do on a platform is tested beside it. */

import test from 'ava'
import { cli, oneObject } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { REGISTRY, startAccount } from '../providers/aws-lambda/helpers/account.ts'

test('a function is put up, looked after and taken down', async (t) => {
  const cwd = await temporaryFolder(t)
  const account = await startAccount(t)
  await account.image('1')
  await account.bucket('bucket')
  const run = (line: string): ReturnType<typeof cli> => cli(line.split(' '), { cwd })
  const deploy = `deploy aws-lambda --name w --image ${REGISTRY}/images:1 --store s3://bucket/work --create-role --memory 2GiB`

  const dry = await run(`${deploy} --dry-run --json`)
  t.is(dry.code, 0, dry.stderr)
  t.is(oneObject(dry.stdout).dryRun, true)
  t.regex(dry.stderr, /^would create {2}\S/m)
  t.notRegex(dry.stderr, /^create/m)

  const deployed = await run(deploy)
  t.is(deployed.code, 0, deployed.stderr)
  t.regex(
    deployed.stdout,
    /^function {6}w in us-east-1\naddress {7}arn:aws:lambda:us-east-1:\d+:function:w\nsandbox {7}2\.00 GiB, /,
  )
  t.regex(deployed.stdout, /^while idle {4}\S/m)
  t.regex(deployed.stderr, /^create {2}\S/m)

  const looked = await run('doctor aws-lambda --name w --store s3://bucket/work --json')
  const { ok, findings } = oneObject(looked.stdout) as { ok: boolean; findings: { what: string; state: string }[] }
  t.is(looked.code, ok ? 0 : 1, looked.stderr)
  t.is(
    ok,
    findings.every(({ state }) => state !== 'problem'),
  )
  t.is(findings.find(({ what }) => what === 'credentials')?.state, 'ok')

  const unasked = await run('destroy aws-lambda --name w')
  t.is(unasked.code, 2)
  t.regex(unasked.stderr, /nothing was removed: this would remove the function arn:\S+, .*give --yes/)
  const gone = await run('destroy aws-lambda --name w --yes')
  t.is(gone.code, 0, gone.stderr)
  t.regex(gone.stdout, /^removed the function arn:/)
})

test('what does not fit is refused before anything is spoken to', async (t) => {
  const cwd = await temporaryFolder(t)
  const calls = [
    ['deploy aws-lambda --image a --image-file b', /--image.*not both/],
    ['deploy aws-lambda --role a --create-role', /--role or --create-role/],
    ['doctor azure', /no provider 'azure'; it is one of local, aws-lambda, gcp-functions/],
  ] as const
  await Promise.all(
    calls.map(async ([line, message]) => {
      const { code, stderr } = await cli(line.split(' '), { cwd })
      t.is(code, 2, line)
      t.regex(stderr, message)
    }),
  )
})

test('on this machine nothing is deployed, and the doctor looks at what a run needs', async (t) => {
  const cwd = await temporaryFolder(t)
  const deployed = await cli(['deploy', 'local', '--json'], { cwd })
  t.is(deployed.code, 0, deployed.stderr)
  t.like(oneObject(deployed.stdout), { provider: 'local', dryRun: false, place: { cloud: 'local' } })
  t.regex(deployed.stderr, /^keep {4}nothing is deployed/m)
  const looked = await cli(['doctor', 'local', '--store', '/proc/nothing'], { cwd })
  t.is(looked.code, 1, looked.stderr)
  t.regex(looked.stdout, /^ok {7}addon: OpenBLAS /m)
  t.regex(looked.stdout, /^problem {2}bucket: could not write /m)
})
