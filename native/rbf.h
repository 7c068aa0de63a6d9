#pragma once

#include <napi.h>

namespace numpywren {

// rbf(G, xx, yy, gamma): G(i, j) := exp(-gamma max(0, xx_i + yy_j - 2 G(i, j))), the Gaussian kernel of inner products G
// and squared lengths xx (rows x 1) and yy (cols x 1). Promise of 0.
Napi::Value Rbf(const Napi::CallbackInfo& info);

}  // namespace numpywren
