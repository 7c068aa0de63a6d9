#include "trsm.h"

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

Napi::Value Trsm(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "trsm");
  const Tile t = arguments.ReadTile(0, "T");
  const Tile b = arguments.ReadTile(1, "B");
  const bool right = arguments.ReadFlag(2, "right");
  const bool upper = arguments.ReadFlag(3, "upper");
  const bool trans = arguments.ReadFlag(4, "trans");
  const bool unit = arguments.ReadFlag(5, "unit");
  const double alpha = arguments.ReadNumber(6, "alpha");
  const int order = right ? b.cols : b.rows;
  arguments.ExpectShape(t, order, order);
  arguments.ExpectSameDtype(t, b);
  arguments.ExpectDisjoint(b, t);
  return WithType(b.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> tv = t.View<T>();
    const TileView<T> bv = b.View<T>();
    return Submit(arguments, {t.array, b.array}, [=]() -> double {
      if (bv.rows == 0 || bv.cols == 0) return 0;
      blas::Trsm(right, upper, trans, unit, bv.rows, bv.cols, static_cast<T>(alpha), tv.data, tv.ld, bv.data, bv.ld);
      return 0;
    });
  });
}

}  // namespace numpywren
