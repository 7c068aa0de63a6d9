/** What draws pictures, loaded when one is wanted: it takes longer to load than all the rest. */
export function pictures(): Promise<typeof import('../report/index.ts')> {
  return import('../report/index.ts')
}
