#pragma once

#include <napi.h>

namespace numpywren {

// scaleRows(A, d): A := diag(d) A with A m x n and d a column of m. Promise of 0.
Napi::Value ScaleRows(const Napi::CallbackInfo& info);

}  // namespace numpywren
