#pragma once

#include <napi.h>

namespace numpywren {

// Promises of info: 0, or how many values did not converge.

// sterf(D, W): W (n x 1) := the eigenvalues, ascending, of the tridiagonal matrix with diagonal and subdiagonal D (n x 2).
Napi::Value Sterf(const Napi::CallbackInfo& info);
// stedc(D, W, Z): those, and Z (n x n) := the vectors, by divide and conquer.
Napi::Value Stedc(const Napi::CallbackInfo& info);
// syevd(A, W, vectors): those of the symmetric matrix whose lower half A (n x n) holds; A := the vectors, or rubbish.
Napi::Value Syevd(const Napi::CallbackInfo& info);

}  // namespace numpywren
