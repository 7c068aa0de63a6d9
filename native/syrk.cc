#include "syrk.h"

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

Napi::Value Syrk(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "syrk");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  const bool upper = arguments.ReadFlag(2, "upper");
  const bool trans = arguments.ReadFlag(3, "trans");
  const double alpha = arguments.ReadNumber(4, "alpha");
  const double beta = arguments.ReadNumber(5, "beta");
  const int order = trans ? a.cols : a.rows;
  const int depth = trans ? a.rows : a.cols;
  arguments.ExpectShape(c, order, order);
  arguments.ExpectSameDtype(c, a);
  arguments.ExpectDisjoint(c, a);
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> cv = c.View<T>();
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {c.array, a.array}, [=]() -> double {
      if (cv.rows == 0) return 0;
      blas::Syrk(upper, trans, cv.rows, depth, static_cast<T>(alpha), av.data, av.ld, static_cast<T>(beta), cv.data,
                 cv.ld);
      return 0;
    });
  });
}

}  // namespace numpywren
