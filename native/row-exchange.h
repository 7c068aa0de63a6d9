#pragma once

#include <napi.h>

namespace numpywren {

// pivotRows(plan, X, first, A0, A1, ...): the pivot tile after the exchange of a plan that factorRows gave, collected from
// the tiles first, first + 1, ... of a column before it. With first = 0 the pivot tile A0 is one of them and X need hold
// nothing; otherwise X is what was collected before.
Napi::Value PivotRows(const Napi::CallbackInfo& info);

// receiveRows(plan, A, top, tile): tile number `tile` of a column after the exchange, in place, but for its pivot rows that are
// gone: the rows of the pivot tile (`top`, before the exchange) that come in their stead.
Napi::Value ReceiveRows(const Napi::CallbackInfo& info);

// takeRows(wanted, X, columns, numbers0, A0, numbers1, A1, ...): row s of X := the row with the number wanted(s), wherever it
// is among the rows of A0, A1, ... that numbers0, numbers1, ... number. Rows that are not among them stay. Columns with `columns`.
Napi::Value TakeRows(const Napi::CallbackInfo& info);

}  // namespace numpywren
