#pragma once

// The two updates of bulge chasing from band to tridiagonal, on blocks of a band that stay in the first caches. A block is
// column-major with leading dimension ld; reflectors are H = I - tau v v^T with v[0] = 1.
namespace numpywren::tridiagonal {

// Elements of the widest vector. Blocks are fastest when their order is a multiple of it.
template <typename T>
constexpr int Padding() {
  return 64 / static_cast<int>(sizeof(T));
}

// D := H D H, of the lower half of the symmetric D (m x m). work: 2 m elements. The Padding<T>() - 1 elements in front of each
// diagonal element belong to the padding of the band: they are zeros and stay so.
void ReflectBothSides(double* d, int ld, int m, const double* v, double tau, double* work);
void ReflectBothSides(float* d, int ld, int m, const float* v, float tau, float* work);

// x := B u; B is m x k.
void Multiply(const double* b, int ld, int m, int k, const double* u, double* x);
void Multiply(const float* b, int ld, int m, int k, const float* u, float* x);

// B := (I - tau v v^T) (B - tau_u x u^T); B is m x k.
void ReflectLeft(double* b, int ld, int m, int k, const double* u, double tau_u, const double* x, const double* v, double tau);
void ReflectLeft(float* b, int ld, int m, int k, const float* u, float tau_u, const float* x, const float* v, float tau);

// ||x||^2, always summed in the same order: that of BLAS may depend on where x lies.
double SumOfSquares(const double* x, int m);
float SumOfSquares(const float* x, int m);

}  // namespace numpywren::tridiagonal
