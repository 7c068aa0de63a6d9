#pragma once

#include <napi.h>

namespace numpywren {

// adjustExternalMemory(bytes): corrects by so many bytes what V8 believes to hang on its objects.
Napi::Value AdjustExternalMemory(const Napi::CallbackInfo& info);

}  // namespace numpywren
