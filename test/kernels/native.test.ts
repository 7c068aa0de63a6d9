import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'

const kernels = new URL('../../src/kernels/index.ts', import.meta.url).href

/** Runs a line of JavaScript against the kernels in a process of its own. */
async function runNode(line: string, env: Record<string, string> = {}): Promise<string> {
  const program = `const kernels = await import('${kernels}'); ${line}`
  // Longer than any takes: one that hangs is to be told as that.
  const options = { env: { ...process.env, ...env }, timeout: 60_000, killSignal: 'SIGKILL' as const }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options)
  return stdout.trim()
}

test('an addon that does not load says where it was looked for, why, and what to do', async (t) => {
  const line = `try { kernels.blasInfo() } catch (error) { console.log(JSON.stringify([error._tag, error.message])) }`
  const [tag, message] = JSON.parse(await runNode(line, { NUMPYWREN_ADDON: '/nowhere/numpywren.node' }))
  t.is(tag, 'AddonError')
  t.regex(message, /npm run setup/)
  t.regex(message, /\/nowhere\/numpywren\.node: Cannot find module/)
})

test('importing the kernels and asking the registry needs no addon', async (t) => {
  const line = `console.log(kernels.kernelRegistry.get('chol').name)`
  t.is(await runNode(line, { NUMPYWREN_ADDON: '/nowhere/numpywren.node' }), 'potrf')
})

test('a process may exit with kernels queued and running', async (t) => {
  const line = `
    const tile = () => ({ data: new Float64Array(90000), rows: 300, cols: 300, ld: 300 })
    const [a, b] = [tile(), tile()]
    for (let i = 0; i < 60; i++) kernels.gemm(tile(), a, b)
    setTimeout(() => { console.log('leaving'); process.exit(0) }, 5)`
  t.is(await runNode(line), 'leaving')
})

test('kernels in flight keep the process alive, an idle pool does not', async (t) => {
  const line = `
    const tile = () => ({ data: new Float64Array(90000).fill(1), rows: 300, cols: 300, ld: 300 })
    const c = tile()
    kernels.gemm(c, tile(), tile()).then(() => console.log(c.data[5]))`
  t.is(await runNode(line), '301')
})
