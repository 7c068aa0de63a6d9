import { type Command, Option } from 'commander'
import { InputError } from '../../errors.ts'
import type { Deployed } from '../../providers/index.ts'
import { addCommand } from '../command.ts'
import { interruption, printResult } from '../context.ts'
import { addFunctionOptions, type FunctionOptions, placeOf, platform, sayStep } from '../function-options.ts'
import { assignments, finiteNumber, parseMemory, parseSeconds, wholeNumber } from '../options.ts'
import { formatBytes } from '../table.ts'

interface DeployCommandOptions extends FunctionOptions {
  readonly image?: string
  readonly imageFile?: string
  readonly memory?: number
  readonly vcpus?: number
  readonly timeout?: number
  readonly ephemeral?: number
  readonly concurrency?: number
  readonly arch?: 'x86_64' | 'arm64'
  readonly role?: string
  readonly createRole?: boolean
  readonly store?: string
  readonly coordinatorSecret?: string
  readonly env: Readonly<Record<string, string>>
  readonly tag: Readonly<Record<string, string>>
  readonly dryRun?: boolean
}

/** `deploy PROVIDER`: the worker image as a function, created or brought up to date. */
export function addDeploy(program: Command): void {
  addCommand<DeployCommandOptions>(program, {
    usage: 'deploy <provider>',
    summary: 'put the worker image up as a function, or bring it up to date; doing it twice changes nothing',
    examples: [
      'numpywren deploy aws-lambda --image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/numpywren:1 --store s3://bucket/work --create-role',
      'numpywren deploy gcp-functions --image europe-west1-docker.pkg.dev/project/images/numpywren:1 --store gs://bucket/work --create-role --region europe-west1',
      'numpywren deploy aws-lambda --image-file oci-archive:worker.tar --memory 4GiB --dry-run',
    ],
    options: addDeployOptions,
    async run([name = ''], options) {
      const { image, imageFile, role, createRole, store, coordinatorSecret, dryRun = false } = options
      if (image !== undefined && imageFile !== undefined) {
        throw new InputError('give --image for an image in a registry or --image-file for one to be pushed, not both')
      }
      if (role !== undefined && createRole) throw new InputError('give --role or --create-role, not both')
      const provider = await platform(name)
      const deployed = await provider.deploy({
        ...placeOf(options),
        image,
        imageFile,
        memoryBytes: options.memory,
        vcpus: options.vcpus,
        timeoutMs: options.timeout,
        ephemeralBytes: options.ephemeral,
        concurrency: options.concurrency,
        architecture: options.arch,
        role,
        createRole,
        store,
        coordinatorSecret,
        environment: options.env,
        tags: options.tag,
        dryRun,
        signal: interruption(),
        onStep: (step) => sayStep(step, dryRun),
      })
      printResult(options, { provider: name, dryRun, ...deployed }, deployedText(deployed))
    },
  })
}

function addDeployOptions(command: Command): void {
  addFunctionOptions(command)
  command
    .option('--image <uri>', "an image in the platform's registry")
    .option('--image-file <file>', 'an image to be pushed there first, such as oci-archive:worker.tar')
    .option('--memory <size>', 'of a sandbox, such as 4GiB', parseMemory)
    .option('--vcpus <n>', 'of a sandbox, where they are not given by its memory', finiteNumber)
    .option('--timeout <time>', 'longest invocation, such as 15m', parseSeconds)
    .option('--ephemeral <size>', 'room in /tmp', parseMemory)
    .option(
      '--concurrency <n>',
      'most invocations at the same time (on Lambda a reservation, which 0 gives back)',
      wholeNumber(0),
    )
    .addOption(new Option('--arch <name>', 'of the image').choices(['x86_64', 'arm64']))
    .option('--role <name>', 'execution role (ARN) or service account (e-mail) that the function runs as')
    .option('--create-role', 'make one that may use the store, and nothing else')
    .option('--store <url>', 'bucket and prefix that the function may use')
    .option('--coordinator-secret <name>', 'a secret that holds the URL of a Redis; the function reads it itself')
    .option('--env <name=value>', 'a variable for the function, no secret; may be repeated', assignments(String), {})
    .option('--tag <name=value>', 'a tag or label; may be repeated', assignments(String), {})
    .option('--dry-run', 'change nothing, say what would be done')
}

function deployedText({ name, address, place, shape, idleCost }: Deployed): string {
  const paid = idleCost.filter(({ amount }) => amount > 0)
  const region = place.region === undefined ? '' : ` in ${place.region}`
  const limit = shape.concurrency === undefined ? '' : `, at most ${shape.concurrency} at the same time`
  return [
    `function      ${name}${region}`,
    `address       ${address}`,
    `sandbox       ${formatBytes(shape.memoryBytes)}, ${shape.vcpus} ${shape.vcpus === 1 ? 'vCPU' : 'vCPUs'}, ${shape.architecture}, ${shape.timeoutMs / 1000} s${limit}`,
    `worker        ${shape.slots} ${shape.slots === 1 ? 'slot' : 'slots'}, ${formatBytes(shape.tileBytes)} for tiles`,
    `while idle    ${paid.length === 0 ? 'costs nothing' : paid.map(({ item, amount }) => `${item}: $${amount.toPrecision(2)}`).join(', ')}`,
  ].join('\n')
}
