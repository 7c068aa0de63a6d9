/* The C side of the kernel benchmark: the same OpenBLAS calls, with nothing around them.
   Reads lines "routine n calls" from stdin, makes that many calls in a row, each on a fresh copy of its operand, and
   answers with the seconds they took together. */
#include <cblas.h>
#include <lapacke.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern void openblas_set_num_threads(int);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* As operand() in main.ts: the same numbers on both sides. */
static void fill(double *a, int n, double seed, double diagonal) {
  for (size_t i = 0; i < (size_t)n * n; i++) {
    double x = (double)i * 0.6180339887498949 + seed;
    a[i] = (x - (double)(long long)x - 0.5) / n;
  }
  for (int i = 0; i < n; i++) a[i + (size_t)i * n] += diagonal;
}

static void run(const char *routine, int n, const double *a, const double *b, double *c) {
  memcpy(c, routine[0] == 'p' ? a : b, sizeof(double) * (size_t)n * (size_t)n);
  if (strcmp(routine, "potrf") == 0) {
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, c, n) != 0) exit(2);
  } else if (strcmp(routine, "trsm") == 0) {
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, n, n, 1.0, a, n, c, n);
  } else if (strcmp(routine, "syrk") == 0) {
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, n, n, -1.0, a, n, 1.0, c, n);
  } else if (strcmp(routine, "gemm") == 0) {
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, n, n, n, -1.0, a, n, b, n, 1.0, c, n);
  } else {
    exit(3);
  }
}

int main(void) {
  char routine[16];
  int n, calls, prepared = 0;
  double *a = NULL, *b = NULL, *c = NULL;
  openblas_set_num_threads(1);
  while (scanf("%15s %d %d", routine, &n, &calls) == 3) {
    if (n != prepared) {
      size_t bytes = sizeof(double) * (size_t)n * (size_t)n;
      a = realloc(a, bytes);
      b = realloc(b, bytes);
      c = realloc(c, bytes);
      if (!a || !b || !c) return 1;
      fill(a, n, 0.1, 2);
      fill(b, n, 0.2, 0);
      prepared = n;
    }
    double start = now();
    for (int i = 0; i < calls; i++) run(routine, n, a, b, c);
    printf("%.9f\n", now() - start);
    fflush(stdout);
  }
  free(a);
  free(b);
  free(c);
  return 0;
}
