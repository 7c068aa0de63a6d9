#pragma once

#include <napi.h>

namespace numpywren {

// columnPeaks(A, P): P(c, 0) := the element of largest magnitude in column c of A and P(c, 0), with its sign; the earlier one where two
// are equal, P first. P is a cols x 1 tile of A's dtype.
Napi::Value ColumnPeaks(const Napi::CallbackInfo& info);

}  // namespace numpywren
