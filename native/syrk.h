#pragma once

#include <napi.h>

namespace numpywren {

// syrk(C, A, upper, trans, alpha, beta): one half of C := alpha A A^T + beta C (A^T A with trans). Promise of 0.
Napi::Value Syrk(const Napi::CallbackInfo& info);

}  // namespace numpywren
