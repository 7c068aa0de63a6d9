#pragma once

#include <napi.h>

namespace numpywren {

// blasInfo(): { config, coreType, threads, blasThreads, crc32c }.
Napi::Value BlasInfo(const Napi::CallbackInfo& info);
// setComputeThreads(n): how many kernels run at once, 1 to 256.
Napi::Value SetComputeThreads(const Napi::CallbackInfo& info);

}  // namespace numpywren
