/* What the C peers share: the test matrices by formula, the clock, and the line of JSON that each prints. */
#ifndef PEER_H
#define PEER_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Symmetric positive definite: 1 / (1 + |i - j|) is a convex decreasing function of the distance (Polya), plus 2 on the diagonal. */
static inline double spd_at(long i, long j) { return 1.0 / (1.0 + labs(i - j)) + (i == j ? 2.0 : 0.0); }

/* Factors of the product, in [-0.5, 0.5). */
static inline double left_at(long i, long j) { return (double)((i * 131 + j * 7919) % 1009) / 1009.0 - 0.5; }
static inline double right_at(long i, long j) { return (double)((i * 733 + j * 3571) % 1013) / 1013.0 - 0.5; }

/* Independent numbers in [-0.5, 0.5): SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, 2014) of row and column. */
static inline double random_at(long i, long j) {
  uint64_t z = ((uint64_t)i << 32) + (uint64_t)j + UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53 - 0.5;
}
static inline double symmetric_at(long i, long j) { return i > j ? random_at(i, j) : random_at(j, i); }

#define RIGHT_HAND_SIDES 16
static inline double rhs_at(long i, long j) { return random_at(i, j + (1L << 31)); }

/* The vector that residuals are probed with. */
static inline double probe_at(long i) { return (double)((i * 37) % 101) / 101.0 - 0.5; }

static inline double now_seconds(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

/* difference / (n * scale * 2^-53): below 30 passes, as in LAPACK's tests. */
static inline double scaled_residual(double difference, double scale, long n) {
  return difference / ((double)n * scale * 0x1p-53);
}

/* One line of JSON; `settings` and `versions` are texts of objects. */
static inline void print_result(const char *peer, const char *algorithm, long n, double seconds, int cores, double residual,
                                const char *settings, const char *versions) {
  printf("{\"peer\":\"%s\",\"algorithm\":\"%s\",\"n\":%ld,\"seconds\":%.6f,\"secondsCompute\":%.6f,\"cores\":%d,"
         "\"inMemory\":true,\"residual\":%.6g,\"settings\":%s,\"versions\":%s}\n",
         peer, algorithm, n, seconds, seconds, cores, residual, settings, versions);
}

/* Ends with exit code 2 unless `text` is a whole number of at least 1. */
static inline long positive_argument(const char *name, const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*end != '\0' || value < 1) {
    fprintf(stderr, "%s must be a whole number of at least 1, not '%s'\n", name, text);
    exit(2);
  }
  return value;
}

static inline void *allocate(size_t count, size_t size) {
  void *memory = malloc(count * size > 0 ? count * size : 1);
  if (memory == NULL) {
    fprintf(stderr, "out of memory: %zu bytes wanted\n", count * size);
    exit(1);
  }
  return memory;
}

#endif
