#include "two-products.h"

#include <algorithm>

#include "aligned-vector.h"
#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

namespace {

// [A B], next to each other.
template <typename T>
void Join(TileView<T> a, TileView<T> b, AlignedVector<T>& joined) {
  joined.resize(static_cast<std::size_t>(a.rows) * (a.cols + b.cols));
  auto target = joined.begin();
  for (const TileView<T>& part : {a, b}) {
    for (int c = 0; c < part.cols; ++c) target = std::copy(part.Column(c), part.Column(c) + part.rows, target);
  }
}

template <typename T>
void Subtract(TileView<T> c, TileView<T> v, TileView<T> z, TileView<T> x, TileView<T> w) {
  if (c.rows == 0 || c.cols == 0 || v.cols == 0) return;
  // Kept from call to call: a thread makes thousands of one size.
  thread_local AlignedVector<T> left;
  thread_local AlignedVector<T> right;
  Join(v, x, left);
  Join(z, w, right);
  blas::Gemm(false, true, c.rows, c.cols, 2 * v.cols, T(-1), left.data(), c.rows, right.data(), c.cols, T(1), c.data, c.ld);
}

}  // namespace

Napi::Value SubtractTwoProducts(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "subtractTwoProducts");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile v = arguments.ReadTile(1, "V");
  const Tile z = arguments.ReadTile(2, "Z");
  const Tile x = arguments.ReadTile(3, "X");
  const Tile w = arguments.ReadTile(4, "W");
  const int b = v.cols;
  arguments.ExpectShape(v, c.rows, b);
  arguments.ExpectShape(z, c.cols, b);
  arguments.ExpectShape(x, c.rows, b);
  arguments.ExpectShape(w, c.cols, b);
  for (const Tile& factor : {v, z, x, w}) {
    arguments.ExpectSameDtype(c, factor);
    arguments.ExpectDisjoint(c, factor);
  }
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> cv = c.View<T>();
    const TileView<T> vv = v.View<T>();
    const TileView<T> zv = z.View<T>();
    const TileView<T> xv = x.View<T>();
    const TileView<T> wv = w.View<T>();
    return Submit(arguments, {c.array, v.array, z.array, x.array, w.array}, [=]() -> double {
      Subtract(cv, vv, zv, xv, wv);
      return 0;
    });
  });
}

}  // namespace numpywren
