/* Cholesky (pdpotrf) and GEMM (pdgemm) by ScaLAPACK in memory: one MPI rank a core, two-dimensional block-cyclic layout.
 * Every rank makes its part of the matrices from their formula; the clock runs round the routine alone.
 *
 *   mpirun -np P scalapack cholesky|gemm N NB
 */
#include <cblas.h>
#include <mpi.h>

#include "peer.h"

extern void Cblacs_pinfo(int *rank, int *ranks);
extern void Cblacs_get(int context, int what, int *value);
extern void Cblacs_gridinit(int *context, const char *order, int rows, int cols);
extern void Cblacs_gridinfo(int context, int *rows, int *cols, int *row, int *col);
extern int numroc_(const int *n, const int *nb, const int *process, const int *source, const int *processes);
extern void descinit_(int *desc, const int *m, const int *n, const int *mb, const int *nb, const int *rsrc,
                      const int *csrc, const int *context, const int *lld, int *info);
extern void pdpotrf_(const char *uplo, const int *n, double *a, const int *ia, const int *ja, const int *desca, int *info);
extern void pdgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k, const double *alpha,
                    const double *a, const int *ia, const int *ja, const int *desca, const double *b, const int *ib,
                    const int *jb, const int *descb, const double *beta, double *c, const int *ic, const int *jc,
                    const int *descc);
extern void pdtrmm_(const char *side, const char *uplo, const char *transa, const char *diag, const int *m, const int *n,
                    const double *alpha, const double *a, const int *ia, const int *ja, const int *desca, double *b,
                    const int *ib, const int *jb, const int *descb);
extern double pdlange_(const char *norm, const int *m, const int *n, const double *a, const int *ia, const int *ja,
                       const int *desca, double *work);

static const int zero = 0, first = 1, single = 1;
static const double plus = 1.0, minus = -1.0, nothing = 0.0;
static int context, grid_rows, grid_cols, my_row, my_col, block;

/* This rank's part of an m x n matrix: local column-major storage and its descriptor. */
typedef struct {
  int m, n, rows, cols, desc[9];
  double *data;
} Matrix;

static double probe_entry(long i, long j) { return probe_at(i + j); }
static double zero_entry(long i, long j) { return 0.0 * (double)(i + j); }

/* Global index of local index `at` on process `process` of `processes`. */
static long global_index(int at, int process, int processes) {
  return ((long)(at / block) * processes + process) * block + at % block;
}

static Matrix filled(int m, int n, double (*entry)(long, long)) {
  Matrix a = {.m = m, .n = n};
  a.rows = numroc_(&m, &block, &my_row, &zero, &grid_rows);
  a.cols = numroc_(&n, &block, &my_col, &zero, &grid_cols);
  int lld = a.rows > 1 ? a.rows : 1, info;
  descinit_(a.desc, &m, &n, &block, &block, &zero, &zero, &context, &lld, &info);
  if (info != 0) {
    fprintf(stderr, "descinit: info = %d\n", info);
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  a.data = allocate((size_t)lld * (a.cols > 1 ? a.cols : 1), sizeof(double));
  for (int c = 0; c < a.cols; c++)
    for (int r = 0; r < a.rows; r++)
      a.data[r + (size_t)c * lld] = entry(global_index(r, my_row, grid_rows), global_index(c, my_col, grid_cols));
  return a;
}

/* The infinity norm; known to every rank. */
static double norm(const Matrix *a) {
  double *work = allocate((size_t)a->rows + 1, sizeof(double));
  double value = pdlange_("I", &a->m, &a->n, a->data, &first, &first, a->desc, work);
  free(work);
  return value;
}

/* c := alpha a b + beta c */
static void multiply(double alpha, const Matrix *a, const Matrix *b, double beta, Matrix *c) {
  pdgemm_("N", "N", &c->m, &c->n, &a->n, &alpha, a->data, &first, &first, a->desc, b->data, &first, &first, b->desc,
          &beta, c->data, &first, &first, c->desc);
}

static double clock_together(void) {
  MPI_Barrier(MPI_COMM_WORLD);
  return MPI_Wtime();
}

/* Returns the seconds of the factorization; |A x - L (L^T x)| / (n |A| |x| eps) goes to *residual. */
static double cholesky(int n, double *residual) {
  int info;
  Matrix l = filled(n, n, spd_at);
  double start = clock_together();
  pdpotrf_("L", &n, l.data, &first, &first, l.desc, &info);
  double seconds = clock_together() - start;
  if (info != 0) {
    fprintf(stderr, "pdpotrf: info = %d\n", info);
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  Matrix a = filled(n, n, spd_at), x = filled(n, 1, probe_entry);
  double scale = norm(&a) * norm(&x);
  Matrix y = filled(n, 1, probe_entry);
  pdtrmm_("L", "L", "T", "N", &n, &single, &plus, l.data, &first, &first, l.desc, y.data, &first, &first, y.desc);
  pdtrmm_("L", "L", "N", "N", &n, &single, &plus, l.data, &first, &first, l.desc, y.data, &first, &first, y.desc);
  multiply(minus, &a, &x, plus, &y);
  *residual = scaled_residual(norm(&y), scale, n);
  return seconds;
}

/* Returns the seconds of the product; |C x - A (B x)| / (n |A| |B| |x| eps) goes to *residual. */
static double gemm(int n, double *residual) {
  Matrix a = filled(n, n, left_at), b = filled(n, n, right_at), c = filled(n, n, zero_entry);
  double start = clock_together();
  multiply(plus, &a, &b, nothing, &c);
  double seconds = clock_together() - start;
  Matrix x = filled(n, 1, probe_entry), y = filled(n, 1, zero_entry), z = filled(n, 1, zero_entry);
  double scale = norm(&a) * norm(&b) * norm(&x);
  multiply(plus, &b, &x, nothing, &y);
  multiply(plus, &a, &y, nothing, &z);
  multiply(minus, &c, &x, plus, &z);
  *residual = scaled_residual(norm(&z), scale, n);
  return seconds;
}

int main(int count, char **arguments) {
  MPI_Init(&count, &arguments);
  if (count != 4 || (strcmp(arguments[1], "cholesky") != 0 && strcmp(arguments[1], "gemm") != 0)) {
    fprintf(stderr, "usage: mpirun -np P scalapack cholesky|gemm N NB\n");
    return 2;
  }
  int n = (int)positive_argument("N", arguments[2]), rank, ranks, sides[2] = {0, 0};
  block = (int)positive_argument("NB", arguments[3]);
  Cblacs_pinfo(&rank, &ranks);
  MPI_Dims_create(ranks, 2, sides);
  Cblacs_get(-1, 0, &context);
  Cblacs_gridinit(&context, "Row", sides[1], sides[0]); /* no more rows than columns of ranks */
  Cblacs_gridinfo(context, &grid_rows, &grid_cols, &my_row, &my_col);
  double residual, seconds = strcmp(arguments[1], "gemm") == 0 ? gemm(n, &residual) : cholesky(n, &residual);
  if (rank == 0) {
    char settings[64], versions[1024], mpi[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(mpi, &length);
    mpi[strcspn(mpi, ",\"")] = '\0';
    snprintf(versions, sizeof versions, "{\"scalapack\":\"%s\",\"mpi\":\"%s\",\"openblas\":\"%s\"}", SCALAPACK_VERSION,
             mpi, openblas_get_config());
    snprintf(settings, sizeof settings, "{\"nb\":%d,\"grid\":\"%dx%d\"}", block, grid_rows, grid_cols);
    print_result("scalapack", arguments[1], n, seconds, ranks, residual, settings, versions);
  }
  MPI_Finalize();
  return 0;
}
