import type { Session } from './session.ts'

/** A service of Google by its name before `.googleapis.com`. */
export type ApiName = 'iam' | 'storage' | 'secretmanager' | 'artifactregistry'

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/**
 * One call of an administration API that has no client among ours. Goes to the stand-in where there is one.
 * @param path from the first slash on, with query
 * @returns the answer's JSON
 * @throws what the library throws; `refusalOf` reads it
 */
export async function callApi(
  { auth, standIn }: Session,
  api: ApiName,
  path: string,
  { method = 'GET', body, signal }: ApiRequest = {},
): Promise<unknown> {
  const url = new URL(path, standIn ?? `https://${api}.googleapis.com`)
  const { data } = await auth.request<unknown>({
    url: url.href,
    method,
    retry: false,
    responseType: 'json',
    ...(body !== undefined && { data: body }),
    ...(signal && { signal }),
  })
  return data
}
