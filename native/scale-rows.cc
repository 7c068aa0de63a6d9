#include "scale-rows.h"

#include "arguments.h"
#include "job.h"

namespace numpywren {

Napi::Value ScaleRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "scaleRows");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile d = arguments.ReadTile(1, "d");
  arguments.ExpectSameDtype(a, d);
  arguments.ExpectShape(d, a.rows, 1);
  arguments.ExpectDisjoint(a, d);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    const T* factors = d.View<T>().data;
    return Submit(arguments, {a.array, d.array}, [=]() -> double {
      for (int c = 0; c < av.cols; ++c) {
        T* column = av.Column(c);
        for (int r = 0; r < av.rows; ++r) column[r] *= factors[r];
      }
      return 0;
    });
  });
}

}  // namespace numpywren
