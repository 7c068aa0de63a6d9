#pragma once

#include <napi.h>

#include <memory>

namespace numpywren {

// Keeps the memory of an ArrayBuffer alive, even when the buffer is transferred or its thread ends meanwhile.
// Empty where this Node does not offer it; then only the reference to the typed array protects the memory.
std::shared_ptr<void> PinMemory(Napi::TypedArray array);

}  // namespace numpywren
