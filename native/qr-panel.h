#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "qr-blas.h"
#include "qr-reflector.h"

// Recursive QR of a panel of columns in compact WY form, Q = I - V T V^T: the left half of the columns is factored and applied
// to the right half by matrix products, then the right half. Elmroth and Gustavson, IBM J. Res. Dev. 44(4), 2000; LAPACK xGEQRT3.
namespace numpywren::qr {

// Columns up to which a panel is factored one by one.
constexpr int kBaseColumns = 8;

// Memory of the calling thread for the products W, kept from call to call, at the start of a cache line. Each purpose has its own.
template <typename T, int purpose>
T* Workspace(std::size_t count) {
  constexpr std::size_t kLine = 64 / sizeof(T);
  thread_local std::vector<T> memory;
  if (memory.size() < count + kLine) memory.resize(count + kLine);
  const std::size_t past = reinterpret_cast<std::uintptr_t>(memory.data()) % 64 / sizeof(T);
  return memory.data() + (kLine - past) % kLine;
}

// Column c of the triangular factor: T(0:c, c) = -tau T(0:c, 0:c) z with z = V(:, 0:c)^T v_c, T(c, c) = tau.
template <typename T>
void AppendColumn(int c, T tau, const T* z, T* t, int ldt) {
  T* column = t + static_cast<std::size_t>(c) * ldt;
  for (int i = 0; i < c; ++i) {
    T sum = 0;
    for (int k = i; k < c; ++k) sum += t[i + static_cast<std::size_t>(k) * ldt] * z[k];
    column[i] = -tau * sum;
  }
  column[c] = tau;
}

// T12 := -T1 T12 T2 with T1 n1 x n1 and T2 n2 x n2 upper triangular, the blocks of T.
template <typename T>
void JoinFactors(int n1, int n2, T* t, int ldt) {
  T* t12 = t + static_cast<std::size_t>(n1) * ldt;
  Trmm(false, true, false, false, n1, n2, T(-1), t, ldt, t12, ldt);
  Trmm(true, true, false, false, n1, n2, T(1), t12 + n1, ldt, t12, ldt);
}

// QR of [R; B] where R is n x n upper triangular and B has `rows(c)` rows of interest in column c, rising with c: on exit R, the
// lower part V of the reflectors [I; V] in B, and T upper triangular. W holds n * n elements.
template <typename T>
struct StackedPanel {
  T* r;
  int ldr;
  T* b;
  int ldb;
  T* t;
  int ldt;
  T* w;
  int rows;
  // Rows of B's first column when B is upper trapezoidal (1 more in every further column); `rows` when B is full.
  int first_rows;

  int Height(int columns) const { return std::min(rows, first_rows + columns - 1); }

  StackedPanel From(int column) const {
    const std::size_t c = column;
    return {r + c + c * ldr, ldr, b + c * ldb, ldb, t + c + c * ldt, ldt, w, rows, std::min(rows, first_rows + column)};
  }

  void Factor(int n) const {
    if (n <= kBaseColumns) return FactorColumns(n);
    const int n1 = n / 2;
    const int n2 = n - n1;
    const StackedPanel right = From(n1);
    const int height = Height(n1);
    T* r12 = r + static_cast<std::size_t>(n1) * ldr;
    T* t12 = t + static_cast<std::size_t>(n1) * ldt;
    Factor(n1);
    // W = T1^T (R12 + V1^T B2); R12 -= W; B2 -= V1 W
    for (int c = 0; c < n2; ++c) std::copy_n(r12 + static_cast<std::size_t>(c) * ldr, n1, w + static_cast<std::size_t>(c) * n1);
    blas::Gemm(true, false, n1, n2, height, 1, b, ldb, right.b, ldb, 1, w, n1);
    Trmm(false, true, true, false, n1, n2, T(1), t, ldt, w, n1);
    blas::Gemm(false, false, height, n2, n1, -1, b, ldb, w, n1, 1, right.b, ldb);
    for (int c = 0; c < n2; ++c) {
      T* column = r12 + static_cast<std::size_t>(c) * ldr;
      for (int i = 0; i < n1; ++i) column[i] -= w[i + static_cast<std::size_t>(c) * n1];
    }
    right.Factor(n2);
    // T12 = -T1 (V1^T V2) T2: the identity parts of V1 and V2 are orthogonal
    blas::Gemm(true, false, n1, n2, height, 1, b, ldb, right.b, ldb, 0, t12, ldt);
    JoinFactors(n1, n2, t, ldt);
  }

  void FactorColumns(int n) const {
    T z[kBaseColumns];
    for (int c = 0; c < n; ++c) {
      const int height = Height(c + 1);
      T* v = b + static_cast<std::size_t>(c) * ldb;
      T* pivot = r + c;
      const T tau = MakeReflector(height, pivot[static_cast<std::size_t>(c) * ldr], v);
      // z = B^T v: the columns of V on the left, those to be updated on the right
      GemvT(height, n, b, ldb, v, T(0), z);
      AppendColumn(c, tau, z, t, ldt);
      for (int k = c + 1; k < n; ++k) {
        T& element = pivot[static_cast<std::size_t>(k) * ldr];
        z[k] += element;
        element -= tau * z[k];
      }
      if (c + 1 < n) Ger(height, n - c - 1, -tau, v, z + c + 1, v + ldb, ldb);
    }
  }
};

// QR of an m x n panel, m >= n: on exit R in the upper triangle, V below it (unit lower trapezoidal, ones not stored), T upper
// triangular. W holds n * n elements.
template <typename T>
struct Panel {
  T* a;
  int lda;
  T* t;
  int ldt;
  T* w;

  Panel From(int column) const {
    const std::size_t c = column;
    return {a + c + c * lda, lda, t + c + c * ldt, ldt, w};
  }

  void Factor(int m, int n) const {
    if (n <= kBaseColumns) return FactorColumns(m, n);
    const int n1 = n / 2;
    const int n2 = n - n1;
    const Panel right = From(n1);
    T* a12 = a + static_cast<std::size_t>(n1) * lda;
    T* t12 = t + static_cast<std::size_t>(n1) * ldt;
    Factor(m, n1);
    // W = T1^T (V11^T A12 + V21^T A22); A22 -= V21 W; A12 -= V11 W
    for (int c = 0; c < n2; ++c) std::copy_n(a12 + static_cast<std::size_t>(c) * lda, n1, w + static_cast<std::size_t>(c) * n1);
    Trmm(false, false, true, true, n1, n2, T(1), a, lda, w, n1);
    blas::Gemm(true, false, n1, n2, m - n1, 1, a + n1, lda, right.a, lda, 1, w, n1);
    Trmm(false, true, true, false, n1, n2, T(1), t, ldt, w, n1);
    blas::Gemm(false, false, m - n1, n2, n1, -1, a + n1, lda, w, n1, 1, right.a, lda);
    Trmm(false, false, false, true, n1, n2, T(1), a, lda, w, n1);
    for (int c = 0; c < n2; ++c) {
      T* column = a12 + static_cast<std::size_t>(c) * lda;
      for (int i = 0; i < n1; ++i) column[i] -= w[i + static_cast<std::size_t>(c) * n1];
    }
    right.Factor(m - n1, n2);
    // T12 = -T1 (V1^T V2) T2, where V2 starts at row n1: V1(n1:n, :)^T V2(unit lower) + V1(n:m, :)^T V2(n:m, :)
    for (int c = 0; c < n2; ++c) {
      for (int i = 0; i < n1; ++i) t12[i + static_cast<std::size_t>(c) * ldt] = a[n1 + c + static_cast<std::size_t>(i) * lda];
    }
    Trmm(true, false, false, true, n1, n2, T(1), right.a, lda, t12, ldt);
    if (m > n) blas::Gemm(true, false, n1, n2, m - n, 1, a + n, lda, right.a + n2, lda, 1, t12, ldt);
    JoinFactors(n1, n2, t, ldt);
  }

  void FactorColumns(int m, int n) const {
    T z[kBaseColumns];
    for (int c = 0; c < n; ++c) {
      const int below = m - c - 1;
      T* row = a + c;
      T* v = row + 1 + static_cast<std::size_t>(c) * lda;
      const T tau = MakeReflector(below, row[static_cast<std::size_t>(c) * lda], v);
      // z = A(c:m, :)^T (1; v)
      if (below > 0) GemvT(below, n, row + 1, lda, v, T(0), z);
      for (int k = 0; k < n; ++k) z[k] = (below > 0 ? z[k] : T(0)) + row[static_cast<std::size_t>(k) * lda];
      AppendColumn(c, tau, z, t, ldt);
      for (int k = c + 1; k < n; ++k) row[static_cast<std::size_t>(k) * lda] -= tau * z[k];
      if (below > 0 && c + 1 < n) Ger(below, n - c - 1, -tau, v, z + c + 1, v + lda, lda);
    }
  }
};

}  // namespace numpywren::qr
