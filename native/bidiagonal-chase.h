#pragma once

namespace numpywren::bidiagonal {

// A square upper band matrix in a buffer with room for the bulges: element (i, j), |j - i| within the room, lies at
// At(i, j); a block is column-major with leading dimension Stride().
template <typename T>
struct Band {
  T* data;
  int n;
  // Superdiagonals of the matrix; bulges reach 2 width - 1 above the diagonal and width - 1 below.
  int width;

  int ColumnLength() const { return 3 * width; }
  int Stride() const { return ColumnLength() - 1; }
  T* At(int i, int j) const {
    return data + static_cast<long>(j) * ColumnLength() + (i - j + 2 * width - 1);
  }
};

// Where the reflectors of sweep s go, when they are wanted: column s of an n x n tile; the reflector of step k acts on
// elements s + 1 + k width and following, at most width of them. Its v lies there with tau in the place of v[0] = 1.
template <typename T>
struct Reflectors {
  T* data = nullptr;
  int ld = 0;
  T* At(int row, int sweep) const { return data + static_cast<long>(sweep) * ld + row; }
};

// Reduces the band B to bidiagonal form: B = U2 Bd V2^T, by bulge chasing with Householder reflectors of length width.
// Diagonal and first superdiagonal of the band hold Bd afterwards. 8 n^2 width flops; the threads work as a pipeline in the
// same order of operations on every element, so the result does not depend on their number.
// Haidar, Ltaief, Luszczek, Dongarra: A comprehensive study of task coalescing for selecting parallelism granularity in a
// two-stage bidiagonal reduction (IPDPS 2012), the kernels xGBBRD1, 2, 3.
void Chase(const Band<double>& band, const Reflectors<double>& left, const Reflectors<double>& right, int threads);
void Chase(const Band<float>& band, const Reflectors<float>& left, const Reflectors<float>& right, int threads);

}  // namespace numpywren::bidiagonal
