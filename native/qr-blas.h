#pragma once

#include <cblas.h>

#include "blas.h"

// The BLAS calls of the QR family, overloaded by element type; column-major throughout.
namespace numpywren::qr {

using blas::Trans;
using blas::Uplo;

inline double Dot(int n, const double* x, const double* y) { return cblas_ddot(n, x, 1, y, 1); }
inline float Dot(int n, const float* x, const float* y) { return cblas_sdot(n, x, 1, y, 1); }

inline void Scal(int n, double alpha, double* x) { cblas_dscal(n, alpha, x, 1); }
inline void Scal(int n, float alpha, float* x) { cblas_sscal(n, alpha, x, 1); }

// y := A^T x + beta y with A m x n
inline void GemvT(int m, int n, const double* a, int lda, const double* x, double beta, double* y) {
  cblas_dgemv(CblasColMajor, CblasTrans, m, n, 1, a, lda, x, 1, beta, y, 1);
}
inline void GemvT(int m, int n, const float* a, int lda, const float* x, float beta, float* y) {
  cblas_sgemv(CblasColMajor, CblasTrans, m, n, 1, a, lda, x, 1, beta, y, 1);
}

// A := A + alpha x y^T with A m x n
inline void Ger(int m, int n, double alpha, const double* x, const double* y, double* a, int lda) {
  cblas_dger(CblasColMajor, m, n, alpha, x, 1, y, 1, a, lda);
}
inline void Ger(int m, int n, float alpha, const float* x, const float* y, float* a, int lda) {
  cblas_sger(CblasColMajor, m, n, alpha, x, 1, y, 1, a, lda);
}

// B := alpha op(A) B, or alpha B op(A) from the right, with A triangular and B m x n
inline void Trmm(bool right, bool upper, bool trans, bool unit, int m, int n, double alpha, const double* a, int lda,
                 double* b, int ldb) {
  cblas_dtrmm(CblasColMajor, right ? CblasRight : CblasLeft, Uplo(upper), Trans(trans), unit ? CblasUnit : CblasNonUnit,
              m, n, alpha, a, lda, b, ldb);
}
inline void Trmm(bool right, bool upper, bool trans, bool unit, int m, int n, float alpha, const float* a, int lda,
                 float* b, int ldb) {
  cblas_strmm(CblasColMajor, right ? CblasRight : CblasLeft, Uplo(upper), Trans(trans), unit ? CblasUnit : CblasNonUnit,
              m, n, alpha, a, lda, b, ldb);
}

}  // namespace numpywren::qr
