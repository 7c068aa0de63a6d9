#include "panel-solve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

namespace {

// Whether pivot j of a panel of p columns may be a rounding error: |u_jj| <= p eps max_{i <= j} |u_ij|, eps the unit roundoff.
template <typename T>
bool IsTiny(TileView<T> u, int j) {
  T largest = 0;
  for (int i = 0; i <= j; ++i) largest = std::max(largest, std::abs(u.Column(j)[i]));
  return std::abs(u.Column(j)[j]) <= u.cols * (std::numeric_limits<T>::epsilon() / 2) * largest;
}

// (|L| |U|)(r, j) from the columns of L before j, for some rows r: what rounding errors of element (r, j) are measured by.
template <typename T>
std::vector<T> Magnitudes(TileView<T> u, TileView<T> lower, int j, const std::vector<int>& rows) {
  std::vector<T> sums(rows.size(), T(0));
  for (int k = 0; k < j; ++k) {
    const T factor = std::abs(u.Column(j)[k]);
    if (factor == T(0)) continue;
    const T* const l = lower.Column(k);
    for (std::size_t i = 0; i < rows.size(); ++i) sums[i] += std::abs(l[rows[i]]) * factor;
  }
  return sums;
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
void SolveTiny(TileView<T> u, TileView<T> b, int j) {
  T* const x = b.Column(j);
  const T pivot = u.Column(j)[j];
  std::vector<int> above;
  for (int r = 0; r < b.rows; ++r) {
    if (std::abs(x[r]) > std::abs(pivot)) above.push_back(r);
  }
  const std::vector<T> magnitudes = Magnitudes(u, b, j, above);
  for (std::size_t i = 0; i < above.size(); ++i) {
    T& value = x[above[i]];
    if (std::abs(value) <= std::numeric_limits<T>::epsilon() * magnitudes[i]) value = T(0);
  }
  bool is_zero = true;
  for (int r = 0; r < b.rows; ++r) {
    x[r] = pivot == T(0) ? T(0) : x[r] / pivot;
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
    if (!IsTiny(u, j)) continue;
    SolveBlock(u, b, begin, j);
    SolveTiny(u, b, j);
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
