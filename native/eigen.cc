#include "eigen.h"

#include <algorithm>
#include <vector>

#include "arguments.h"
#include "job.h"
#include "lapack-symmetric.h"

namespace numpywren {

namespace {

// Calls f(work, lwork, iwork, liwork) twice: for the sizes of its workspaces, and to compute.
template <typename T, typename F>
int WithWorkspace(F f) {
  T size = 0;
  int isize = 0;
  const int info = f(&size, -1, &isize, -1);
  if (info != 0) return info;
  std::vector<T> work(std::max<std::size_t>(1, static_cast<std::size_t>(size)));
  std::vector<int> iwork(std::max(1, isize));
  return f(work.data(), static_cast<int>(work.size()), iwork.data(), isize);
}

}  // namespace

Napi::Value Sterf(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "sterf");
  const Tile d = arguments.ReadTile(0, "D");
  const Tile w = arguments.ReadTile(1, "W");
  arguments.ExpectShape(d, d.rows, 2);
  arguments.ExpectShape(w, d.rows, 1);
  arguments.ExpectSameDtype(d, w);
  arguments.ExpectDisjoint(w, d);
  return WithType(d.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto dv = d.View<T>();
    const auto wv = w.View<T>();
    return Submit(arguments, {d.array, w.array}, [=]() -> double {
      std::vector<T> e(dv.Column(1), dv.Column(1) + dv.rows);
      std::copy_n(dv.Column(0), dv.rows, wv.data);
      return blas::Sterf(dv.rows, wv.data, e.data());
    });
  });
}

Napi::Value Stedc(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "stedc");
  const Tile d = arguments.ReadTile(0, "D");
  const Tile w = arguments.ReadTile(1, "W");
  const Tile z = arguments.ReadTile(2, "Z");
  arguments.ExpectShape(d, d.rows, 2);
  arguments.ExpectShape(w, d.rows, 1);
  arguments.ExpectShape(z, d.rows, d.rows);
  for (const Tile& output : {w, z}) {
    arguments.ExpectSameDtype(d, output);
    arguments.ExpectDisjoint(output, d);
  }
  arguments.ExpectDisjoint(z, w);
  return WithType(d.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto dv = d.View<T>();
    const auto wv = w.View<T>();
    const auto zv = z.View<T>();
    return Submit(arguments, {d.array, w.array, z.array}, [=]() -> double {
      std::vector<T> e(dv.Column(1), dv.Column(1) + dv.rows);
      std::copy_n(dv.Column(0), dv.rows, wv.data);
      return WithWorkspace<T>([&](T* work, int lwork, int* iwork, int liwork) {
        return blas::Stedc(dv.rows, wv.data, e.data(), zv.data, zv.ld, work, lwork, iwork, liwork);
      });
    });
  });
}

Napi::Value Syevd(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "syevd");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile w = arguments.ReadTile(1, "W");
  const bool vectors = arguments.ReadFlag(2, "vectors");
  arguments.ExpectSquare(a);
  arguments.ExpectShape(w, a.rows, 1);
  arguments.ExpectSameDtype(a, w);
  arguments.ExpectDisjoint(a, w);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto av = a.View<T>();
    const auto wv = w.View<T>();
    return Submit(arguments, {a.array, w.array}, [=]() -> double {
      return WithWorkspace<T>([&](T* work, int lwork, int* iwork, int liwork) {
        return blas::Syevd(vectors, av.rows, av.data, av.ld, wv.data, work, lwork, iwork, liwork);
      });
    });
  });
}

}  // namespace numpywren
