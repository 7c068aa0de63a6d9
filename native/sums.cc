#include "sums.h"

#include <algorithm>
#include <cmath>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

// Elements that are summed by eight running sums; more are halved first. As in NumPy's pairwise sum.
constexpr int kRun = 128;
constexpr int kLanes = 8;

template <typename T, typename Term>
double PairwiseSum(const T* x, int n, Term term) {
  if (n > kRun) {
    const int half = n / 2 / kLanes * kLanes;
    return PairwiseSum(x, half, term) + PairwiseSum(x + half, n - half, term);
  }
  double lanes[kLanes] = {};
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += term(x[i + lane]);
  }
  double sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  for (; i < n; ++i) sum += term(x[i]);
  return sum;
}

template <typename T, typename Term>
void Sum(TileView<T> a, bool by_row, double* out, Term term) {
  if (by_row) std::fill(out, out + a.rows, 0.0);
  for (int c = 0; c < a.cols; ++c) {
    const T* column = a.Column(c);
    if (by_row) {
      for (int r = 0; r < a.rows; ++r) out[r] += term(column[r]);
    } else {
      out[c] = PairwiseSum(column, a.rows, term);
    }
  }
}

}  // namespace

Napi::Value Sums(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "sums");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile out = arguments.ReadTile(1, "out");
  const bool by_row = arguments.ReadFlag(2, "byRow");
  const bool magnitudes = arguments.ReadFlag(3, "magnitudes");
  if (out.dtype != Dtype::kFloat64) arguments.Fail("out", "is float32; float64 is wanted");
  arguments.ExpectShape(out, by_row ? a.rows : a.cols, 1);
  arguments.ExpectDisjoint(out, a);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    double* sums = static_cast<double*>(out.data);
    return Submit(arguments, {a.array, out.array}, [=]() -> double {
      if (magnitudes) {
        Sum(av, by_row, sums, [](T x) { return std::abs(static_cast<double>(x)); });
      } else {
        Sum(av, by_row, sums, [](T x) { return static_cast<double>(x); });
      }
      return 0;
    });
  });
}

}  // namespace numpywren
