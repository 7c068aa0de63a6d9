/** What requests to object stores cost, as data. */

import type { CostItem, Sourced } from './function/index.ts'

const DAY = '2026-11-20'

/** Which store; the region is that of the prices. */
export type PricedCloud = 'aws' | 'gcp'

export interface StorePrices extends Sourced {
  readonly region: string
  /** As a bill names them. */
  readonly reads: string
  readonly writes: string
  /** US dollars for one request. */
  readonly perRead: number
  readonly perWrite: number
}

/** Standard storage. Transfer to functions of the same region is free, and so are deletes. */
export const storePrices: Readonly<Record<PricedCloud, StorePrices>> = {
  aws: {
    region: 'us-east-1',
    reads: 'S3 GET requests',
    writes: 'S3 PUT requests',
    perRead: 0.0000004,
    perWrite: 0.000005,
    source: 'aws.amazon.com/s3/pricing (S3 Standard), by the price tables of infracost',
    asOf: DAY,
  },
  gcp: {
    region: 'us-central1',
    reads: 'Cloud Storage class B operations',
    writes: 'Cloud Storage class A operations',
    perRead: 0.0000004,
    perWrite: 0.000005,
    source: 'cloud.google.com/storage/pricing-examples (Standard storage)',
    asOf: DAY,
  },
}

/** What requests for tiles cost. */
export function storeCosts(
  cloud: PricedCloud,
  { requests, writeRequests }: { readonly requests: number; readonly writeRequests: number },
): readonly CostItem[] {
  const { reads, writes, perRead, perWrite } = storePrices[cloud]
  return [itemOf(reads, requests - writeRequests, perRead), itemOf(writes, writeRequests, perWrite)]
}

function itemOf(item: string, quantity: number, unitPrice: number): CostItem {
  return { item, quantity, unit: 'request', unitPrice, amount: quantity * unitPrice }
}
