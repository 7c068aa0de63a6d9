#pragma once

#include <napi.h>

namespace numpywren {

// absSums(A, out, byRow): adds the sum of |a| of every column (or row) to out, a cols x 1 (or rows x 1) tile of float64.
Napi::Value AbsSums(const Napi::CallbackInfo& info);
// maxAbs(A): promise of the largest |a|; NaN when A holds one, 0 when A is empty.
Napi::Value MaxAbs(const Napi::CallbackInfo& info);
// sumSquares(A, state): folds A into state, a 2x1 tile of float64 (scale, ssq) with scale^2 ssq the sum of squares,
// so that nothing overflows or underflows.
Napi::Value SumSquares(const Napi::CallbackInfo& info);
// rowSumsq(A, out): adds the squares of every row to out, a rows x 1 tile of A's dtype.
Napi::Value RowSumsq(const Napi::CallbackInfo& info);

}  // namespace numpywren
