#pragma once

#include <napi.h>

namespace numpywren {

// Tournament pivoting (Grigori, Demmel, Xiang, SIAM J. Matrix Anal. Appl. 32(4), 2011). Candidates travel as two tiles: their rows
// as they stand in the matrix, and where these stand: column 0 the tile counted from the pivot tile, column 1 the row
// within it. Rows beyond the last candidate are zeros, with tile -1.

// selectRows(where, C, first, A0, A1, ...): the candidates of the tiles first, first + 1, ... of a panel.
Napi::Value SelectRows(const Napi::CallbackInfo& info);

// mergeRows(where, C, where0, C0, where1, C1, ...): the candidates among those of several groups.
Napi::Value MergeRows(const Napi::CallbackInfo& info);

// factorRows(plan, L, U, where0, C0, where1, C1, ...): the last round. L U is the factorization of the p pivot rows, in order.
// Row s of the plan (p x 4): tile and row of pivot row s, then tile and row where the row goes that stands in place s
// of the pivot tile, or -1 when it is a pivot row itself.
Napi::Value FactorRows(const Napi::CallbackInfo& info);

}  // namespace numpywren
