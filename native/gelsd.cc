#include "gelsd.h"

#include <lapacke.h>

#include <algorithm>
#include <vector>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

int Gelsd(int n, int nrhs, double* a, int lda, double* b, int ldb, double* s, double rcond, lapack_int* rank, double* work,
          int lwork, lapack_int* iwork) {
  return LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, n, n, nrhs, a, lda, b, ldb, s, rcond, rank, work, lwork, iwork);
}
int Gelsd(int n, int nrhs, float* a, int lda, float* b, int ldb, float* s, float rcond, lapack_int* rank, float* work,
          int lwork, lapack_int* iwork) {
  return LAPACKE_sgelsd_work(LAPACK_COL_MAJOR, n, n, nrhs, a, lda, b, ldb, s, rcond, rank, work, lwork, iwork);
}

template <typename T>
double Solve(TileView<T> a, TileView<T> b, TileView<T> s, TileView<double> rank, T rcond) {
  lapack_int found = 0;
  T size = 0;
  lapack_int whole = 0;
  int info = Gelsd(a.rows, b.cols, a.data, a.ld, b.data, b.ld, s.data, rcond, &found, &size, -1, &whole);
  if (info != 0) return info;
  std::vector<T> work(static_cast<std::size_t>(size) + 1);
  std::vector<lapack_int> iwork(static_cast<std::size_t>(std::max<lapack_int>(whole, 1)));
  const int lwork = static_cast<int>(size);
  info = Gelsd(a.rows, b.cols, a.data, a.ld, b.data, b.ld, s.data, rcond, &found, work.data(), lwork, iwork.data());
  rank.data[0] = found;
  return info;
}

}  // namespace

Napi::Value Gelsd(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "gelsd");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile b = arguments.ReadTile(1, "B");
  const Tile s = arguments.ReadTile(2, "s");
  const Tile rank = arguments.ReadTile(3, "rank");
  const double rcond = arguments.ReadNumber(4, "rcond");
  arguments.ExpectSquare(a);
  arguments.ExpectShape(b, a.rows, b.cols);
  arguments.ExpectShape(s, a.rows, 1);
  arguments.ExpectShape(rank, 1, 1);
  if (rank.dtype != Dtype::kFloat64) arguments.Fail("rank", "is float32; float64 is wanted");
  arguments.ExpectSameDtype(a, b);
  arguments.ExpectSameDtype(a, s);
  for (const Tile& output : {b, s, rank}) arguments.ExpectDisjoint(output, a);
  arguments.ExpectDisjoint(b, s);
  const auto count = rank.View<double>();
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto av = a.View<T>();
    const auto bv = b.View<T>();
    const auto sv = s.View<T>();
    return Submit(arguments, {a.array, b.array, s.array, rank.array},
                  [=]() -> double { return Solve(av, bv, sv, count, static_cast<T>(rcond)); });
  });
}

}  // namespace numpywren
