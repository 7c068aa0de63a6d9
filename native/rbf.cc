#include "rbf.h"

#include <cmath>

#include "arguments.h"
#include "job.h"

namespace numpywren {

Napi::Value Rbf(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "rbf");
  const Tile g = arguments.ReadTile(0, "G");
  const Tile xx = arguments.ReadTile(1, "xx");
  const Tile yy = arguments.ReadTile(2, "yy");
  const double gamma = arguments.ReadNumber(3, "gamma");
  for (const Tile* lengths : {&xx, &yy}) {
    arguments.ExpectShape(*lengths, lengths == &xx ? g.rows : g.cols, 1);
    arguments.ExpectSameDtype(g, *lengths);
    arguments.ExpectDisjoint(g, *lengths);
  }
  return WithType(g.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> gv = g.View<T>();
    const T* x = xx.View<T>().data;
    const T* y = yy.View<T>().data;
    return Submit(arguments, {g.array, xx.array, yy.array}, [=]() -> double {
      const T rate = static_cast<T>(gamma);
      for (int c = 0; c < gv.cols; ++c) {
        T* column = gv.Column(c);
        for (int r = 0; r < gv.rows; ++r) {
          const T distance = x[r] + y[c] - 2 * column[r];
          // Rounding may leave a tiny negative distance; NaN stays NaN.
          column[r] = std::exp(-rate * (distance < 0 ? T(0) : distance));
        }
      }
      return 0;
    });
  });
}

}  // namespace numpywren
