/** What stands in for a cloud, and how a provider is called where it does: nothing emulated may look like the cloud. */

/** Where requests go for a store that is not the service its URL names; `undefined` for the service itself, and for folders. */
export function storeEmulatedBy(url: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (url.startsWith('s3://')) {
    const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL
    return endpoint && !isAmazon(hostOf(endpoint)) ? hostOf(endpoint) : undefined
  }
  if (url.startsWith('gs://')) return env.STORAGE_EMULATOR_HOST && hostOf(env.STORAGE_EMULATOR_HOST)
  return undefined
}

/** The name of a provider for every row and title: `aws-lambda (emulated: 127.0.0.1:9300)`. */
export function labelOf(
  provider: string,
  by: { readonly emulatedBy?: string | undefined; readonly storeEmulatedBy?: string | undefined },
): string {
  const stands = [
    ...(by.emulatedBy === undefined ? [] : [`emulated: ${by.emulatedBy}`]),
    ...(by.storeEmulatedBy === undefined ? [] : [`store emulated: ${by.storeEmulatedBy}`]),
  ]
  return stands.length === 0 ? provider : `${provider} (${stands.join(', ')})`
}

function hostOf(endpoint: string): string {
  return endpoint
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '')
}

function isAmazon(host: string): boolean {
  return /(^|\.)amazonaws\.com(\.cn)?(:\d+)?$/i.test(host)
}
