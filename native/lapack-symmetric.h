#pragma once

#include <cblas.h>
#include <lapacke.h>

// The BLAS and LAPACK calls of the symmetric eigenvalue problem, overloaded by element type; column-major throughout.
namespace numpywren::blas {

// C := A B + beta C; A m x m symmetric, its lower half stored
inline void Symm(int m, int n, const double* a, int lda, const double* b, int ldb, double beta, double* c, int ldc) {
  cblas_dsymm(CblasColMajor, CblasLeft, CblasLower, m, n, 1, a, lda, b, ldb, beta, c, ldc);
}
inline void Symm(int m, int n, const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc) {
  cblas_ssymm(CblasColMajor, CblasLeft, CblasLower, m, n, 1, a, lda, b, ldb, beta, c, ldc);
}

// C := C + alpha (A B^T + B A^T) in the lower half; A and B n x k
inline void Syr2k(int n, int k, double alpha, const double* a, int lda, const double* b, int ldb, double* c, int ldc) {
  cblas_dsyr2k(CblasColMajor, CblasLower, CblasNoTrans, n, k, alpha, a, lda, b, ldb, 1, c, ldc);
}
inline void Syr2k(int n, int k, float alpha, const float* a, int lda, const float* b, int ldb, float* c, int ldc) {
  cblas_ssyr2k(CblasColMajor, CblasLower, CblasNoTrans, n, k, alpha, a, lda, b, ldb, 1, c, ldc);
}

inline int Sterf(int n, double* d, double* e) { return LAPACKE_dsterf_work(n, d, e); }
inline int Sterf(int n, float* d, float* e) { return LAPACKE_ssterf_work(n, d, e); }

// With lwork = liwork = -1 the sizes of the workspaces come back in their first elements.
inline int Stedc(int n, double* d, double* e, double* z, int ldz, double* work, int lwork, int* iwork, int liwork) {
  return LAPACKE_dstedc_work(LAPACK_COL_MAJOR, 'I', n, d, e, z, ldz, work, lwork, iwork, liwork);
}
inline int Stedc(int n, float* d, float* e, float* z, int ldz, float* work, int lwork, int* iwork, int liwork) {
  return LAPACKE_sstedc_work(LAPACK_COL_MAJOR, 'I', n, d, e, z, ldz, work, lwork, iwork, liwork);
}

inline int Syevd(bool vectors, int n, double* a, int lda, double* w, double* work, int lwork, int* iwork, int liwork) {
  return LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, vectors ? 'V' : 'N', 'L', n, a, lda, w, work, lwork, iwork, liwork);
}
inline int Syevd(bool vectors, int n, float* a, int lda, float* w, float* work, int lwork, int* iwork, int liwork) {
  return LAPACKE_ssyevd_work(LAPACK_COL_MAJOR, vectors ? 'V' : 'N', 'L', n, a, lda, w, work, lwork, iwork, liwork);
}

}  // namespace numpywren::blas
