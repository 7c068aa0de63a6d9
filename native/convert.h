#pragma once

#include <napi.h>

namespace numpywren {

// convert(B, A): B := A, element by element, rounded to B's type (a value beyond its range becomes infinite, as in IEEE 754).
Napi::Value Convert(const Napi::CallbackInfo& info);

}  // namespace numpywren
