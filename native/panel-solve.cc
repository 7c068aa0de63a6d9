#include "panel-solve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

namespace {

// Rounding errors in column j of a panel: p eps max_{i <= j} |u_ij|, for p columns, with eps the unit roundoff.
template <typename T>
T RoundingErrors(TileView<T> u, int j) {
  T largest = 0;
  for (int i = 0; i <= j; ++i) largest = std::max(largest, std::abs(u.Column(j)[i]));
  return u.cols * (std::numeric_limits<T>::epsilon() / 2) * largest;
}

// Columns begin to end of B by ordinary substitution; the columns behind are updated.
template <typename T>
void SolveBlock(TileView<T> u, TileView<T> b, int begin, int end) {
  if (begin == end) return;
  const int width = end - begin;
  blas::Trsm(true, true, false, false, b.rows, width, T(1), u.Column(begin) + begin, u.ld, b.Column(begin), b.ld);
  if (end == u.cols) return;
  // B(:, end:) -= B(:, begin:end) U(begin:end, end:)
  blas::Gemm(false, false, b.rows, u.cols - end, width, T(-1), b.Column(begin), b.ld, u.Column(end) + begin, u.ld, T(1),
             b.Column(end), b.ld);
}

// Column j of B, whose pivot is tiny; the columns behind are updated.
template <typename T>
void SolveTiny(TileView<T> u, TileView<T> b, int j, T errors) {
  T* const x = b.Column(j);
  const T pivot = u.Column(j)[j];
  bool is_zero = true;
  for (int r = 0; r < b.rows; ++r) {
    // A NaN is not below anything, so it stays.
    x[r] = pivot == T(0) || std::abs(x[r]) <= errors ? T(0) : x[r] / pivot;
    is_zero = is_zero && x[r] == T(0);
  }
  if (is_zero || j + 1 == u.cols) return;
  blas::Gemm(false, false, b.rows, u.cols - j - 1, 1, T(-1), x, b.ld, u.Column(j + 1) + j, u.ld, T(1), b.Column(j + 1),
             b.ld);
}

template <typename T>
void Solve(TileView<T> u, TileView<T> b) {
  int begin = 0;
  for (int j = 0; j < u.cols; ++j) {
    const T errors = RoundingErrors(u, j);
    if (!(std::abs(u.Column(j)[j]) <= errors)) continue;
    SolveBlock(u, b, begin, j);
    SolveTiny(u, b, j, errors);
    begin = j + 1;
  }
  SolveBlock(u, b, begin, u.cols);
}

}  // namespace

Napi::Value PanelSolve(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "panelSolve");
  const Tile u = arguments.ReadTile(0, "U");
  const Tile b = arguments.ReadTile(1, "B");
  arguments.ExpectShape(u, b.cols, b.cols);
  arguments.ExpectSameDtype(u, b);
  arguments.ExpectDisjoint(b, u);
  return WithType(b.dtype, [&](auto zero) {
    const auto uv = u.View<decltype(zero)>();
    const auto bv = b.View<decltype(zero)>();
    return Submit(arguments, {u.array, b.array}, [=]() -> double {
      if (bv.rows > 0 && bv.cols > 0) Solve(uv, bv);
      return 0;
    });
  });
}

}  // namespace numpywren
