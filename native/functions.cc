#include "functions.h"

#include <cmath>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

template <typename T, typename F>
void ForEach(TileView<T> a, F f) {
  for (int c = 0; c < a.cols; ++c) {
    T* column = a.Column(c);
    for (int r = 0; r < a.rows; ++r) column[r] = f(column[r]);
  }
}

template <typename T>
void Apply(TileView<T> a, int function) {
  switch (function) {
    case 0:
      return ForEach(a, [](T x) { return std::abs(x); });
    case 1:
      return ForEach(a, [](T x) { return std::exp(x); });
    case 2:
      return ForEach(a, [](T x) { return std::sqrt(x); });
    default:
      return ForEach(a, [](T x) { return std::log(x); });
  }
}

}  // namespace

Napi::Value ApplyFunction(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "applyFunction");
  const Tile a = arguments.ReadTile(0, "A");
  const int function = arguments.ReadInteger(1, "function", 0, 3);
  return WithType(a.dtype, [&](auto zero) {
    const auto av = a.View<decltype(zero)>();
    return Submit(arguments, {a.array}, [=]() -> double {
      Apply(av, function);
      return 0;
    });
  });
}

Napi::Value Divide(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "divide");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  arguments.ExpectShape(a, c.rows, c.cols);
  arguments.ExpectSameDtype(c, a);
  arguments.ExpectDisjoint(c, a);
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> cv = c.View<T>();
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {c.array, a.array}, [=]() -> double {
      for (int j = 0; j < cv.cols; ++j) {
        T* to = cv.Column(j);
        const T* by = av.Column(j);
        for (int r = 0; r < cv.rows; ++r) to[r] /= by[r];
      }
      return 0;
    });
  });
}

}  // namespace numpywren
