#pragma once

#include <napi.h>

namespace numpywren {

// symm(C, A, B, beta): C := A B + beta C with the symmetric A (m x m) whose lower half is stored, B and C m x n.
Napi::Value Symm(const Napi::CallbackInfo& info);
// syr2k(C, A, B, alpha): C := C + alpha (A B^T + B A^T) in the lower half of C (n x n), A and B n x k.
Napi::Value Syr2k(const Napi::CallbackInfo& info);

}  // namespace numpywren
