#pragma once

#include <cstddef>

namespace numpywren {

// A column-major tile: element (r, c) lies at data[r + c * ld].
template <typename T>
struct TileView {
  T* data;
  int rows;
  int cols;
  int ld;

  T* Column(int c) const { return data + static_cast<std::size_t>(c) * ld; }
};

}  // namespace numpywren
