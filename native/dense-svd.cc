#include "dense-svd.h"

#include <lapacke.h>

#include <algorithm>
#include <vector>

#include "aligned-vector.h"
#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

int Gesdd(char job, int m, int n, double* a, int lda, double* s, double* u, int ldu, double* vt, int ldvt, double* work,
          int lwork, int* iwork) {
  return LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, job, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork);
}
int Gesdd(char job, int m, int n, float* a, int lda, float* s, float* u, int ldu, float* vt, int ldvt, float* work,
          int lwork, int* iwork) {
  return LAPACKE_sgesdd_work(LAPACK_COL_MAJOR, job, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork);
}
int Gesvd(char job, int m, int n, double* a, int lda, double* s, double* u, int ldu, double* vt, int ldvt, double* work,
          int lwork) {
  return LAPACKE_dgesvd_work(LAPACK_COL_MAJOR, job, job, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork);
}
int Gesvd(char job, int m, int n, float* a, int lda, float* s, float* u, int ldu, float* vt, int ldvt, float* work,
          int lwork) {
  return LAPACKE_sgesvd_work(LAPACK_COL_MAJOR, job, job, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork);
}

// Asks for the size of the workspace, then runs.
template <typename T, typename Call>
int WithWorkspace(Call call) {
  T size = 0;
  const int info = call(&size, -1);
  if (info != 0) return info;
  AlignedVector<T> work(static_cast<std::size_t>(size) + 1);
  return call(work.data(), static_cast<int>(size));
}

// A copy without gaps between its columns.
template <typename T>
AlignedVector<T> Copied(TileView<T> a) {
  AlignedVector<T> copy(static_cast<std::size_t>(a.rows) * a.cols);
  for (int c = 0; c < a.cols; ++c) {
    std::copy(a.Column(c), a.Column(c) + a.rows, copy.begin() + static_cast<std::size_t>(c) * a.rows);
  }
  return copy;
}

template <typename T>
void CopyBack(const AlignedVector<T>& copy, TileView<T> a) {
  for (int c = 0; c < a.cols; ++c) {
    const auto column = copy.begin() + static_cast<std::size_t>(c) * a.rows;
    std::copy(column, column + a.rows, a.Column(c));
  }
}

template <typename T>
double Solve(TileView<T> a, TileView<T> s, TileView<T> u, TileView<T> vt) {
  const int m = a.rows;
  const int n = a.cols;
  const int k = std::min(m, n);
  if (k == 0) return 0;
  const char job = u.cols == 0 ? 'N' : u.cols == m && vt.rows == n ? 'A' : 'S';
  AlignedVector<T> left(std::max<std::size_t>(1, static_cast<std::size_t>(u.rows) * u.cols));
  AlignedVector<T> right(std::max<std::size_t>(1, static_cast<std::size_t>(vt.rows) * vt.cols));
  AlignedVector<T> values(k);
  const int ldu = std::max(1, u.rows);
  const int ldvt = std::max(1, vt.rows);
  AlignedVector<T> copy = Copied(a);
  std::vector<int> iwork(8 * static_cast<std::size_t>(k));
  int info = WithWorkspace<T>([&](T* work, int lwork) {
    return Gesdd(job, m, n, copy.data(), m, values.data(), left.data(), ldu, right.data(), ldvt, work, lwork,
                 iwork.data());
  });
  if (info > 0) {
    copy = Copied(a);
    info = WithWorkspace<T>([&](T* work, int lwork) {
      return Gesvd(job, m, n, copy.data(), m, values.data(), left.data(), ldu, right.data(), ldvt, work, lwork);
    });
  }
  std::copy(values.begin(), values.end(), s.data);
  CopyBack(left, u);
  CopyBack(right, vt);
  return info;
}

}  // namespace

Napi::Value DenseSvd(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "denseSvd");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile s = arguments.ReadTile(1, "s");
  const Tile u = arguments.ReadTile(2, "U");
  const Tile vt = arguments.ReadTile(3, "VT");
  const int k = std::min(a.rows, a.cols);
  arguments.ExpectShape(s, k, 1);
  if (u.cols == 0) {
    arguments.ExpectShape(u, 0, 0);
    arguments.ExpectShape(vt, 0, 0);
  } else if (u.cols == k && vt.rows == k) {
    arguments.ExpectShape(u, a.rows, k);
    arguments.ExpectShape(vt, k, a.cols);
  } else {
    arguments.ExpectShape(u, a.rows, a.rows);
    arguments.ExpectShape(vt, a.cols, a.cols);
  }
  for (const Tile& output : {s, u, vt}) {
    arguments.ExpectSameDtype(a, output);
    arguments.ExpectDisjoint(output, a);
  }
  arguments.ExpectDisjoint(u, vt);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const auto av = a.View<T>();
    const auto sv = s.View<T>();
    const auto uv = u.View<T>();
    const auto vv = vt.View<T>();
    return Submit(arguments, {a.array, s.array, u.array, vt.array},
                  [=]() -> double { return Solve(av, sv, uv, vv); });
  });
}

}  // namespace numpywren
