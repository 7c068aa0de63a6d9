#pragma once

#include <cblas.h>
#include <lapacke.h>

// The BLAS and LAPACK calls of this addon, overloaded by element type; column-major throughout.
namespace numpywren::blas {

inline CBLAS_UPLO Uplo(bool upper) { return upper ? CblasUpper : CblasLower; }
inline CBLAS_TRANSPOSE Trans(bool trans) { return trans ? CblasTrans : CblasNoTrans; }

inline void Gemm(bool ta, bool tb, int m, int n, int k, double alpha, const double* a, int lda, const double* b, int ldb,
                 double beta, double* c, int ldc) {
  cblas_dgemm(CblasColMajor, Trans(ta), Trans(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
inline void Gemm(bool ta, bool tb, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb,
                 float beta, float* c, int ldc) {
  cblas_sgemm(CblasColMajor, Trans(ta), Trans(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

inline void Syrk(bool upper, bool trans, int n, int k, double alpha, const double* a, int lda, double beta, double* c,
                 int ldc) {
  cblas_dsyrk(CblasColMajor, Uplo(upper), Trans(trans), n, k, alpha, a, lda, beta, c, ldc);
}
inline void Syrk(bool upper, bool trans, int n, int k, float alpha, const float* a, int lda, float beta, float* c,
                 int ldc) {
  cblas_ssyrk(CblasColMajor, Uplo(upper), Trans(trans), n, k, alpha, a, lda, beta, c, ldc);
}

inline void Trsm(bool right, bool upper, bool trans, bool unit, int m, int n, double alpha, const double* a, int lda,
                 double* b, int ldb) {
  cblas_dtrsm(CblasColMajor, right ? CblasRight : CblasLeft, Uplo(upper), Trans(trans), unit ? CblasUnit : CblasNonUnit,
              m, n, alpha, a, lda, b, ldb);
}
inline void Trsm(bool right, bool upper, bool trans, bool unit, int m, int n, float alpha, const float* a, int lda,
                 float* b, int ldb) {
  cblas_strsm(CblasColMajor, right ? CblasRight : CblasLeft, Uplo(upper), Trans(trans), unit ? CblasUnit : CblasNonUnit,
              m, n, alpha, a, lda, b, ldb);
}

inline int Potrf(bool upper, int n, double* a, int lda) {
  return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, upper ? 'U' : 'L', n, a, lda);
}
inline int Potrf(bool upper, int n, float* a, int lda) {
  return LAPACKE_spotrf_work(LAPACK_COL_MAJOR, upper ? 'U' : 'L', n, a, lda);
}

inline int Getrf(int m, int n, double* a, int lda, lapack_int* pivots) {
  return LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, m, n, a, lda, pivots);
}
inline int Getrf(int m, int n, float* a, int lda, lapack_int* pivots) {
  return LAPACKE_sgetrf_work(LAPACK_COL_MAJOR, m, n, a, lda, pivots);
}

}  // namespace numpywren::blas
