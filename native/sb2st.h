#pragma once

#include <napi.h>

namespace numpywren {

// sb2st(B, D, H, threads): Q^T A Q = T for the symmetric band matrix A whose diagonal j is row j of B ((b + 1) x n, column by column):
// D (n x 2) receives diagonal and subdiagonal of T, H (n x n) the reflectors of Q as applySweeps takes them. H of 0 x 0: not wanted.
Napi::Value Sb2st(const Napi::CallbackInfo& info);

}  // namespace numpywren
