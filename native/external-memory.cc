#include "external-memory.h"

namespace numpywren {

Napi::Value AdjustExternalMemory(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsNumber()) throw Napi::TypeError::New(env, "adjustExternalMemory: wanted a number");
  Napi::MemoryManagement::AdjustExternalMemory(env, info[0].As<Napi::Number>().Int64Value());
  return env.Undefined();
}

}  // namespace numpywren
