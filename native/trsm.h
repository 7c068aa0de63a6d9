#pragma once

#include <napi.h>

namespace numpywren {

// trsm(T, B, right, upper, trans, unit, alpha): B := alpha inv(op(T)) B, or alpha B inv(op(T)) from the right. Promise of 0.
Napi::Value Trsm(const Napi::CallbackInfo& info);

}  // namespace numpywren
