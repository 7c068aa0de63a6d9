#include "arguments.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace numpywren {

namespace {

std::string Shape(int rows, int cols) { return std::to_string(rows) + "x" + std::to_string(cols); }

const char* DtypeName(Dtype dtype) { return dtype == Dtype::kFloat64 ? "float64" : "float32"; }

}  // namespace

Napi::Error ArgumentError(Napi::Env env, const char* routine, const char* argument, const std::string& message) {
  Napi::Error error = Napi::TypeError::New(env, std::string(routine) + ": " + argument + " " + message);
  error.Set("code", Napi::String::New(env, "NUMPYWREN_ARGUMENT"));
  error.Set("routine", Napi::String::New(env, routine));
  error.Set("argument", Napi::String::New(env, argument));
  return error;
}

void Arguments::Fail(const char* argument, const std::string& message) const {
  throw ArgumentError(info_.Env(), routine_, argument, message);
}

int Arguments::ReadDimension(const Napi::Object& object, const char* tile, const char* field) const {
  Napi::Value value = object.Get(field);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1.0;
  if (!(number >= 0 && number <= std::numeric_limits<int>::max()) || number != std::floor(number)) {
    Fail(tile, std::string("has ") + field + " = " + value.ToString().Utf8Value() +
                   "; a whole number from 0 to 2147483647 is wanted");
  }
  return static_cast<int>(number);
}

Tile Arguments::ReadTile(std::size_t position, const char* name) const {
  Napi::Value value = info_[position];
  if (!value.IsObject()) Fail(name, "is no tile; an object with data, rows, cols and ld is wanted");
  Napi::Object object = value.As<Napi::Object>();
  Napi::Value data = object.Get("data");
  const napi_typedarray_type type =
      data.IsTypedArray() ? data.As<Napi::TypedArray>().TypedArrayType() : napi_uint8_array;
  if (type != napi_float64_array && type != napi_float32_array) {
    Fail(name, "has data of another kind; a Float64Array or a Float32Array is wanted");
  }
  Napi::TypedArray array = data.As<Napi::TypedArray>();
  Napi::Value buffer = array.Get("buffer");
  if (buffer.IsArrayBuffer() && buffer.As<Napi::ArrayBuffer>().IsDetached()) {
    Fail(name, "has a detached buffer; it was transferred elsewhere");
  }
  void* pointer = nullptr;
  std::size_t length = 0;
  if (napi_get_typedarray_info(info_.Env(), array, nullptr, &length, &pointer, nullptr, nullptr) != napi_ok) {
    Fail(name, "has a buffer that cannot be read");
  }
  const int rows = ReadDimension(object, name, "rows");
  const int cols = ReadDimension(object, name, "cols");
  const int ld = ReadDimension(object, name, "ld");
  if (ld < std::max(1, rows)) {
    Fail(name, "has ld = " + std::to_string(ld) + "; at least max(1, rows) = " + std::to_string(std::max(1, rows)) +
                   " is wanted");
  }
  const std::uint64_t needed =
      rows == 0 || cols == 0 ? 0 : static_cast<std::uint64_t>(ld) * static_cast<std::uint64_t>(cols - 1) + rows;
  if (length < needed) {
    Fail(name, "of " + Shape(rows, cols) + " with ld = " + std::to_string(ld) + " needs " + std::to_string(needed) +
                   " elements; its data has " + std::to_string(length));
  }
  return {name, array, type == napi_float64_array ? Dtype::kFloat64 : Dtype::kFloat32, pointer, rows, cols, ld};
}

double Arguments::ReadNumber(std::size_t position, const char* name) const {
  if (!info_[position].IsNumber()) Fail(name, "is " + info_[position].ToString().Utf8Value() + "; a number is wanted");
  return info_[position].As<Napi::Number>().DoubleValue();
}

bool Arguments::ReadFlag(std::size_t position, const char* name) const {
  if (!info_[position].IsBoolean()) Fail(name, "is " + info_[position].ToString().Utf8Value() + "; true or false is wanted");
  return info_[position].As<Napi::Boolean>().Value();
}

int Arguments::ReadInteger(std::size_t position, const char* name, int minimum, int maximum) const {
  const double value = ReadNumber(position, name);
  if (!(value >= minimum && value <= maximum) || value != std::floor(value)) {
    Fail(name, "is " + info_[position].ToString().Utf8Value() + "; a whole number from " + std::to_string(minimum) +
                   " to " + std::to_string(maximum) + " is wanted");
  }
  return static_cast<int>(value);
}

void Arguments::ExpectShape(const Tile& tile, int rows, int cols) const {
  if (tile.rows == rows && tile.cols == cols) return;
  Fail(tile.name, "is " + Shape(tile.rows, tile.cols) + "; " + Shape(rows, cols) + " is wanted");
}

void Arguments::ExpectSquare(const Tile& tile) const {
  if (tile.rows != tile.cols) Fail(tile.name, "is " + Shape(tile.rows, tile.cols) + "; a square tile is wanted");
}

void Arguments::ExpectSameDtype(const Tile& reference, const Tile& tile) const {
  if (reference.dtype == tile.dtype) return;
  Fail(tile.name, std::string("is ") + DtypeName(tile.dtype) + "; " + DtypeName(reference.dtype) + " is wanted, as " +
                      reference.name + " is");
}

void Arguments::ExpectDisjoint(const Tile& output, const Tile& input) const {
  if (output.rows == 0 || output.cols == 0 || input.rows == 0 || input.cols == 0) return;
  const auto width = [](const Tile& tile) { return static_cast<std::int64_t>(tile.dtype == Dtype::kFloat64 ? 8 : 4); };
  const std::int64_t size = width(output);
  const auto begin = [](const Tile& tile) { return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(tile.data)); };
  const auto end = [&](const Tile& tile) {
    return begin(tile) + width(tile) * (static_cast<std::int64_t>(tile.ld) * (tile.cols - 1) + tile.rows);
  };
  if (end(output) <= begin(input) || end(input) <= begin(output)) return;
  const std::int64_t bytes = begin(input) - begin(output);
  if (output.ld == input.ld && output.dtype == input.dtype && bytes % size == 0) {
    // Two blocks of one matrix: the input starts dr rows and dc columns from the output. Rows that run past ld
    // go on in the next column, hence the second reading with dr - ld and dc + 1.
    const std::int64_t ld = output.ld;
    const std::int64_t distance = bytes / size;
    const std::int64_t dc = (distance >= 0 ? distance : distance - ld + 1) / ld;
    const std::int64_t dr = distance - dc * ld;
    const auto meets = [&](std::int64_t row, std::int64_t col) {
      return row < output.rows && row + input.rows > 0 && col < output.cols && col + input.cols > 0;
    };
    if (!meets(dr, dc) && !meets(dr - ld, dc + 1)) return;
  }
  Fail(input.name, std::string("shares memory with the output ") + output.name + "; separate buffers are wanted");
}

}  // namespace numpywren
