#include "gemm.h"

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

Napi::Value Gemm(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "gemm");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  const Tile b = arguments.ReadTile(2, "B");
  const bool trans_a = arguments.ReadFlag(3, "transA");
  const bool trans_b = arguments.ReadFlag(4, "transB");
  const double alpha = arguments.ReadNumber(5, "alpha");
  const double beta = arguments.ReadNumber(6, "beta");
  const int depth = trans_a ? a.rows : a.cols;
  if (trans_a) {
    arguments.ExpectShape(a, depth, c.rows);
  } else {
    arguments.ExpectShape(a, c.rows, depth);
  }
  if (trans_b) {
    arguments.ExpectShape(b, c.cols, depth);
  } else {
    arguments.ExpectShape(b, depth, c.cols);
  }
  arguments.ExpectSameDtype(c, a);
  arguments.ExpectSameDtype(c, b);
  arguments.ExpectDisjoint(c, a);
  arguments.ExpectDisjoint(c, b);
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> cv = c.View<T>();
    const TileView<T> av = a.View<T>();
    const TileView<T> bv = b.View<T>();
    return Submit(arguments, {c.array, a.array, b.array}, [=]() -> double {
      if (cv.rows == 0 || cv.cols == 0) return 0;
      blas::Gemm(trans_a, trans_b, cv.rows, cv.cols, depth, static_cast<T>(alpha), av.data, av.ld, bv.data, bv.ld,
                 static_cast<T>(beta), cv.data, cv.ld);
      return 0;
    });
  });
}

}  // namespace numpywren
