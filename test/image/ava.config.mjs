// Tests of the built image; `npm run test:image` builds it first. They are not among those of `npm test`.
// biome-ignore lint/style/noDefaultExport: ava wants it so
export default {
  files: ['test/image/*.image.ts'],
  extensions: ['ts'],
  timeout: '10m',
  // Each starts containers and servers enough for a small machine.
  concurrency: 1,
}
