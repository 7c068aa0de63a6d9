#pragma once

#include <napi.h>

namespace numpywren {

// denseSvd(A, s, U, VT): singular values of A (m x n), descending, into s (k x 1), k = min(m, n), with A = U diag(s)
// VT: U m x k and VT k x n, or m x m and n x n, or both 0 x 0 when they are not wanted. LAPACK xGESDD, and xGESVD where that
// does not converge. Promise of info: not 0 when neither did.
Napi::Value DenseSvd(const Napi::CallbackInfo& info);

}  // namespace numpywren
