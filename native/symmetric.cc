#include "symmetric.h"

#include "arguments.h"
#include "job.h"
#include "lapack-symmetric.h"

namespace numpywren {

Napi::Value Symm(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "symm");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  const Tile b = arguments.ReadTile(2, "B");
  const double beta = arguments.ReadNumber(3, "beta");
  arguments.ExpectShape(a, c.rows, c.rows);
  arguments.ExpectShape(b, c.rows, c.cols);
  for (const Tile& input : {a, b}) {
    arguments.ExpectSameDtype(c, input);
    arguments.ExpectDisjoint(c, input);
  }
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto cv = c.View<T>();
    const auto av = a.View<T>();
    const auto bv = b.View<T>();
    return Submit(arguments, {c.array, a.array, b.array}, [=]() -> double {
      blas::Symm(cv.rows, cv.cols, av.data, av.ld, bv.data, bv.ld, static_cast<T>(beta), cv.data, cv.ld);
      return 0;
    });
  });
}

Napi::Value Syr2k(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "syr2k");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  const Tile b = arguments.ReadTile(2, "B");
  const double alpha = arguments.ReadNumber(3, "alpha");
  arguments.ExpectSquare(c);
  for (const Tile& input : {a, b}) {
    arguments.ExpectShape(input, c.rows, a.cols);
    arguments.ExpectSameDtype(c, input);
    arguments.ExpectDisjoint(c, input);
  }
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto cv = c.View<T>();
    const auto av = a.View<T>();
    const auto bv = b.View<T>();
    return Submit(arguments, {c.array, a.array, b.array}, [=]() -> double {
      blas::Syr2k(cv.rows, av.cols, static_cast<T>(alpha), av.data, av.ld, bv.data, bv.ld, cv.data, cv.ld);
      return 0;
    });
  });
}

}  // namespace numpywren
