#pragma once

#include <napi.h>

namespace numpywren {

// sums(A, out, byRow, magnitudes): out := the sum of every column (or row) of A, or of |A|; out is a cols x 1 (or rows x 1) tile of
// float64. Columns are summed pairwise, rows in the order of the columns.
Napi::Value Sums(const Napi::CallbackInfo& info);

}  // namespace numpywren
