#include "backing-store.h"

#include <dlfcn.h>

// Node-API can hold a JavaScript object but not its memory: a transfer moves the memory to an owner we do not know.
// V8 counts references to it in std::shared_ptr<BackingStore>; this is the one V8 function we use, looked up at run time.
namespace v8 {
class BackingStore;
class ArrayBuffer;
}  // namespace v8

namespace numpywren {

namespace {

// The shape of a member function v8::ArrayBuffer::GetBackingStore(): `this` is the first argument, which a napi_value stands for.
using GetBackingStore = std::shared_ptr<v8::BackingStore> (*)(napi_value);

GetBackingStore Find() {
  return reinterpret_cast<GetBackingStore>(dlsym(RTLD_DEFAULT, "_ZN2v811ArrayBuffer15GetBackingStoreEv"));
}

}  // namespace

std::shared_ptr<void> PinMemory(Napi::TypedArray array) {
  static const GetBackingStore get = Find();
  Napi::Value buffer = array.Get("buffer");
  if (get == nullptr || !buffer.IsArrayBuffer()) return nullptr;
  return get(buffer);
}

}  // namespace numpywren
