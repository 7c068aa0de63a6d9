#pragma once

#include <napi.h>

namespace numpywren {

// gemm(C, A, B, transA, transB, alpha, beta): C := alpha op(A) op(B) + beta C. Promise of 0.
Napi::Value Gemm(const Napi::CallbackInfo& info);

}  // namespace numpywren
