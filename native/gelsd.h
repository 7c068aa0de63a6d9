#pragma once

#include <napi.h>

namespace numpywren {

// gelsd(A, B, s, rank, rcond): B := the X of least norm among those of least ||B - A X||, A square (overwritten); singular values
// not above rcond times the largest count as zero. s: all of them, descending, a column; rank, 1 x 1 of float64: how many count.
// LAPACK xGELSD. Promise of info: not 0 when the singular values did not converge.
Napi::Value Gelsd(const Napi::CallbackInfo& info);

}  // namespace numpywren
