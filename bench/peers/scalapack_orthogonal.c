/* QR, singular values and eigenvalues. */
#include "scalapack.h"

extern void pdgeqrf_(const int *m, const int *n, double *a, const int *ia, const int *ja, const int *desca, double *tau,
                     double *work, const int *lwork, int *info);
extern void pdorgqr_(const int *m, const int *n, const int *k, double *a, const int *ia, const int *ja, const int *desca,
                     const double *tau, double *work, const int *lwork, int *info);
extern void pdlacpy_(const char *uplo, const int *m, const int *n, const double *a, const int *ia, const int *ja,
                     const int *desca, double *b, const int *ib, const int *jb, const int *descb);
extern void pdgesvd_(const char *jobu, const char *jobvt, const int *m, const int *n, double *a, const int *ia,
                     const int *ja, const int *desca, double *s, double *u, const int *iu, const int *ju,
                     const int *descu, double *vt, const int *ivt, const int *jvt, const int *descvt, double *work,
                     const int *lwork, int *info);
extern void pdsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *ia, const int *ja,
                    const int *desca, double *w, double *z, const int *iz, const int *jz, const int *descz, double *work,
                    const int *lwork, int *info);

static const int query = -1;

/* a := its Householder vectors and R; tau is allocated. Returns the seconds. */
static double factored(Matrix *a, double **tau) {
  int length, info;
  double answer;
  *tau = allocate((size_t)a->cols + (size_t)a->desc[5], sizeof(double));
  pdgeqrf_(&a->m, &a->n, WHOLE(*a), *tau, &answer, &query, &info);
  double *work = workspace(answer, &length);
  double start = clock_together();
  pdgeqrf_(&a->m, &a->n, WHOLE(*a), *tau, work, &length, &info);
  double seconds = clock_together() - start;
  require("pdgeqrf", info);
  free(work);
  return seconds;
}

/* Only R: |R^T (R x) - A^T (A x)| / (m |A|_1 |A| |x| eps) goes to *residual. */
double qr(Size size, double *residual) {
  Matrix r = filled(size.m, size.n, random_at);
  double *tau, seconds = factored(&r, &tau);
  Matrix a = filled(size.m, size.n, random_at), x = filled(size.n, 1, probe_entry), y = filled(size.n, 1, probe_entry);
  Matrix z = filled(size.m, 1, zero_entry);
  double scale = norm_of("1", &a) * norm_of("I", &a) * norm_of("I", &x);
  multiply_triangle("U", "N", &r, &y);
  multiply_triangle("U", "T", &r, &y);
  multiply(plus, "N", &a, &x, nothing, &z);
  multiply(minus, "T", &a, &z, plus, &y);
  *residual = scaled_residual(norm_of("I", &y), scale, size.m);
  return seconds;
}

/* Q and R: the larger of |Q (R x) - A x| / (m |A| |x| eps) and |Q^T (Q x) - x| / (m |x| eps) goes to *residual. */
double tsqr(Size size, double *residual) {
  int m = size.m, n = size.n, length, info;
  double *tau, answer;
  Matrix q = filled(m, n, random_at), r = filled(n, n, zero_entry);
  double seconds = factored(&q, &tau);
  pdorgqr_(&m, &n, &n, WHOLE(q), tau, &answer, &query, &info);
  double *work = workspace(answer, &length), start = clock_together();
  pdlacpy_("U", &n, &n, WHOLE(q), WHOLE(r));
  pdorgqr_(&m, &n, &n, WHOLE(q), tau, work, &length, &info);
  seconds += clock_together() - start;
  require("pdorgqr", info);
  Matrix a = filled(m, n, random_at), x = filled(n, 1, probe_entry), y = filled(n, 1, probe_entry);
  Matrix z = filled(m, 1, zero_entry);
  double size_x = norm_of("I", &x), scale = norm_of("I", &a) * size_x;
  multiply_triangle("U", "N", &r, &y);
  multiply(plus, "N", &q, &y, nothing, &z);
  multiply(minus, "N", &a, &x, plus, &z);
  double product = scaled_residual(norm_of("I", &z), scale, m);
  multiply(plus, "N", &q, &x, nothing, &z);
  multiply(minus, "T", &q, &z, plus, &x);
  double orthogonality = scaled_residual(norm_of("I", &x), size_x, m);
  *residual = product > orthogonality ? product : orthogonality;
  return seconds;
}

/* | |s|_2^2 - |A|_F^2 | / (n |A|_F^2 eps): what values keep whatever basis they are computed in. */
static double sum_of_squares_residual(const double *values, int n, double frobenius) {
  double sum = 0.0;
  for (int i = 0; i < n; i++) sum += values[i] / frobenius * (values[i] / frobenius);
  return scaled_residual(fabs(sum - 1.0), 1.0, n);
}

double svdvals(Size size, double *residual) {
  int length, info;
  double answer, *values = allocate((size_t)size.n, sizeof(double));
  Matrix a = filled(size.m, size.n, random_at);
  double frobenius = norm_of("F", &a);
  pdgesvd_("N", "N", &a.m, &a.n, WHOLE(a), values, WHOLE(a), WHOLE(a), &answer, &query, &info);
  double *work = workspace(answer, &length), start = clock_together();
  pdgesvd_("N", "N", &a.m, &a.n, WHOLE(a), values, WHOLE(a), WHOLE(a), work, &length, &info);
  double seconds = clock_together() - start;
  require("pdgesvd", info);
  *residual = sum_of_squares_residual(values, size.n, frobenius);
  return seconds;
}

double eigvals(Size size, double *residual) {
  int length, info;
  double answer, *values = allocate((size_t)size.n, sizeof(double));
  Matrix a = filled(size.n, size.n, symmetric_at);
  double frobenius = norm_of("F", &a);
  pdsyev_("N", "L", &a.n, WHOLE(a), values, WHOLE(a), &answer, &query, &info);
  double *work = workspace(answer, &length), start = clock_together();
  pdsyev_("N", "L", &a.n, WHOLE(a), values, WHOLE(a), work, &length, &info);
  double seconds = clock_together() - start;
  require("pdsyev", info);
  *residual = sum_of_squares_residual(values, size.n, frobenius);
  return seconds;
}
