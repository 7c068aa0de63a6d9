#include "elementwise.h"

#include <algorithm>
#include <cstring>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

// Edge of the square blocks in which transposing kernels walk: two of them fit the first-level cache.
constexpr int kBlock = 32;

// c(r, j) := update(c(r, j), a(r, j)), or a(j, r) when transposed, block by block.
template <typename T, typename Update>
void Combine(TileView<T> c, TileView<T> a, bool trans, Update update) {
  if (!trans) {
    for (int j = 0; j < c.cols; ++j) {
      T* to = c.Column(j);
      const T* from = a.Column(j);
      for (int r = 0; r < c.rows; ++r) to[r] = update(to[r], from[r]);
    }
    return;
  }
  for (int j0 = 0; j0 < c.cols; j0 += kBlock) {
    const int j1 = std::min(j0 + kBlock, c.cols);
    for (int r0 = 0; r0 < c.rows; r0 += kBlock) {
      const int r1 = std::min(r0 + kBlock, c.rows);
      for (int j = j0; j < j1; ++j) {
        T* to = c.Column(j);
        for (int r = r0; r < r1; ++r) to[r] = update(to[r], a.Column(r)[j]);
      }
    }
  }
}

template <typename T>
void Add(TileView<T> c, TileView<T> a, bool trans, T alpha, T beta) {
  if (beta == T(0) && alpha == T(1)) {
    if (trans) {
      Combine(c, a, true, [](T, T y) { return y; });
      return;
    }
    for (int j = 0; j < c.cols; ++j) std::memcpy(c.Column(j), a.Column(j), sizeof(T) * c.rows);
  } else if (beta == T(0)) {
    Combine(c, a, trans, [=](T, T y) { return alpha * y; });
  } else if (beta == T(1) && alpha == T(1)) {
    Combine(c, a, trans, [](T x, T y) { return x + y; });
  } else {
    Combine(c, a, trans, [=](T x, T y) { return alpha * y + beta * x; });
  }
}

template <typename T>
void Mirror(TileView<T> a, bool upper) {
  for (int j0 = 0; j0 < a.cols; j0 += kBlock) {
    const int j1 = std::min(j0 + kBlock, a.cols);
    for (int r0 = j0; r0 < a.rows; r0 += kBlock) {
      const int r1 = std::min(r0 + kBlock, a.rows);
      for (int j = j0; j < j1; ++j) {
        for (int r = std::max(r0, j + 1); r < r1; ++r) {
          if (upper) {
            a.Column(j)[r] = a.Column(r)[j];
          } else {
            a.Column(r)[j] = a.Column(j)[r];
          }
        }
      }
    }
  }
}

}  // namespace

Napi::Value Geadd(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "geadd");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  const bool trans = arguments.ReadFlag(2, "transA");
  const double alpha = arguments.ReadNumber(3, "alpha");
  const double beta = arguments.ReadNumber(4, "beta");
  arguments.ExpectShape(a, trans ? c.cols : c.rows, trans ? c.rows : c.cols);
  arguments.ExpectSameDtype(c, a);
  arguments.ExpectDisjoint(c, a);
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> cv = c.View<T>();
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {c.array, a.array}, [=]() -> double {
      Add(cv, av, trans, static_cast<T>(alpha), static_cast<T>(beta));
      return 0;
    });
  });
}

Napi::Value Hadamard(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "hadamard");
  const Tile c = arguments.ReadTile(0, "C");
  const Tile a = arguments.ReadTile(1, "A");
  arguments.ExpectShape(a, c.rows, c.cols);
  arguments.ExpectSameDtype(c, a);
  arguments.ExpectDisjoint(c, a);
  return WithType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> cv = c.View<T>();
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {c.array, a.array}, [=]() -> double {
      Combine(cv, av, false, [](T x, T y) { return x * y; });
      return 0;
    });
  });
}

Napi::Value Scale(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "scale");
  const Tile a = arguments.ReadTile(0, "A");
  const double alpha = arguments.ReadNumber(1, "alpha");
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {a.array}, [=]() -> double {
      const T factor = static_cast<T>(alpha);
      Combine(av, av, false, [=](T x, T) { return factor * x; });
      return 0;
    });
  });
}

Napi::Value ShiftDiagonal(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "shiftDiagonal");
  const Tile a = arguments.ReadTile(0, "A");
  const double alpha = arguments.ReadNumber(1, "alpha");
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {a.array}, [=]() -> double {
      for (int i = 0; i < std::min(av.rows, av.cols); ++i) av.Column(i)[i] += static_cast<T>(alpha);
      return 0;
    });
  });
}

Napi::Value Symmetrize(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "symmetrize");
  const Tile a = arguments.ReadTile(0, "A");
  const bool upper = arguments.ReadFlag(1, "upper");
  arguments.ExpectSquare(a);
  return WithType(a.dtype, [&](auto zero) {
    const auto av = a.View<decltype(zero)>();
    return Submit(arguments, {a.array}, [=]() -> double {
      Mirror(av, upper);
      return 0;
    });
  });
}

Napi::Value Fill(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "fill");
  const Tile a = arguments.ReadTile(0, "A");
  const double value = arguments.ReadNumber(1, "value");
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    return Submit(arguments, {a.array}, [=]() -> double {
      for (int c = 0; c < av.cols; ++c) std::fill(av.Column(c), av.Column(c) + av.rows, static_cast<T>(value));
      return 0;
    });
  });
}

}  // namespace numpywren
