#pragma once

#include <napi.h>

namespace numpywren {

// QR of tiles in compact WY form, Q = H_1 H_2 ... with H_b = I - V_b T_b V_b^T for every block b of ib columns. T is ib x n: block b lies
// in its rows 0 to ib and the columns of V_b. V is stored with its ones and zeros. All four give a promise of 0.

// geqrt(A, T, R): A = Q R. A (m x n) := V, unit lower trapezoidal; T (ib x n); R (p x n, p >= min(m, n)) upper trapezoidal.
Napi::Value Geqrt(const Napi::CallbackInfo& info);

// gemqrt(V, T, C, right, trans, live): C := op(Q) C, or C op(Q). Only the first `live` rows (columns) of C are read.
Napi::Value Gemqrt(const Napi::CallbackInfo& info);

// tpqrt(R, B, T, triangle): [R; B] = Q [R'; 0]. R (p x n, p >= n, its first n rows) := R'; B (m x n) := V2 of [I; V2]; T (ib x n).
// With triangle, B is upper trapezoidal and so is V2.
Napi::Value Tpqrt(const Napi::CallbackInfo& info);

// tpmqrt(V2, T, A, B, right, trans, triangle, hasA, hasB): [A; B] := op(Q) [A; B], or [A B] := [A B] op(Q); an operand that is not
// there counts as zeros and is only written.
Napi::Value Tpmqrt(const Napi::CallbackInfo& info);

}  // namespace numpywren
