#include "sb2st.h"

#include <algorithm>

#include "arguments.h"
#include "job.h"
#include "tridiagonal-chase.h"

namespace numpywren {

Napi::Value Sb2st(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "sb2st");
  const Tile b = arguments.ReadTile(0, "B");
  const Tile d = arguments.ReadTile(1, "D");
  const Tile h = arguments.ReadTile(2, "H");
  const int threads = arguments.ReadInteger(3, "threads", 1, 64);
  if (b.rows < 1) arguments.Fail("B", "has no rows; one for the diagonal is wanted at least");
  arguments.ExpectShape(d, b.cols, 2);
  const bool keep = h.rows > 0 || h.cols > 0;
  if (keep) arguments.ExpectShape(h, b.cols, b.cols);
  arguments.ExpectSameDtype(b, d);
  arguments.ExpectSameDtype(b, h);
  arguments.ExpectDisjoint(d, b);
  arguments.ExpectDisjoint(h, b);
  arguments.ExpectDisjoint(d, h);
  return WithType(b.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto bv = b.View<T>();
    const auto dv = d.View<T>();
    const TileView<T> hv = keep ? h.View<T>() : TileView<T>{nullptr, 0, 0, 1};
    return Submit(arguments, {b.array, d.array, h.array}, [=]() -> double {
      if (hv.data != nullptr) {
        for (int c = 0; c < hv.cols; ++c) std::fill_n(hv.Column(c), hv.rows, T(0));
      }
      tridiagonal::BulgeChase<T>(bv, hv).Run(threads, dv.Column(0), dv.Column(1));
      return 0;
    });
  });
}

}  // namespace numpywren
