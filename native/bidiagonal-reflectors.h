#pragma once

// Elementary reflectors H = I - tau v v^T on small dense blocks in cache, as bulge chasing applies them by the million:
// level-2 work on blocks too small for BLAS calls to pay. Compiled for several vector widths, chosen when loaded.
namespace numpywren::bidiagonal {

// Makes H with H x = (beta, 0, ..., 0)^T for x of length n: x becomes v, v[0] = 1. Returns tau and sets beta. LAPACK xLARFG.
double MakeReflector(int n, double* x, double* beta);
float MakeReflector(int n, float* x, float* beta);

// A := H A; A is m x n with leading dimension lda, v has m elements.
void ApplyLeft(int m, int n, const double* v, double tau, double* a, int lda);
void ApplyLeft(int m, int n, const float* v, float tau, float* a, int lda);

// A := A H; v has n elements.
void ApplyRight(int m, int n, const double* v, double tau, double* a, int lda);
void ApplyRight(int m, int n, const float* v, float tau, float* a, int lda);

}  // namespace numpywren::bidiagonal
