#include "checks.h"

#include <cmath>
#include <cstring>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

template <typename T>
double FirstNonFinite(TileView<T> a) {
  for (int c = 0; c < a.cols; ++c) {
    const T* column = a.Column(c);
    // x * 0 is NaN exactly for NaN and infinity: one sum per column decides, without a branch per element.
    T sum = 0;
    for (int r = 0; r < a.rows; ++r) sum += column[r] * T(0);
    if (sum == T(0)) continue;
    for (int r = 0; r < a.rows; ++r) {
      if (!std::isfinite(column[r])) return static_cast<double>(c) * a.rows + r;
    }
  }
  return -1;
}

template <typename T>
bool SameBits(TileView<T> a, TileView<T> b) {
  for (int c = 0; c < a.cols; ++c) {
    if (std::memcmp(a.Column(c), b.Column(c), sizeof(T) * a.rows) != 0) return false;
  }
  return true;
}

}  // namespace

Napi::Value FindNonFinite(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "findNonFinite");
  const Tile a = arguments.ReadTile(0, "A");
  return WithType(a.dtype, [&](auto zero) {
    const auto av = a.View<decltype(zero)>();
    return Submit(arguments, {a.array}, [=]() -> double { return FirstNonFinite(av); });
  });
}

Napi::Value IsEqual(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "isEqual");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile b = arguments.ReadTile(1, "B");
  arguments.ExpectShape(b, a.rows, a.cols);
  arguments.ExpectSameDtype(a, b);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    const TileView<T> bv = b.View<T>();
    return Submit(arguments, {a.array, b.array}, [=]() -> double { return SameBits(av, bv) ? 1 : 0; });
  });
}

}  // namespace numpywren
