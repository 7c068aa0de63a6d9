/* ScaLAPACK in memory: one MPI rank a core, two-dimensional block-cyclic layout (a column of ranks for tall matrices).
 * Every rank makes its part of the matrices from their formula; the clock runs round the routine alone.
 *
 *   mpirun -np P scalapack ALGORITHM M N NB
 */
#include "scalapack.h"

#include <cblas.h>

extern void Cblacs_pinfo(int *rank, int *ranks);
extern void Cblacs_get(int context, int what, int *value);
extern void Cblacs_gridinit(int *context, const char *order, int rows, int cols);
extern void Cblacs_gridinfo(int context, int *rows, int *cols, int *row, int *col);
extern int numroc_(const int *n, const int *nb, const int *process, const int *source, const int *processes);
extern void descinit_(int *desc, const int *m, const int *n, const int *mb, const int *nb, const int *rsrc,
                      const int *csrc, const int *context, const int *lld, int *info);
extern void pdgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k, const double *alpha,
                    const double *a, const int *ia, const int *ja, const int *desca, const double *b, const int *ib,
                    const int *jb, const int *descb, const double *beta, double *c, const int *ic, const int *jc,
                    const int *descc);
extern void pdtrmm_(const char *side, const char *uplo, const char *transa, const char *diag, const int *m, const int *n,
                    const double *alpha, const double *a, const int *ia, const int *ja, const int *desca, double *b,
                    const int *ib, const int *jb, const int *descb);
extern double pdlange_(const char *norm, const int *m, const int *n, const double *a, const int *ia, const int *ja,
                       const int *desca, double *work);

const int first = 1;
const double plus = 1.0, minus = -1.0, nothing = 0.0;

static const int zero = 0;
static int context, grid_rows, grid_cols, my_row, my_col, block;

static const struct {
  const char *name;
  double (*run)(Size size, double *residual);
} algorithms[] = {{"cholesky", cholesky}, {"gemm", gemm}, {"lu", lu},           {"solve", solve},
                  {"qr", qr},             {"tsqr", tsqr}, {"svdvals", svdvals}, {"eigvals", eigvals}};

double probe_entry(long i, long j) { return probe_at(i + j); }
double zero_entry(long i, long j) { return 0.0 * (double)(i + j); }

/* Global index of local index `at` on process `process` of `processes`. */
static long global_index(int at, int process, int processes) {
  return ((long)(at / block) * processes + process) * block + at % block;
}

void require(const char *routine, int info) {
  if (info == 0) return;
  fprintf(stderr, "%s: info = %d\n", routine, info);
  MPI_Abort(MPI_COMM_WORLD, 1);
}

Matrix filled(int m, int n, double (*entry)(long, long)) {
  Matrix a = {.m = m, .n = n};
  a.rows = numroc_(&m, &block, &my_row, &zero, &grid_rows);
  a.cols = numroc_(&n, &block, &my_col, &zero, &grid_cols);
  int lld = a.rows > 1 ? a.rows : 1, info;
  descinit_(a.desc, &m, &n, &block, &block, &zero, &zero, &context, &lld, &info);
  require("descinit", info);
  a.data = allocate((size_t)lld * (a.cols > 1 ? a.cols : 1), sizeof(double));
  for (int c = 0; c < a.cols; c++)
    for (int r = 0; r < a.rows; r++)
      a.data[r + (size_t)c * lld] = entry(global_index(r, my_row, grid_rows), global_index(c, my_col, grid_cols));
  return a;
}

void released(Matrix *a) {
  free(a->data);
  a->data = NULL;
}

double norm_of(const char *which, const Matrix *a) {
  double *work = allocate((size_t)a->rows + (size_t)a->cols + 1, sizeof(double));
  double value = pdlange_(which, &a->m, &a->n, WHOLE(*a), work);
  free(work);
  return value;
}

void multiply(double alpha, const char *op, const Matrix *a, const Matrix *b, double beta, Matrix *c) {
  const int *inner = *op == 'N' ? &a->n : &a->m;
  pdgemm_(op, "N", &c->m, &c->n, inner, &alpha, WHOLE(*a), WHOLE(*b), &beta, WHOLE(*c));
}

void multiply_triangle(const char *uplo, const char *op, const Matrix *t, Matrix *x) {
  pdtrmm_("L", uplo, op, "N", &x->m, &x->n, &plus, WHOLE(*t), WHOLE(*x));
}

double clock_together(void) {
  MPI_Barrier(MPI_COMM_WORLD);
  return MPI_Wtime();
}

double *workspace(double answer, int *length) {
  *length = (int)answer + 64;
  return allocate((size_t)*length, sizeof(double));
}

/* As square as the ranks allow, with no more rows than columns; one column of ranks for a matrix that is much taller than wide. */
static void make_grid(Size size, int ranks) {
  int sides[2] = {0, 0};
  MPI_Dims_create(ranks, 2, sides);
  Cblacs_get(-1, 0, &context);
  if (size.m >= 8 * size.n) Cblacs_gridinit(&context, "Row", ranks, 1);
  else Cblacs_gridinit(&context, "Row", sides[1], sides[0]);
  Cblacs_gridinfo(context, &grid_rows, &grid_cols, &my_row, &my_col);
}

static void print(const char *algorithm, int n, int ranks, double seconds, double residual) {
  char settings[64], versions[1024], mpi[MPI_MAX_LIBRARY_VERSION_STRING];
  int length;
  MPI_Get_library_version(mpi, &length);
  mpi[strcspn(mpi, ",\"")] = '\0';
  snprintf(versions, sizeof versions, "{\"scalapack\":\"%s\",\"mpi\":\"%s\",\"openblas\":\"%s\"}", SCALAPACK_VERSION, mpi,
           openblas_get_config());
  snprintf(settings, sizeof settings, "{\"nb\":%d,\"grid\":\"%dx%d\"}", block, grid_rows, grid_cols);
  print_result("scalapack", algorithm, n, seconds, ranks, residual, settings, versions);
}

int main(int count, char **arguments) {
  MPI_Init(&count, &arguments);
  for (size_t k = 0; count == 5 && k < sizeof algorithms / sizeof *algorithms; k++) {
    if (strcmp(arguments[1], algorithms[k].name) != 0) continue;
    Size size = {(int)positive_argument("M", arguments[2]), (int)positive_argument("N", arguments[3])};
    block = (int)positive_argument("NB", arguments[4]);
    int rank, ranks;
    Cblacs_pinfo(&rank, &ranks);
    make_grid(size, ranks);
    double residual, seconds = algorithms[k].run(size, &residual);
    if (rank == 0) print(algorithms[k].name, size.n, ranks, seconds, residual);
    MPI_Finalize();
    return 0;
  }
  fprintf(stderr, "usage: mpirun -np P scalapack cholesky|gemm|lu|solve|qr|tsqr|svdvals|eigvals M N NB\n");
  return 2;
}
