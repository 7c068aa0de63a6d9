#pragma once

#include <napi.h>

namespace numpywren {

// applyFunction(A, function): a := f(a) for every element; 0 |a|, 1 exp, 2 square root, 3 natural logarithm. As in the C library:
// what has no value becomes NaN, what is too large infinite.
Napi::Value ApplyFunction(const Napi::CallbackInfo& info);
// divide(C, A): C := C ./ A, element by element.
Napi::Value Divide(const Napi::CallbackInfo& info);

}  // namespace numpywren
