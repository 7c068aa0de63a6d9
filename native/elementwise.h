#pragma once

#include <napi.h>

namespace numpywren {

// geadd(C, A, transA, alpha, beta): C := alpha op(A) + beta C. With beta = 0, C is not read; with alpha = 1 as well it is a copy.
Napi::Value Geadd(const Napi::CallbackInfo& info);
// hadamard(C, A): C := C .* A, element by element.
Napi::Value Hadamard(const Napi::CallbackInfo& info);
// scale(A, alpha): A := alpha A.
Napi::Value Scale(const Napi::CallbackInfo& info);
// shiftDiagonal(A, alpha): A := A + alpha I, on the diagonal that A has.
Napi::Value ShiftDiagonal(const Napi::CallbackInfo& info);
// symmetrize(A, upper): the stored half (lower, or upper) is mirrored into the other one.
Napi::Value Symmetrize(const Napi::CallbackInfo& info);
// fill(A, value): every element := value.
Napi::Value Fill(const Napi::CallbackInfo& info);

}  // namespace numpywren
