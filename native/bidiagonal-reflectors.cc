#include "bidiagonal-reflectors.h"

#include <lapacke.h>

#include <cstddef>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define NUMPYWREN_X86_CLONES 1
#endif

namespace numpywren::bidiagonal {

namespace {

#define NUMPYWREN_VECTOR_BYTES 16
namespace portable {
#include "bidiagonal-reflectors-body.h"
}
#undef NUMPYWREN_VECTOR_BYTES

#if NUMPYWREN_X86_CLONES
#pragma GCC push_options
#pragma GCC target("arch=haswell")
#define NUMPYWREN_VECTOR_BYTES 32
namespace avx2 {
#include "bidiagonal-reflectors-body.h"
}
#undef NUMPYWREN_VECTOR_BYTES
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=skylake-avx512")
#define NUMPYWREN_VECTOR_BYTES 64
namespace avx512 {
#include "bidiagonal-reflectors-body.h"
}
#undef NUMPYWREN_VECTOR_BYTES
#pragma GCC pop_options
#endif

template <typename T>
using Apply = void (*)(int m, int n, const T* v, T tau, T* a, int lda);

template <typename T>
struct Routines {
  Apply<T> left;
  Apply<T> right;
};

// The widest that this processor has.
template <typename T>
Routines<T> Choose() {
#if NUMPYWREN_X86_CLONES
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")) {
    return {avx512::Left<T>, avx512::Right<T>};
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {avx2::Left<T>, avx2::Right<T>};
#endif
  return {portable::Left<T>, portable::Right<T>};
}

template <typename T>
const Routines<T>& Chosen() {
  static const Routines<T> routines = Choose<T>();
  return routines;
}

}  // namespace

double MakeReflector(int n, double* x, double* beta) {
  double tau = 0;
  LAPACKE_dlarfg_work(n, x, x + 1, 1, &tau);
  *beta = x[0];
  x[0] = 1;
  return tau;
}

float MakeReflector(int n, float* x, float* beta) {
  float tau = 0;
  LAPACKE_slarfg_work(n, x, x + 1, 1, &tau);
  *beta = x[0];
  x[0] = 1;
  return tau;
}

void ApplyLeft(int m, int n, const double* v, double tau, double* a, int lda) {
  Chosen<double>().left(m, n, v, tau, a, lda);
}
void ApplyLeft(int m, int n, const float* v, float tau, float* a, int lda) {
  Chosen<float>().left(m, n, v, tau, a, lda);
}
void ApplyRight(int m, int n, const double* v, double tau, double* a, int lda) {
  Chosen<double>().right(m, n, v, tau, a, lda);
}
void ApplyRight(int m, int n, const float* v, float tau, float* a, int lda) {
  Chosen<float>().right(m, n, v, tau, a, lda);
}

}  // namespace numpywren::bidiagonal
