#pragma once

#include <algorithm>
#include <cstddef>

#include "qr-panel.h"
#include "tile-view.h"

// Q = H_1 H_2 ... H_K applied by blocks of T.rows columns, H_b = I - V_b T_b V_b^T: matrix products and one small triangular one.
// LAPACK xGEMQRT, xTPMQRT. V is stored with its ones and zeros, so that nothing but products is needed.
namespace numpywren::qr {

// Calls f(first column, columns) for every block of `ib` of k columns, in the order in which op(Q) applies them.
template <typename F>
void ForEachBlock(int k, int ib, bool ascending, F f) {
  const int count = (k + ib - 1) / ib;
  for (int i = 0; i < count; ++i) {
    const int first = (ascending ? i : count - 1 - i) * ib;
    f(first, std::min(ib, k - first));
  }
}

// Calls f(rows, cols, r0, c0) for every square of kSide x kSide of m x n, and for the smaller ones at the edges.
constexpr int kSide = 8;
template <typename F>
void ForEachSquare(int m, int n, F f) {
  for (int c = 0; c < n; c += kSide) {
    for (int r = 0; r < m; r += kSide) {
      if (m - r >= kSide && n - c >= kSide) {
        f(kSide, kSide, r, c);
      } else {
        f(std::min(kSide, m - r), std::min(kSide, n - c), r, c);
      }
    }
  }
}

// W := A^T with A m x n, through squares that are read and written a cache line at a time.
template <typename T>
void CopyTransposed(int m, int n, const T* a, std::size_t lda, T* w, std::size_t ldw) {
  ForEachSquare(m, n, [=](int rows, int cols, int r0, int c0) {
    T square[kSide][kSide];
    for (int c = 0; c < cols; ++c) {
      for (int r = 0; r < rows; ++r) square[r][c] = a[r0 + r + (c0 + c) * lda];
    }
    for (int r = 0; r < rows; ++r) std::copy_n(square[r], cols, w + c0 + (r0 + r) * ldw);
  });
}

// A := A - W^T with A m x n.
template <typename T>
void SubtractTransposed(int m, int n, const T* w, std::size_t ldw, T* a, std::size_t lda) {
  ForEachSquare(m, n, [=](int rows, int cols, int r0, int c0) {
    T square[kSide][kSide];
    for (int r = 0; r < rows; ++r) std::copy_n(w + c0 + (r0 + r) * ldw, cols, square[r]);
    for (int c = 0; c < cols; ++c) {
      for (int r = 0; r < rows; ++r) a[r0 + r + (c0 + c) * lda] -= square[r][c];
    }
  });
}

// C := op(Q) C, or C op(Q) from the right; V is m x n with min(m, n) reflectors. Of C only the first `live` rows (columns from
// the right) hold values, the others count as zeros; min(m, n) <= live <= m.
template <typename T>
void ApplyReflectors(bool right, bool trans, TileView<T> v, TileView<T> t, TileView<T> c, int live) {
  const int k = std::min(v.rows, v.cols);
  const int other = right ? c.rows : c.cols;
  if (k == 0 || other == 0) return;
  T* w = Workspace<T, 1>(static_cast<std::size_t>(std::min(t.rows, k)) * other);
  int filled = live;
  ForEachBlock(k, t.rows, right != trans, [&](int j, int jb) {
    const T* vj = v.Column(j) + j;
    const T* tj = t.Column(j);
    const int rows = filled - j;
    const int fresh = v.rows - filled;
    if (right) {
      // W = C V op(T); C -= W V^T
      T* cj = c.Column(j);
      blas::Gemm(false, false, other, jb, rows, 1, cj, c.ld, vj, v.ld, 0, w, other);
      Trmm(true, true, trans, false, other, jb, T(1), tj, t.ld, w, other);
      blas::Gemm(false, true, other, rows, jb, -1, w, other, vj, v.ld, 1, cj, c.ld);
      if (fresh > 0) blas::Gemm(false, true, other, fresh, jb, -1, w, other, vj + rows, v.ld, 0, c.Column(filled), c.ld);
    } else {
      // W = C^T V op(T)^T; C -= V W^T
      T* cj = c.data + j;
      blas::Gemm(true, false, other, jb, rows, 1, cj, c.ld, vj, v.ld, 0, w, other);
      Trmm(true, true, !trans, false, other, jb, T(1), tj, t.ld, w, other);
      blas::Gemm(false, true, rows, other, jb, -1, vj, v.ld, w, other, 1, cj, c.ld);
      if (fresh > 0) blas::Gemm(false, true, fresh, other, jb, -1, vj + rows, v.ld, w, other, 0, cj + rows, c.ld);
    }
    filled = v.rows;
  });
}

// [A; B] := op(Q) [A; B], or [A B] op(Q) from the right, with the reflectors [I; V]: the first V.cols rows (columns from the
// right) of A take part. Where A or B is not `given`, it counts as zeros and is only written. With `triangle`, V is upper trapezoidal.
template <typename T>
struct StackedUpdate {
  bool right;
  bool trans;
  bool triangle;
  TileView<T> v;
  TileView<T> t;
  TileView<T> a;
  TileView<T> b;

  void Run(bool has_a, bool has_b) const {
    const int k = v.cols;
    const int other = right ? b.rows : b.cols;
    if (other == 0) return;
    if (!has_a) Clear(a);
    if (k == 0 || v.rows == 0 || !(has_a || has_b)) {
      if (!has_b) Clear(b);
      return;
    }
    T* w = Workspace<T, 1>(static_cast<std::size_t>(std::min(t.rows, k)) * (other + kPadding));
    bool live = has_b;
    ForEachBlock(k, t.rows, right != trans, [&](int j, int jb) {
      const int height = triangle ? std::min(v.rows, j + jb) : v.rows;
      if (right) {
        FromRight(j, jb, height, live, w, other);
      } else {
        FromLeft(j, jb, height, live, w, other);
      }
      live = true;
    });
  }

 private:
  static constexpr int kPadding = 8;

  // W = (A^T + B^T V) op(T)^T; A -= W^T; B -= V W^T. W is kept transposed: B^T V has a long side where V^T B has a short one,
  // and OpenBLAS is a tenth faster on it.
  void FromLeft(int j, int jb, int height, bool live, T* w, int other) const {
    // Columns a power of two apart would share the sets of the cache.
    const std::size_t ldw = other + kPadding;
    const T* vj = v.Column(j);
    T* aj = a.data + j;
    CopyTransposed(jb, other, aj, a.ld, w, ldw);
    if (live) blas::Gemm(true, false, other, jb, height, 1, b.data, b.ld, vj, v.ld, 1, w, ldw);
    Trmm(true, true, !trans, false, other, jb, T(1), t.Column(j), t.ld, w, ldw);
    if (!live) Clear({b.data + height, b.rows - height, b.cols, b.ld});
    blas::Gemm(false, true, height, other, jb, -1, vj, v.ld, w, ldw, live ? 1 : 0, b.data, b.ld);
    SubtractTransposed(jb, other, w, ldw, aj, a.ld);
  }

  // W = (A + B V) op(T); A -= W; B -= W V^T
  void FromRight(int j, int jb, int height, bool live, T* w, int other) const {
    const std::size_t ldw = other;
    const T* vj = v.Column(j);
    for (int c = 0; c < jb; ++c) std::copy_n(a.Column(j + c), other, w + c * ldw);
    if (live) blas::Gemm(false, false, other, jb, height, 1, b.data, b.ld, vj, v.ld, 1, w, other);
    Trmm(true, true, trans, false, other, jb, T(1), t.Column(j), t.ld, w, other);
    if (!live) Clear({b.Column(height), b.rows, b.cols - height, b.ld});
    blas::Gemm(false, true, other, height, jb, -1, w, other, vj, v.ld, live ? 1 : 0, b.data, b.ld);
    for (int c = 0; c < jb; ++c) Subtract(other, w + c * ldw, a.Column(j + c));
  }

  static void Subtract(int n, const T* x, T* y) {
    for (int i = 0; i < n; ++i) y[i] -= x[i];
  }

  static void Clear(TileView<T> tile) {
    for (int c = 0; c < tile.cols; ++c) std::fill_n(tile.Column(c), tile.rows, T(0));
  }
};

}  // namespace numpywren::qr
