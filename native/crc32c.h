#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>

namespace numpywren {

// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78) of the bytes, going on from the CRC of what came before (0 at the start).
std::uint32_t Crc32c(std::uint32_t crc, const unsigned char* bytes, std::size_t length);
const char* Crc32cImplementation();

// crc32c(bytes, seed): at once, on this thread.
Napi::Value Crc32cNow(const Napi::CallbackInfo& info);
// crc32cPortable(bytes, seed): the same without the CPU's instruction, so that tests can compare both.
Napi::Value Crc32cPortable(const Napi::CallbackInfo& info);
// crc32cAsync(bytes, seed): on the pool, a promise.
Napi::Value Crc32cOnPool(const Napi::CallbackInfo& info);

}  // namespace numpywren
