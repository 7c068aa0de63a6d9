#pragma once

#include <napi.h>

namespace numpywren {

// potrf(A, upper): A := its Cholesky factor, in place, zeros in the other half. Promise of info: 0, or the order of the
// leading minor that is not positive (a NaN pivot counts as not positive).
Napi::Value Potrf(const Napi::CallbackInfo& info);

}  // namespace numpywren
