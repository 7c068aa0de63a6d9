/* Cholesky (dpotrf) and GEMM (dgemm) by OpenBLAS alone, in memory, threads from OPENBLAS_NUM_THREADS.
 *
 *   openblas cholesky|gemm N
 */
#include <cblas.h>

#include "peer.h"

extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

static double *filled(long n, double (*at)(long, long)) {
  double *matrix = allocate((size_t)n * n, sizeof(double));
  for (long j = 0; j < n; j++)
    for (long i = 0; i < n; i++) matrix[i + j * n] = at(i, j);
  return matrix;
}

static double *probe(long n) {
  double *x = allocate((size_t)n, sizeof(double));
  for (long i = 0; i < n; i++) x[i] = probe_at(i);
  return x;
}

static double largest(const double *x, long n) { return fabs(x[cblas_idamax((int)n, x, 1)]); }

static double infinity_norm(const double *matrix, long n) {
  double *sums = calloc((size_t)n, sizeof(double)), norm;
  for (long j = 0; j < n; j++)
    for (long i = 0; i < n; i++) sums[i] += fabs(matrix[i + j * n]);
  norm = largest(sums, n);
  free(sums);
  return norm;
}

/* y := A x */
static void times(const double *a, long n, const double *x, double *y) {
  cblas_dgemv(CblasColMajor, CblasNoTrans, (int)n, (int)n, 1.0, a, (int)n, x, 1, 0.0, y, 1);
}

/* Returns the seconds of the factorization; |A x - L (L^T x)| / (n |A| |x| eps) goes to *residual. */
static double cholesky(long n, double *residual) {
  double *l = filled(n, spd_at), *x = probe(n), *y = allocate((size_t)n, sizeof(double));
  int order = (int)n, info;
  double start = now_seconds();
  dpotrf_("L", &order, l, &order, &info);
  double seconds = now_seconds() - start;
  if (info != 0) {
    fprintf(stderr, "dpotrf: info = %d\n", info);
    exit(1);
  }
  double *a = filled(n, spd_at), scale = infinity_norm(a, n) * largest(x, n);
  times(a, n, x, y);
  cblas_dtrmv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, order, l, order, x, 1);
  cblas_dtrmv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, order, l, order, x, 1);
  cblas_daxpy(order, -1.0, x, 1, y, 1);
  *residual = scaled_residual(largest(y, n), scale, n);
  free(a), free(l), free(x), free(y);
  return seconds;
}

/* Returns the seconds of the product; |C x - A (B x)| / (n |A| |B| |x| eps) goes to *residual. */
static double gemm(long n, double *residual) {
  double *a = filled(n, left_at), *b = filled(n, right_at), *c = allocate((size_t)n * n, sizeof(double));
  double *x = probe(n), *y = allocate((size_t)n, sizeof(double)), *z = allocate((size_t)n, sizeof(double));
  memset(c, 0, (size_t)n * n * sizeof(double)); /* touched before the clock starts */
  int order = (int)n;
  double start = now_seconds();
  cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, order, order, order, 1.0, a, order, b, order, 0.0, c, order);
  double seconds = now_seconds() - start;
  double scale = infinity_norm(a, n) * infinity_norm(b, n) * largest(x, n);
  times(b, n, x, y);
  times(a, n, y, z);
  times(c, n, x, y);
  cblas_daxpy(order, -1.0, z, 1, y, 1);
  *residual = scaled_residual(largest(y, n), scale, n);
  free(a), free(b), free(c), free(x), free(y), free(z);
  return seconds;
}

int main(int count, char **arguments) {
  if (count != 3 || (strcmp(arguments[1], "cholesky") != 0 && strcmp(arguments[1], "gemm") != 0)) {
    fprintf(stderr, "usage: openblas cholesky|gemm N\n");
    return 2;
  }
  long n = positive_argument("N", arguments[2]);
  double residual, seconds = strcmp(arguments[1], "gemm") == 0 ? gemm(n, &residual) : cholesky(n, &residual);
  char versions[512];
  snprintf(versions, sizeof versions, "{\"openblas\":\"%s\"}", openblas_get_config());
  print_result("openblas", arguments[1], n, seconds, openblas_get_num_threads(), residual, "{}", versions);
  return 0;
}
