import test from 'ava'
import fc from 'fast-check'
import { blasInfo, crc32c, crc32cAsync, KernelArgumentError } from '../../src/kernels/index.ts'
import { native } from '../../src/kernels/native.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** One bit at a time, by the definition. */
function reference(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

test('known values (RFC 3720, B.4)', (t) => {
  t.is(crc32c(text('')), 0)
  t.is(crc32c(text('123456789')), 0xe3069283)
  t.is(crc32c(new Uint8Array(32)), 0x8a9136aa)
  t.is(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43)
})

test('lengths around every block size agree with the definition and with the portable table', async (t) => {
  const bytes = Uint8Array.from({ length: 60000 }, (_, i) => (i * 31 + (i >> 8)) & 255)
  for (const length of [1, 7, 8, 9, 255, 256, 767, 768, 769, 5000, 24575, 24576, 24577, 50001]) {
    for (const start of [0, 1, 5]) {
      const part = bytes.subarray(start, start + length)
      const wanted = reference(part)
      t.is(crc32c(part), wanted, `length ${length} from ${start}`)
      t.is(native().crc32cPortable(part, 0), wanted)
      t.is(await crc32cAsync(part), wanted)
    }
  }
})

test('a seed goes on from what came before', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3000), (bytes, cut) => {
      const at = Math.min(cut, bytes.length)
      return crc32c(bytes.subarray(at), crc32c(bytes.subarray(0, at))) === crc32c(bytes)
    }),
  )
  t.pass()
})

test('a detached buffer and a bad seed are refused', (t) => {
  const bytes = new Uint8Array(8)
  t.throws(() => crc32c(bytes, -1), { instanceOf: KernelArgumentError })
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  t.throws(() => crc32c(bytes), { instanceOf: KernelArgumentError, message: /detached/ })
})

test('blasInfo tells what computes', (t) => {
  const info = blasInfo()
  t.regex(info.config, /OpenBLAS/)
  t.is(info.blasThreads, 1)
  t.true(info.threads >= 1)
})
