#pragma once

#include <napi.h>

namespace numpywren {

// randomNormal(X, row, seed): X (m x n) becomes the rows from `row` on of a matrix of independent standard normal numbers; each depends on
// seed, row and column alone. Philox4x32-10 (Salmon et al., SC11) and Box-Muller. Promise of 0.
Napi::Value RandomNormal(const Napi::CallbackInfo& info);

}  // namespace numpywren
