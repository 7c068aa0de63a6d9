#include "bidiagonal-svd.h"

#include <lapacke.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "aligned-vector.h"
#include "arguments.h"
#include "bidiagonal-back.h"
#include "bidiagonal-chase.h"
#include "job.h"

namespace numpywren {

namespace {

int Bdsqr(int n, double* d, double* e, double* work) {
  return LAPACKE_dbdsqr_work(LAPACK_COL_MAJOR, 'U', n, 0, 0, 0, d, e, nullptr, 1, nullptr, 1, nullptr, 1, work);
}
int Bdsqr(int n, float* d, float* e, float* work) {
  return LAPACKE_sbdsqr_work(LAPACK_COL_MAJOR, 'U', n, 0, 0, 0, d, e, nullptr, 1, nullptr, 1, nullptr, 1, work);
}
int Bdsdc(int n, double* d, double* e, double* u, int ldu, double* vt, int ldvt, double* work, int* iwork) {
  return LAPACKE_dbdsdc_work(LAPACK_COL_MAJOR, 'U', 'I', n, d, e, u, ldu, vt, ldvt, nullptr, nullptr, work, iwork);
}
int Bdsdc(int n, float* d, float* e, float* u, int ldu, float* vt, int ldvt, float* work, int* iwork) {
  return LAPACKE_sbdsdc_work(LAPACK_COL_MAJOR, 'U', 'I', n, d, e, u, ldu, vt, ldvt, nullptr, nullptr, work, iwork);
}

template <typename T>
double Reduce(TileView<T> ab, TileView<T> d, TileView<T> left, TileView<T> right, int threads) {
  const int n = ab.cols;
  const int width = std::max(1, ab.rows - 1);
  // Room on both sides: blocks at the ends are addressed from their first row.
  AlignedVector<T> room(static_cast<std::size_t>(n + 1) * 3 * width, T(0));
  const bidiagonal::Band<T> band = {room.data(), n, width};
  for (int j = 0; j < n; ++j) {
    for (int i = std::max(0, j - (ab.rows - 1)); i <= j; ++i) *band.At(i, j) = ab.Column(j)[ab.rows - 1 + i - j];
  }
  for (const TileView<T>& kept : {left, right}) {
    for (int c = 0; c < kept.cols; ++c) std::fill(kept.Column(c), kept.Column(c) + kept.rows, T(0));
  }
  const auto keep = [](const TileView<T>& kept) {
    return kept.cols == 0 ? bidiagonal::Reflectors<T>{} : bidiagonal::Reflectors<T>{kept.data, kept.ld};
  };
  bidiagonal::Chase(band, keep(left), keep(right), threads);
  for (int j = 0; j < n; ++j) {
    d.Column(0)[j] = *band.At(j, j);
    d.Column(1)[j] = j == 0 ? T(0) : *band.At(j - 1, j);
  }
  return 0;
}

// The power of two next to the largest element: dividing by it loses nothing, and no square overflows afterwards.
template <typename T>
int Exponent(TileView<T> d) {
  T largest = 0;
  for (int c = 0; c < 2; ++c) {
    for (int j = 0; j < d.rows; ++j) largest = std::max(largest, std::abs(d.Column(c)[j]));
  }
  int exponent = 0;
  std::frexp(largest, &exponent);
  return exponent;
}

template <typename T>
double Solve(TileView<T> bidiagonal, TileView<T> s, TileView<T> u, TileView<T> v) {
  const int n = bidiagonal.rows;
  if (n == 0) return 0;
  const int exponent = Exponent(bidiagonal);
  AlignedVector<T> d(n);
  AlignedVector<T> e(n);
  for (int j = 0; j < n; ++j) {
    d[j] = std::ldexp(bidiagonal.Column(0)[j], -exponent);
    if (j > 0) e[j - 1] = std::ldexp(bidiagonal.Column(1)[j], -exponent);
  }
  int info = 0;
  if (u.cols == 0) {
    AlignedVector<T> work(4 * static_cast<std::size_t>(n));
    info = Bdsqr(n, d.data(), e.data(), work.data());
  } else {
    AlignedVector<T> work(static_cast<std::size_t>(n) * (3 * static_cast<std::size_t>(n) + 4));
    std::vector<int> iwork(8 * static_cast<std::size_t>(n));
    info = Bdsdc(n, d.data(), e.data(), u.data, u.ld, v.data, v.ld, work.data(), iwork.data());
    for (int c = 0; c < n; ++c) {
      for (int r = 0; r < c; ++r) std::swap(v.Column(c)[r], v.Column(r)[c]);
    }
  }
  for (int j = 0; j < n; ++j) s.Column(0)[j] = std::ldexp(d[j], exponent);
  return info;
}

void ExpectPair(const Arguments& arguments, const Tile& first, const Tile& second, int n) {
  const bool isWanted = first.cols > 0;
  arguments.ExpectShape(first, isWanted ? n : 0, isWanted ? n : 0);
  arguments.ExpectShape(second, first.rows, first.cols);
  arguments.ExpectDisjoint(first, second);
}

}  // namespace

Napi::Value BandToBidiagonal(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "bandToBidiagonal");
  const Tile ab = arguments.ReadTile(0, "AB");
  const Tile d = arguments.ReadTile(1, "D");
  const Tile left = arguments.ReadTile(2, "left");
  const Tile right = arguments.ReadTile(3, "right");
  const int threads = arguments.ReadInteger(4, "threads", 1, 64);
  if (ab.rows == 0) arguments.Fail("AB", "has no rows; at least its diagonal is wanted");
  arguments.ExpectShape(d, ab.cols, 2);
  ExpectPair(arguments, left, right, ab.cols);
  for (const Tile& output : {d, left, right}) {
    arguments.ExpectSameDtype(ab, output);
    arguments.ExpectDisjoint(output, ab);
  }
  return WithType(ab.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto abv = ab.View<T>();
    const auto dv = d.View<T>();
    const auto lv = left.View<T>();
    const auto rv = right.View<T>();
    return Submit(arguments, {ab.array, d.array, left.array, right.array},
                  [=]() -> double { return Reduce(abv, dv, lv, rv, threads); });
  });
}

Napi::Value BidiagonalSvd(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "bidiagonalSvd");
  const Tile d = arguments.ReadTile(0, "D");
  const Tile s = arguments.ReadTile(1, "s");
  const Tile u = arguments.ReadTile(2, "U");
  const Tile v = arguments.ReadTile(3, "V");
  arguments.ExpectShape(d, d.rows, 2);
  arguments.ExpectShape(s, d.rows, 1);
  ExpectPair(arguments, u, v, d.rows);
  for (const Tile& output : {s, u, v}) {
    arguments.ExpectSameDtype(d, output);
    arguments.ExpectDisjoint(output, d);
  }
  return WithType(d.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto dv = d.View<T>();
    const auto sv = s.View<T>();
    const auto uv = u.View<T>();
    const auto vv = v.View<T>();
    return Submit(arguments, {d.array, s.array, u.array, v.array},
                  [=]() -> double { return Solve(dv, sv, uv, vv); });
  });
}

Napi::Value BandReflect(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "bandReflect");
  const Tile x = arguments.ReadTile(0, "X");
  const Tile w = arguments.ReadTile(1, "W");
  const int width = arguments.ReadInteger(2, "width", 1, 1 << 20);
  arguments.ExpectShape(w, x.rows, x.rows);
  arguments.ExpectSameDtype(x, w);
  arguments.ExpectDisjoint(x, w);
  return WithType(x.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto xv = x.View<T>();
    const auto wv = w.View<T>();
    return Submit(arguments, {x.array, w.array}, [=]() -> double {
      bidiagonal::ApplyReflectors(wv, width, xv);
      return 0;
    });
  });
}

}  // namespace numpywren
