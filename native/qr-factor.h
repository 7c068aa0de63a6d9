#pragma once

#include <algorithm>
#include <cstddef>

#include "qr-apply.h"
#include "qr-panel.h"
#include "tile-view.h"

// QR of whole tiles by blocks of T.rows columns.
namespace numpywren::qr {

// Moves the upper trapezoid of `rows` rows from A to R, which has zeros elsewhere, and leaves ones and zeros in its place.
template <typename T>
void SplitFactor(TileView<T> a, TileView<T> r, int reflectors) {
  for (int c = 0; c < a.cols; ++c) {
    const int height = std::min(c + 1, reflectors);
    std::copy_n(a.Column(c), height, r.Column(c));
    std::fill_n(r.Column(c) + height, r.rows - height, T(0));
    // Columns without a reflector of their own are R's alone.
    std::fill_n(a.Column(c), c < reflectors ? c : a.rows, T(0));
    if (c < reflectors) a.Column(c)[c] = 1;
  }
}

// A = Q R, A m x n: A := V (unit lower trapezoidal, with its ones and zeros), T, and R of at least min(m, n) rows. LAPACK xGEQRT.
template <typename T>
void FactorTile(TileView<T> a, TileView<T> t, TileView<T> r) {
  const int k = std::min(a.rows, a.cols);
  const int ib = std::min(t.rows, std::max(k, 1));
  T* w = Workspace<T, 0>(static_cast<std::size_t>(ib) * ib);
  for (int c = 0; c < t.cols; ++c) std::fill_n(t.Column(c), t.rows, T(0));
  ForEachBlock(k, t.rows, true, [&](int j, int jb) {
    const int rows = a.rows - j;
    T* panel = a.Column(j) + j;
    Panel<T>{panel, a.ld, t.Column(j), t.ld, w}.Factor(rows, jb);
    const int trailing = a.cols - j - jb;
    if (trailing == 0) return;
    // The update is by products alone: R's part of the panel waits in W while ones and zeros stand in its place.
    for (int c = 0; c < jb; ++c) {
      T* column = panel + static_cast<std::size_t>(c) * a.ld;
      std::copy_n(column, c + 1, w + static_cast<std::size_t>(c) * jb);
      std::fill_n(column, c, T(0));
      column[c] = 1;
    }
    const TileView<T> v{panel, rows, jb, a.ld};
    const TileView<T> factor{t.Column(j), t.rows, jb, t.ld};
    ApplyReflectors(false, true, v, factor, {a.Column(j + jb) + j, rows, trailing, a.ld}, rows);
    for (int c = 0; c < jb; ++c) {
      std::copy_n(w + static_cast<std::size_t>(c) * jb, c + 1, panel + static_cast<std::size_t>(c) * a.ld);
    }
  });
  SplitFactor(a, r, k);
}

// [R; B] = Q [R'; 0] with R n x n upper triangular (the first n rows of the tile), B full or, with `triangle`, upper trapezoidal:
// R := R', B := V, T. LAPACK xTPQRT with L = 0 or L = min(m, n).
template <typename T>
void FactorStacked(TileView<T> r, TileView<T> b, TileView<T> t, bool triangle) {
  const int n = b.cols;
  const int ib = std::min(t.rows, std::max(n, 1));
  T* w = Workspace<T, 0>(static_cast<std::size_t>(ib) * ib);
  for (int c = 0; c < t.cols; ++c) std::fill_n(t.Column(c), t.rows, T(0));
  if (b.rows == 0) return;
  ForEachBlock(n, t.rows, true, [&](int j, int jb) {
    const int first_rows = triangle ? std::min(b.rows, j + 1) : b.rows;
    const int height = triangle ? std::min(b.rows, j + jb) : b.rows;
    StackedPanel<T>{r.Column(j) + j, r.ld, b.Column(j), b.ld, t.Column(j), t.ld, w, b.rows, first_rows}.Factor(jb);
    const int trailing = n - j - jb;
    if (trailing == 0) return;
    const StackedUpdate<T> update{false,
                                  true,
                                  false,
                                  {b.Column(j), height, jb, b.ld},
                                  {t.Column(j), t.rows, jb, t.ld},
                                  {r.Column(j + jb) + j, jb, trailing, r.ld},
                                  {b.Column(j + jb), height, trailing, b.ld}};
    update.Run(true, true);
  });
}

}  // namespace numpywren::qr
