#pragma once

#include <napi.h>

#include <cstddef>
#include <string>

#include "tile-view.h"

namespace numpywren {

enum class Dtype { kFloat64, kFloat32 };

// A tile as JavaScript gave it, checked: its dimensions lie within its buffer.
struct Tile {
  const char* name;
  Napi::TypedArray array;
  Dtype dtype;
  void* data;
  int rows;
  int cols;
  int ld;

  template <typename T>
  TileView<T> View() const {
    return {static_cast<T*>(data), rows, cols, ld};
  }
};

// Runs f with a value of the element type, so that a kernel is written once: f(auto zero) { using T = decltype(zero); ... }.
template <typename F>
auto WithType(Dtype dtype, F f) {
  return dtype == Dtype::kFloat64 ? f(double{}) : f(float{});
}

// Reads and checks the arguments of one call. What does not fit throws a JavaScript TypeError with
// code NUMPYWREN_ARGUMENT and the fields routine and argument, before any pointer is used.
class Arguments {
 public:
  Arguments(const Napi::CallbackInfo& info, const char* routine) : info_(info), routine_(routine) {}

  Tile ReadTile(std::size_t position, const char* name) const;
  double ReadNumber(std::size_t position, const char* name) const;
  bool ReadFlag(std::size_t position, const char* name) const;
  int ReadInteger(std::size_t position, const char* name, int minimum, int maximum) const;

  void ExpectShape(const Tile& tile, int rows, int cols) const;
  void ExpectSquare(const Tile& tile) const;
  void ExpectSameDtype(const Tile& reference, const Tile& tile) const;
  // The output may share no element with the input.
  void ExpectDisjoint(const Tile& output, const Tile& input) const;

  [[noreturn]] void Fail(const char* argument, const std::string& message) const;

  const char* routine() const { return routine_; }
  const Napi::CallbackInfo& info() const { return info_; }

 private:
  int ReadDimension(const Napi::Object& object, const char* tile, const char* field) const;

  const Napi::CallbackInfo& info_;
  const char* routine_;
};

// The JavaScript error for an argument that does not fit.
Napi::Error ArgumentError(Napi::Env env, const char* routine, const char* argument, const std::string& message);

}  // namespace numpywren
