#include "norms.h"

#include <cmath>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

template <typename T>
double LargestMagnitude(TileView<T> a) {
  T largest = 0;
  for (int c = 0; c < a.cols; ++c) {
    const T* column = a.Column(c);
    for (int r = 0; r < a.rows; ++r) {
      const T magnitude = std::abs(column[r]);
      if (!(magnitude <= largest)) {
        if (std::isnan(magnitude)) return magnitude;
        largest = magnitude;
      }
    }
  }
  return largest;
}

// Joins the sum of squares scale^2 * ssq to the state, as LAPACK's dcombssq does.
void Join(double scale, double ssq, double* state) {
  if (scale == 0) return;
  if (scale == state[0]) {
    state[1] += ssq;
  } else if (std::isnan(scale) || state[0] < scale) {
    const double ratio = state[0] / scale;
    state[1] = ssq + (state[0] == 0 ? 0 : state[1] * ratio * ratio);
    state[0] = scale;
  } else {
    const double ratio = scale / state[0];
    state[1] += ssq * ratio * ratio;
  }
}

// Each column is scaled by its largest magnitude, rounded down to a power of two so that scaling is exact.
template <typename T>
void FoldSquares(TileView<T> a, double* state) {
  for (int c = 0; c < a.cols; ++c) {
    const T* column = a.Column(c);
    const double largest = LargestMagnitude(TileView<T>{a.Column(c), a.rows, 1, a.ld});
    if (largest == 0) continue;
    if (!std::isfinite(largest)) {
      Join(largest, 1, state);
      continue;
    }
    const int exponent = std::ilogb(largest);
    const double scale = std::ldexp(1.0, exponent);
    double ssq = 0;
    for (int r = 0; r < a.rows; ++r) {
      const double scaled = column[r] / scale;
      ssq += scaled * scaled;
    }
    Join(scale, ssq, state);
  }
}

void ExpectFloat64(const Arguments& arguments, const Tile& tile) {
  if (tile.dtype != Dtype::kFloat64) arguments.Fail(tile.name, "is float32; float64 is wanted");
}

}  // namespace

Napi::Value AbsSums(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "absSums");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile out = arguments.ReadTile(1, "out");
  const bool by_row = arguments.ReadFlag(2, "byRow");
  ExpectFloat64(arguments, out);
  arguments.ExpectShape(out, by_row ? a.rows : a.cols, 1);
  arguments.ExpectDisjoint(out, a);
  return WithType(a.dtype, [&](auto zero) {
    const auto av = a.View<decltype(zero)>();
    double* sums = static_cast<double*>(out.data);
    return Submit(arguments, {a.array, out.array}, [=]() -> double {
      for (int c = 0; c < av.cols; ++c) {
        const auto* column = av.Column(c);
        if (by_row) {
          for (int r = 0; r < av.rows; ++r) sums[r] += std::abs(column[r]);
        } else {
          double sum = 0;
          for (int r = 0; r < av.rows; ++r) sum += std::abs(column[r]);
          sums[c] += sum;
        }
      }
      return 0;
    });
  });
}

Napi::Value MaxAbs(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "maxAbs");
  const Tile a = arguments.ReadTile(0, "A");
  return WithType(a.dtype, [&](auto zero) {
    const auto av = a.View<decltype(zero)>();
    return Submit(arguments, {a.array}, [=]() -> double { return LargestMagnitude(av); });
  });
}

Napi::Value SumSquares(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "sumSquares");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile state = arguments.ReadTile(1, "state");
  ExpectFloat64(arguments, state);
  arguments.ExpectShape(state, 2, 1);
  arguments.ExpectDisjoint(state, a);
  return WithType(a.dtype, [&](auto zero) {
    const auto av = a.View<decltype(zero)>();
    double* pair = static_cast<double*>(state.data);
    return Submit(arguments, {a.array, state.array}, [=]() -> double {
      FoldSquares(av, pair);
      return 0;
    });
  });
}

Napi::Value RowSumsq(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "rowSumsq");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile out = arguments.ReadTile(1, "out");
  arguments.ExpectSameDtype(a, out);
  arguments.ExpectShape(out, a.rows, 1);
  arguments.ExpectDisjoint(out, a);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    const TileView<T> sums = out.View<T>();
    return Submit(arguments, {a.array, out.array}, [=]() -> double {
      for (int c = 0; c < av.cols; ++c) {
        const T* column = av.Column(c);
        for (int r = 0; r < av.rows; ++r) sums.data[r] += column[r] * column[r];
      }
      return 0;
    });
  });
}

}  // namespace numpywren
