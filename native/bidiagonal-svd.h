#pragma once

#include <napi.h>

namespace numpywren {

// bandToBidiagonal(AB, D, left, right, threads): AB ((b + 1) x n) is an upper band matrix in LAPACK's band storage, element
// (i, j) at row b + i - j of column j. D (n x 2) becomes the diagonal and, below a zero, the superdiagonal of the bidiagonal
// Bd with B = U2 Bd V2^T. left and right (n x n, or 0 x 0 when not wanted) take the reflectors of U2 and V2: see
// bidiagonal-chase.h. Promise of 0.
Napi::Value BandToBidiagonal(const Napi::CallbackInfo& info);

// bidiagonalSvd(D, s, U, V): singular values of such a bidiagonal, descending, into s (n x 1); its singular vectors as the
// columns of U and V (n x n, or both 0 x 0). LAPACK xBDSQR without vectors (dqds), xBDSDC with. Promise of info: not 0 when it
// did not converge.
Napi::Value BidiagonalSvd(const Napi::CallbackInfo& info);

// bandReflect(X, W, width): X := H_1 H_2 ... X, the reflectors of W (n x n, left or right of bandToBidiagonal) on X (n x w).
// 2 n^2 w flops by themselves, grouped into block reflectors. Promise of 0.
Napi::Value BandReflect(const Napi::CallbackInfo& info);

}  // namespace numpywren
