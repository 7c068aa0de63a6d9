#include "blas-info.h"

#include <openblas_config.h>
// openblas_config.h first: it decides the integer type of cblas.h.
#include <cblas.h>

#include "arguments.h"
#include "crc32c.h"
#include "thread-pool.h"

namespace numpywren {

Napi::Value BlasInfo(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Object result = Napi::Object::New(env);
  result.Set("config", openblas_get_config());
  result.Set("coreType", openblas_get_corename());
  result.Set("blasThreads", openblas_get_num_threads());
  result.Set("threads", ThreadPool::Instance().Size());
  result.Set("crc32c", Crc32cImplementation());
  return result;
}

Napi::Value SetComputeThreads(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "setComputeThreads");
  const int threads = arguments.ReadInteger(0, "threads", 1, ThreadPool::kMaxThreads);
  ThreadPool::Instance().Resize(static_cast<unsigned>(threads));
  return info.Env().Undefined();
}

}  // namespace numpywren
