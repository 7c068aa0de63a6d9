#pragma once

#include <napi.h>

namespace numpywren {

// findNonFinite(A): promise of r + c * rows for the first NaN or infinity in column order, or -1.
Napi::Value FindNonFinite(const Napi::CallbackInfo& info);
// isEqual(A, B): promise of 1 when both hold the same bits, else 0.
Napi::Value IsEqual(const Napi::CallbackInfo& info);

}  // namespace numpywren
