#include "potrf.h"

#include <algorithm>
#include <cmath>

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

namespace {

template <typename T>
void ClearOtherHalf(bool upper, TileView<T> a) {
  for (int c = 0; c < a.cols; ++c) {
    T* column = a.Column(c);
    if (upper) {
      std::fill(column + c + 1, column + a.rows, T(0));
    } else {
      std::fill(column, column + c, T(0));
    }
  }
}

template <typename T>
int Factor(bool upper, TileView<T> a) {
  if (a.rows == 0) return 0;
  const int info = blas::Potrf(upper, a.rows, a.data, a.ld);
  if (info < 0) return info;
  // OpenBLAS lets a NaN pivot pass, LAPACK's own dpotrf2 reports it: the first NaN on the diagonal is that pivot.
  const int factored = info > 0 ? info : a.rows;
  for (int i = 0; i < factored; ++i) {
    if (std::isnan(a.Column(i)[i])) return i + 1;
  }
  if (info == 0) ClearOtherHalf(upper, a);
  return info;
}

}  // namespace

Napi::Value Potrf(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "potrf");
  const Tile a = arguments.ReadTile(0, "A");
  const bool upper = arguments.ReadFlag(1, "upper");
  arguments.ExpectSquare(a);
  return WithType(a.dtype, [&](auto zero) {
    const auto view = a.View<decltype(zero)>();
    return Submit(arguments, {a.array}, [=]() -> double { return Factor(upper, view); });
  });
}

}  // namespace numpywren
