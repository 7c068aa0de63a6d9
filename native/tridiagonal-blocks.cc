#include "tridiagonal-blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define NUMPYWREN_X86_CLONES 1
#endif

namespace numpywren::tridiagonal {

namespace {

#define NUMPYWREN_VECTOR_BYTES 32
namespace portable {
#include "tridiagonal-blocks-body.h"
}

#if NUMPYWREN_X86_CLONES
#pragma GCC push_options
#pragma GCC target("arch=haswell")
namespace avx2 {
#include "tridiagonal-blocks-body.h"
}
#pragma GCC pop_options
#undef NUMPYWREN_VECTOR_BYTES

#pragma GCC push_options
#pragma GCC target("arch=skylake-avx512")
#define NUMPYWREN_VECTOR_BYTES 64
namespace avx512 {
#include "tridiagonal-blocks-body.h"
}
#pragma GCC pop_options
#endif

template <typename T>
struct Routines {
  void (*both_sides)(T* d, int ld, int m, const T* v, T tau, T* work);
  void (*multiply)(const T* b, int ld, int m, int k, const T* u, T* x);
  void (*left)(T* b, int ld, int m, int k, const T* u, T tau_u, const T* x, const T* v, T tau);
  T (*sum_of_squares)(const T* x, int m);
};

// The best that this processor runs.
template <typename T>
Routines<T> Choose() {
#if NUMPYWREN_X86_CLONES
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")) {
    return {avx512::BothSides<T>, avx512::MultiplyBlock<T>, avx512::LeftBlock<T>, avx512::SumOfSquares<T>};
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return {avx2::BothSides<T>, avx2::MultiplyBlock<T>, avx2::LeftBlock<T>, avx2::SumOfSquares<T>};
  }
#endif
  return {portable::BothSides<T>, portable::MultiplyBlock<T>, portable::LeftBlock<T>, portable::SumOfSquares<T>};
}

template <typename T>
const Routines<T>& Chosen() {
  static const Routines<T> routines = Choose<T>();
  return routines;
}

}  // namespace

void ReflectBothSides(double* d, int ld, int m, const double* v, double tau, double* work) {
  Chosen<double>().both_sides(d, ld, m, v, tau, work);
}
void ReflectBothSides(float* d, int ld, int m, const float* v, float tau, float* work) {
  Chosen<float>().both_sides(d, ld, m, v, tau, work);
}
void Multiply(const double* b, int ld, int m, int k, const double* u, double* x) {
  Chosen<double>().multiply(b, ld, m, k, u, x);
}
void Multiply(const float* b, int ld, int m, int k, const float* u, float* x) {
  Chosen<float>().multiply(b, ld, m, k, u, x);
}
void ReflectLeft(double* b, int ld, int m, int k, const double* u, double tau_u, const double* x, const double* v, double tau) {
  Chosen<double>().left(b, ld, m, k, u, tau_u, x, v, tau);
}
void ReflectLeft(float* b, int ld, int m, int k, const float* u, float tau_u, const float* x, const float* v, float tau) {
  Chosen<float>().left(b, ld, m, k, u, tau_u, x, v, tau);
}
double SumOfSquares(const double* x, int m) { return Chosen<double>().sum_of_squares(x, m); }
float SumOfSquares(const float* x, int m) { return Chosen<float>().sum_of_squares(x, m); }

}  // namespace numpywren::tridiagonal
