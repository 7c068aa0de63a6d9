/* Products, factorizations by elimination, and linear systems; all matrices but right-hand sides are n x n. */
#include "scalapack.h"

extern void pdpotrf_(const char *uplo, const int *n, double *a, const int *ia, const int *ja, const int *desca, int *info);
extern void pdgetrf_(const int *m, const int *n, double *a, const int *ia, const int *ja, const int *desca, int *ipiv,
                     int *info);
extern void pdgetrs_(const char *trans, const int *n, const int *nrhs, const double *a, const int *ia, const int *ja,
                     const int *desca, const int *ipiv, double *b, const int *ib, const int *jb, const int *descb,
                     int *info);
extern void pdgesv_(const int *n, const int *nrhs, double *a, const int *ia, const int *ja, const int *desca, int *ipiv,
                    double *b, const int *ib, const int *jb, const int *descb, int *info);

/* |A x - L (L^T x)| / (n |A| |x| eps) goes to *residual. */
double cholesky(Size size, double *residual) {
  int n = size.n, info;
  Matrix l = filled(n, n, spd_at);
  double start = clock_together();
  pdpotrf_("L", &n, WHOLE(l), &info);
  double seconds = clock_together() - start;
  require("pdpotrf", info);
  Matrix a = filled(n, n, spd_at), x = filled(n, 1, probe_entry), y = filled(n, 1, probe_entry);
  double scale = norm_of("I", &a) * norm_of("I", &x);
  multiply_triangle("L", "T", &l, &y);
  multiply_triangle("L", "N", &l, &y);
  multiply(minus, "N", &a, &x, plus, &y);
  *residual = scaled_residual(norm_of("I", &y), scale, n);
  return seconds;
}

/* |C x - A (B x)| / (n |A| |B| |x| eps) goes to *residual. */
double gemm(Size size, double *residual) {
  int n = size.n;
  Matrix a = filled(n, n, left_at), b = filled(n, n, right_at), c = filled(n, n, zero_entry);
  double start = clock_together();
  multiply(plus, "N", &a, &b, nothing, &c);
  double seconds = clock_together() - start;
  Matrix x = filled(n, 1, probe_entry), y = filled(n, 1, zero_entry), z = filled(n, 1, zero_entry);
  double scale = norm_of("I", &a) * norm_of("I", &b) * norm_of("I", &x);
  multiply(plus, "N", &b, &x, nothing, &y);
  multiply(plus, "N", &a, &y, nothing, &z);
  multiply(minus, "N", &c, &x, plus, &z);
  *residual = scaled_residual(norm_of("I", &z), scale, n);
  return seconds;
}

/* |B - A X| / (n |A| |X| eps) in the infinity norm. */
static double solution_residual(int n, const Matrix *x) {
  Matrix a = filled(n, n, random_at), b = filled(n, x->n, rhs_at);
  double scale = norm_of("I", &a) * norm_of("I", x);
  multiply(minus, "N", &a, x, plus, &b);
  return scaled_residual(norm_of("I", &b), scale, n);
}

/* The factors are judged by a system solved with them. */
double lu(Size size, double *residual) {
  int n = size.n, right = 1, info;
  Matrix a = filled(n, n, random_at);
  int *pivots = allocate((size_t)a.rows + (size_t)a.desc[4], sizeof(int));
  double start = clock_together();
  pdgetrf_(&n, &n, WHOLE(a), pivots, &info);
  double seconds = clock_together() - start;
  require("pdgetrf", info);
  Matrix x = filled(n, right, rhs_at);
  pdgetrs_("N", &n, &right, WHOLE(a), pivots, WHOLE(x), &info);
  require("pdgetrs", info);
  *residual = solution_residual(n, &x);
  return seconds;
}

double solve(Size size, double *residual) {
  int n = size.n, right = RIGHT_HAND_SIDES, info;
  Matrix a = filled(n, n, random_at), x = filled(n, right, rhs_at);
  int *pivots = allocate((size_t)a.rows + (size_t)a.desc[4], sizeof(int));
  double start = clock_together();
  pdgesv_(&n, &right, WHOLE(a), pivots, WHOLE(x), &info);
  double seconds = clock_together() - start;
  require("pdgesv", info);
  released(&a);
  *residual = solution_residual(n, &x);
  return seconds;
}
