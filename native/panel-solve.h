#pragma once

#include <napi.h>

namespace numpywren {

// panelSolve(U, B): B := B inv(U) in place, U upper triangular: the rows of L below the pivot rows of a panel. Where a diagonal
// element of U is below the rounding errors of its column, what is left of the column of B and is below them too
// becomes zero instead of a quotient of rounding errors; so does everything above a zero pivot, as in LAPACK.
Napi::Value PanelSolve(const Napi::CallbackInfo& info);

}  // namespace numpywren
