#pragma once

#include <napi.h>

namespace numpywren {

// subtractTwoProducts(C, V, Z, X, W): C := C - V Z^T - X W^T for V and X of m x b, Z and W of n x b, as one product of [V X] and [Z W]: twice as
// deep a product is faster, and C is read and written once. Promise of 0.
Napi::Value SubtractTwoProducts(const Napi::CallbackInfo& info);

}  // namespace numpywren
