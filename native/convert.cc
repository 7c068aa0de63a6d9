#include "convert.h"

#include "arguments.h"
#include "job.h"

namespace numpywren {

Napi::Value Convert(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "convert");
  const Tile b = arguments.ReadTile(0, "B");
  const Tile a = arguments.ReadTile(1, "A");
  arguments.ExpectShape(a, b.rows, b.cols);
  arguments.ExpectDisjoint(b, a);
  return WithType(a.dtype, [&](auto from) {
    return WithType(b.dtype, [&](auto to) {
      const auto av = a.View<decltype(from)>();
      const auto bv = b.View<decltype(to)>();
      return Submit(arguments, {b.array, a.array}, [=]() -> double {
        for (int c = 0; c < av.cols; ++c) {
          const auto* source = av.Column(c);
          auto* target = bv.Column(c);
          for (int r = 0; r < av.rows; ++r) target[r] = static_cast<decltype(to)>(source[r]);
        }
        return 0;
      });
    });
  });
}

}  // namespace numpywren
