#include "crc32c.h"

#include <array>
#include <cstring>

#include "arguments.h"
#include "job.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace numpywren {

namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;
using Table = std::array<std::array<std::uint32_t, 256>, 8>;

// Slicing by 8: tables[k][b] is the CRC of byte b followed by k zero bytes.
constexpr Table MakeTables() {
  Table tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) ? (crc >> 1) ^ kPolynomial : crc >> 1;
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xff];
  }
  return tables;
}
constexpr Table kTables = MakeTables();

std::uint64_t Load(const unsigned char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// The functions below work on the CRC register (complemented at both ends by Crc32c).
std::uint32_t Portable(std::uint32_t crc, const unsigned char* p, std::size_t n) {
  for (; n >= 8; p += 8, n -= 8) {
    const std::uint64_t word = Load(p) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][(word >> (8 * k)) & 0xff];
  }
  for (; n > 0; ++p, --n) crc = (crc >> 8) ^ kTables[0][(crc ^ *p) & 0xff];
  return crc;
}

#if defined(__x86_64__) || (defined(__aarch64__) && defined(__linux__))

// Product of two polynomials modulo ours, in the reflected representation (x^0 is the top bit).
constexpr std::uint32_t Multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (int i = 31; i >= 0; --i) {
    if ((a >> i) & 1) product ^= b;
    b = (b & 1) ? (b >> 1) ^ kPolynomial : b >> 1;
  }
  return product;
}

// x^(8 * bytes) modulo our polynomial: multiplying a register by it appends that many zero bytes.
constexpr std::uint32_t ZeroBytes(std::size_t bytes) {
  std::uint32_t result = 0x80000000;
  std::uint32_t square = 0x00800000;
  for (; bytes > 0; bytes >>= 1) {
    if (bytes & 1) result = Multiply(result, square);
    square = Multiply(square, square);
  }
  return result;
}

using Shift = std::array<std::array<std::uint32_t, 256>, 4>;

// The multiplication by ZeroBytes(bytes) as four look-ups, one for each byte of the register.
constexpr Shift MakeShift(std::size_t bytes) {
  Shift shift{};
  const std::uint32_t factor = ZeroBytes(bytes);
  for (std::size_t k = 0; k < 4; ++k) {
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      const std::uint32_t product = Multiply(std::uint32_t{1} << (8 * k + bit), factor);
      for (std::uint32_t low = 0; low < (1u << bit); ++low) shift[k][(1u << bit) + low] = product ^ shift[k][low];
    }
  }
  return shift;
}

std::uint32_t Apply(const Shift& shift, std::uint32_t crc) {
  return shift[0][crc & 0xff] ^ shift[1][(crc >> 8) & 0xff] ^ shift[2][(crc >> 16) & 0xff] ^ shift[3][crc >> 24];
}

// The instruction has a latency of three cycles and a throughput of one: three streams, each of kLong or kShort bytes.
constexpr std::size_t kLong = 8192;
constexpr std::size_t kShort = 256;
const Shift kShiftLong = MakeShift(kLong);
const Shift kShiftShort = MakeShift(kShort);

#if defined(__x86_64__)
#define NUMPYWREN_CRC_TARGET __attribute__((target("sse4.2")))
#define NUMPYWREN_CRC_WORD(crc, word) _mm_crc32_u64(crc, word)
#define NUMPYWREN_CRC_BYTE(crc, byte) _mm_crc32_u8(crc, byte)
using Register = std::uint64_t;
bool HasInstruction() { return __builtin_cpu_supports("sse4.2"); }
#else
#define NUMPYWREN_CRC_TARGET __attribute__((target("+crc")))
#define NUMPYWREN_CRC_WORD(crc, word) __crc32cd(crc, word)
#define NUMPYWREN_CRC_BYTE(crc, byte) __crc32cb(crc, byte)
using Register = std::uint32_t;
bool HasInstruction() { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#endif

NUMPYWREN_CRC_TARGET std::uint32_t ThreeStreams(std::uint32_t crc, const unsigned char*& p, std::size_t& n,
                                                std::size_t block, const Shift& shift) {
  for (; n >= 3 * block; p += 3 * block, n -= 3 * block) {
    Register a = crc;
    Register b = 0;
    Register c = 0;
    for (std::size_t i = 0; i < block; i += 8) {
      a = NUMPYWREN_CRC_WORD(a, Load(p + i));
      b = NUMPYWREN_CRC_WORD(b, Load(p + block + i));
      c = NUMPYWREN_CRC_WORD(c, Load(p + 2 * block + i));
    }
    crc = Apply(shift, static_cast<std::uint32_t>(a)) ^ static_cast<std::uint32_t>(b);
    crc = Apply(shift, crc) ^ static_cast<std::uint32_t>(c);
  }
  return crc;
}

NUMPYWREN_CRC_TARGET std::uint32_t Hardware(std::uint32_t crc, const unsigned char* p, std::size_t n) {
  crc = ThreeStreams(crc, p, n, kLong, kShiftLong);
  crc = ThreeStreams(crc, p, n, kShort, kShiftShort);
  for (; n >= 8; p += 8, n -= 8) crc = static_cast<std::uint32_t>(NUMPYWREN_CRC_WORD(crc, Load(p)));
  for (; n > 0; ++p, --n) crc = NUMPYWREN_CRC_BYTE(crc, *p);
  return crc;
}

#else
bool HasInstruction() { return false; }
std::uint32_t Hardware(std::uint32_t crc, const unsigned char* p, std::size_t n) { return Portable(crc, p, n); }
#endif

const bool kHasInstruction = HasInstruction();

struct Bytes {
  Napi::TypedArray array;
  const unsigned char* data;
  std::size_t length;
  std::uint32_t seed;
};

Bytes ReadBytes(const Arguments& arguments) {
  const Napi::CallbackInfo& info = arguments.info();
  if (!info[0].IsTypedArray()) arguments.Fail("bytes", "is no typed array; a Uint8Array is wanted");
  Napi::TypedArray array = info[0].As<Napi::TypedArray>();
  Napi::Value buffer = array.Get("buffer");
  if (buffer.IsArrayBuffer() && buffer.As<Napi::ArrayBuffer>().IsDetached()) {
    arguments.Fail("bytes", "has a detached buffer; it was transferred elsewhere");
  }
  void* data = nullptr;
  if (napi_get_typedarray_info(info.Env(), array, nullptr, nullptr, &data, nullptr, nullptr) != napi_ok) {
    arguments.Fail("bytes", "has a buffer that cannot be read");
  }
  const double seed = arguments.ReadNumber(1, "seed");
  if (!(seed >= 0 && seed <= 4294967295.0)) arguments.Fail("seed", "is not a CRC; a number from 0 to 2^32 - 1 is wanted");
  return {array, static_cast<const unsigned char*>(data), array.ByteLength(), static_cast<std::uint32_t>(seed)};
}

}  // namespace

std::uint32_t Crc32c(std::uint32_t crc, const unsigned char* bytes, std::size_t length) {
  return ~(kHasInstruction ? Hardware(~crc, bytes, length) : Portable(~crc, bytes, length));
}

const char* Crc32cImplementation() { return kHasInstruction ? "hardware" : "portable"; }

Napi::Value Crc32cNow(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "crc32c");
  const Bytes bytes = ReadBytes(arguments);
  return Napi::Number::New(info.Env(), Crc32c(bytes.seed, bytes.data, bytes.length));
}

Napi::Value Crc32cPortable(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "crc32c");
  const Bytes bytes = ReadBytes(arguments);
  return Napi::Number::New(info.Env(), ~Portable(~bytes.seed, bytes.data, bytes.length));
}

Napi::Value Crc32cOnPool(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "crc32c");
  const Bytes bytes = ReadBytes(arguments);
  return Submit(arguments, {bytes.array}, [data = bytes.data, length = bytes.length, seed = bytes.seed]() -> double {
    return Crc32c(seed, data, length);
  });
}

}  // namespace numpywren
