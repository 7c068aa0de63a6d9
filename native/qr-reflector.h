#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "qr-blas.h"

namespace numpywren::qr {

// ||x||_2. The plain sum of squares where it neither overflows nor loses small elements, else of x scaled by its maximum.
template <typename T>
T Norm2(int n, const T* x) {
  // Below it, squares of elements that matter may have been subnormal.
  const T small = std::numeric_limits<T>::min() / (std::numeric_limits<T>::epsilon() * std::numeric_limits<T>::epsilon());
  const T sum = Dot(n, x, x);
  if (sum > small && sum <= std::numeric_limits<T>::max()) return std::sqrt(sum);
  T largest = 0;
  for (int i = 0; i < n; ++i) {
    if (std::isnan(x[i])) return x[i];
    largest = std::max(largest, std::abs(x[i]));
  }
  if (largest == 0 || std::isinf(largest)) return largest;
  T scaled = 0;
  for (int i = 0; i < n; ++i) {
    const T value = x[i] / largest;
    scaled += value * value;
  }
  return largest * std::sqrt(scaled);
}

// The reflector H = I - tau (1; v) (1; v)^T with H (alpha; x) = (beta; 0): alpha := beta, x := v, returns tau.
// A column that is zero below alpha gives tau = 0. LAPACK xLARFG, scaled once instead of in a loop.
template <typename T>
T MakeReflector(int n, T& alpha, T* x) {
  T norm = Norm2(n, x);
  if (norm == 0) return 0;
  // 1 / (alpha - beta) must not overflow; powers of two, so that scaling is exact.
  const T safe = std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon();
  const T huge = std::numeric_limits<T>::max() / 4;
  T scale = 1;
  T length = std::hypot(alpha, norm);
  if (length < safe || length > huge) {
    scale = length < safe ? 1 / safe : T(1) / 16;
    if (length < safe) scale /= std::numeric_limits<T>::epsilon();
    for (int i = 0; i < n; ++i) x[i] *= scale;
    alpha *= scale;
    norm = Norm2(n, x);
    length = std::hypot(alpha, norm);
  }
  const T beta = std::signbit(alpha) ? length : -length;
  const T tau = (beta - alpha) / beta;
  Scal(n, 1 / (alpha - beta), x);
  alpha = beta / scale;
  return tau;
}

}  // namespace numpywren::qr
