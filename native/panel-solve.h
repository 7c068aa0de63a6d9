#pragma once

#include <napi.h>

namespace numpywren {

// panelSolve(U, B): B := B inv(U) in place, U upper triangular: the rows of L below the pivot rows of a panel. Everything above
// a zero pivot becomes zero, as in LAPACK. Where a pivot may be a rounding error, a quotient above 1 becomes zero if its
// numerator is one, too: at most 2 eps (|L| |U|)(r, j), which is what two roundings of the sum leave (Higham, Theorem 9.3).
Napi::Value PanelSolve(const Napi::CallbackInfo& info);

}  // namespace numpywren
