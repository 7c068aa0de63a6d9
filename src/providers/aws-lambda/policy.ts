/** Policies of IAM: what the functions may do, and what whoever deploys them must be allowed to do. */

export interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** The account and region of a deployment. */
export interface Account {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
  readonly account: string
  readonly region: string
}

/** A bucket and a prefix in it, without slashes at its ends; '' for all of the bucket. */
export interface BucketPrefix {
  readonly bucket: string
  readonly prefix: string
}

/** Who may take the role: Lambda, and nobody else. */
export const trustPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
} as const

export function functionArn({ partition, region, account }: Account, name: string): string {
  return `arn:${partition}:lambda:${region}:${account}:function:${name}`
}

/**
 * All that workers need: the tiles below one prefix, the function itself (a worker invokes others of its subtree), its own log, and the
 * one secret that holds the URL of the coordinator.
 * @param store `undefined`: it is not on AWS
 * @param secret name or ARN of that secret
 */
export function workerPolicy(
  account: Account,
  name: string,
  store: BucketPrefix | undefined,
  secret?: string,
): PolicyDocument {
  const statements = [
    ...(store === undefined ? [] : storeStatements(account.partition, store)),
    allow('FanOut', ['lambda:InvokeFunction'], [functionArn(account, name)]),
    ...logStatements(account, name),
  ]
  if (secret !== undefined)
    statements.push(allow('Coordinator', ['secretsmanager:GetSecretValue'], [secretArn(account, secret)]))
  return { Version: '2012-10-17', Statement: statements }
}

/** Without the right to list, a look at a missing object is answered with 403, and a missing tile cannot be told from a forbidden one. */
function storeStatements(partition: string, { bucket, prefix }: BucketPrefix): Statement[] {
  const arn = `arn:${partition}:s3:::${bucket}`
  const below = prefix === '' ? '*' : `${prefix}/*`
  const list = allow('List', ['s3:ListBucket'], [arn])
  return [
    allow('Tiles', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`${arn}/${below}`]),
    prefix === '' ? list : { ...list, Condition: { StringLike: { 's3:prefix': below } } },
  ]
}

function logStatements({ partition, region, account }: Account, name: string): Statement[] {
  const group = `arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/${name}`
  return [
    allow('LogGroup', ['logs:CreateLogGroup'], [group, `${group}:*`]),
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [`${group}:*`]),
  ]
}

/** The ARN of a secret ends in six characters that the service has added to its name. */
function secretArn({ partition, region, account }: Account, secret: string): string {
  if (secret.startsWith('arn:')) return secret
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${secret}-??????`
}

function allow(Sid: string, Action: readonly string[], Resource: readonly string[]): Statement {
  return { Sid, Effect: 'Allow', Action, Resource }
}
