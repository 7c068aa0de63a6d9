/** The stores of the chaos run, each with its server and the proxy before it. */

import { join } from 'node:path'
import { startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { HttpFaultProxy } from '../helpers/servers/fault-proxy-http.ts'
import type { Teardown } from '../helpers/servers/start-server.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { FileObjects } from './objects.ts'
import { FolderProgress, ProxyProgress, type StoreSite } from './store-site.ts'

const BUCKET = 'chaos'

/** A place for a store: the folder to keep it in, and the disk that may be filled, if that folder lies on one. */
export interface SitePlace {
  readonly folder: string
  readonly disk: string | undefined
}

export function fileStore(
  folder: string,
  { url, disk }: { readonly url: string; readonly disk: string | undefined },
): StoreSite {
  const objects = new FileObjects(folder)
  return { kind: 'fs', url, env: {}, objects, disk, progress: new FolderProgress(objects) }
}

export async function s3Store(scope: Teardown, { folder, disk }: SitePlace): Promise<StoreSite> {
  const server = await startVersitygw(scope, { parent: folder })
  await server.url(BUCKET)
  const progress = new ProxyProgress()
  const proxy = await HttpFaultProxy.start({ target: server.endpoint, onReply: progress.onReply })
  scope.teardown(() => proxy.close())
  const env = { ...server.env, AWS_ENDPOINT_URL_S3: proxy.url }
  const objects = new FileObjects(join(server.folder, BUCKET))
  return { kind: 's3', url: `s3://${BUCKET}`, env, objects, proxy, disk, progress }
}

export async function gcsStore(scope: Teardown, { folder, disk }: SitePlace): Promise<StoreSite> {
  const server = await startFakeGcs(scope, { parent: folder })
  await server.url(BUCKET)
  const progress = new ProxyProgress()
  const proxy = await HttpFaultProxy.start({ target: server.endpoint, rewriteHost: true, onReply: progress.onReply })
  scope.teardown(() => proxy.close())
  const env = { ...server.env, STORAGE_EMULATOR_HOST: proxy.url }
  const objects = new FileObjects(join(server.folder, BUCKET))
  return { kind: 'gs', url: `gs://${BUCKET}`, env, objects, proxy, disk, progress }
}
