/* What the ScaLAPACK drivers share: the grid of ranks, distributed matrices, and the routines that are called. */
#ifndef SCALAPACK_H
#define SCALAPACK_H

#include <mpi.h>

#include "peer.h"

/* This rank's part of an m x n matrix: local column-major storage and its descriptor. */
typedef struct {
  int m, n, rows, cols, desc[9];
  double *data;
} Matrix;

/* Rows and columns of the problem. */
typedef struct {
  int m, n;
} Size;

extern const int first;
extern const double plus, minus, nothing;

/* Arguments of a distributed matrix from its first element on. */
#define WHOLE(a) (a).data, &first, &first, (a).desc

Matrix filled(int m, int n, double (*entry)(long, long));
void released(Matrix *a);
double probe_entry(long i, long j);
double zero_entry(long i, long j);
/* The infinity norm ('I') or another that pdlange knows; known to every rank. */
double norm_of(const char *which, const Matrix *a);
/* c := alpha op(a) b + beta c */
void multiply(double alpha, const char *op, const Matrix *a, const Matrix *b, double beta, Matrix *c);
/* x := op(t) x with the upper or lower triangle of the leading columns of t. */
void multiply_triangle(const char *uplo, const char *op, const Matrix *t, Matrix *x);
/* Barrier, then seconds. */
double clock_together(void);
/* Ends all ranks unless info is 0. */
void require(const char *routine, int info);
/* Answers a workspace query: `answer` doubles and a little. */
double *workspace(double answer, int *length);

/* Each returns the seconds of the routine alone and sets *residual. */
double cholesky(Size size, double *residual);
double gemm(Size size, double *residual);
double lu(Size size, double *residual);
double solve(Size size, double *residual);
double qr(Size size, double *residual);
double tsqr(Size size, double *residual);
double svdvals(Size size, double *residual);
double eigvals(Size size, double *residual);

#endif
