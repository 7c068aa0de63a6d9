#include "column-peaks.h"

#include <cmath>

#include "arguments.h"
#include "job.h"

namespace numpywren {

Napi::Value ColumnPeaks(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "columnPeaks");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile p = arguments.ReadTile(1, "P");
  arguments.ExpectShape(p, a.cols, 1);
  arguments.ExpectSameDtype(a, p);
  arguments.ExpectDisjoint(p, a);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    const TileView<T> pv = p.View<T>();
    return Submit(arguments, {a.array, p.array}, [=]() -> double {
      for (int c = 0; c < av.cols; ++c) {
        const T* column = av.Column(c);
        T peak = pv.data[c];
        for (int r = 0; r < av.rows; ++r) {
          if (std::abs(column[r]) > std::abs(peak)) peak = column[r];
        }
        pv.data[c] = peak;
      }
      return 0;
    });
  });
}

}  // namespace numpywren
