#include "panel-qr.h"

#include <algorithm>

#include "arguments.h"
#include "job.h"
#include "qr-factor.h"

namespace numpywren {

Napi::Value PanelQr(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "panelQr");
  const Tile g = arguments.ReadTile(0, "G");
  const Tile t = arguments.ReadTile(1, "T");
  const Tile r = arguments.ReadTile(2, "R");
  const int row = arguments.ReadInteger(3, "row", 0, g.rows);
  for (const Tile& output : {t, r}) {
    arguments.ExpectShape(output, g.cols, g.cols);
    arguments.ExpectSameDtype(g, output);
    arguments.ExpectDisjoint(output, g);
  }
  arguments.ExpectDisjoint(t, r);
  return WithType(g.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto gv = g.View<T>();
    const auto tv = t.View<T>();
    const auto rv = r.View<T>();
    return Submit(arguments, {g.array, t.array, r.array}, [=]() -> double {
      for (int c = 0; c < gv.cols; ++c) std::fill_n(gv.Column(c), row, T(0));
      if (row < gv.rows) {
        qr::FactorTile(TileView<T>{gv.data + row, gv.rows - row, gv.cols, gv.ld}, tv, rv);
      } else {
        for (int c = 0; c < gv.cols; ++c) {
          std::fill_n(tv.Column(c), tv.rows, T(0));
          std::fill_n(rv.Column(c), rv.rows, T(0));
        }
      }
      return 0;
    });
  });
}

}  // namespace numpywren
