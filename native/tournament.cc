#include "tournament.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "arguments.h"
#include "blas.h"
#include "job.h"

namespace numpywren {

namespace {

// One group of candidate rows. Without `where` they are all rows of tile `tile`.
template <typename T>
struct Group {
  TileView<T> values;
  const double* where;
  int where_ld;
  int tile;

  int Count() const {
    if (where == nullptr) return values.rows;
    int count = 0;
    while (count < values.rows && where[count] >= 0) ++count;
    return count;
  }
  double TileOf(int row) const { return where == nullptr ? tile : where[row]; }
  double RowOf(int row) const { return where == nullptr ? row : where[where_ld + row]; }
};

struct Candidate {
  int group;
  int row;
};

// Up to here the memory for a round stays with its thread; else its pages would be mapped and cleared anew in every call.
constexpr std::size_t kKeptBytes = std::size_t{64} << 20;

// All groups below each other, factored with partial pivoting. One at a time in a thread.
template <typename T>
struct Round {
  std::unique_ptr<T[]> own;
  T* stack = nullptr;
  int rows = 0;
  int cols = 0;
  // In pivot order; the first min(rows, cols) are chosen.
  std::vector<Candidate> order;

  explicit Round(const std::vector<Group<T>>& groups) : cols(groups.front().values.cols) {
    std::vector<int> counts;
    for (const Group<T>& group : groups) counts.push_back(group.Count());
    rows = std::accumulate(counts.begin(), counts.end(), 0);
    Allocate(static_cast<std::size_t>(rows) * cols);
    for (int c = 0; c < cols; ++c) {
      T* to = stack + static_cast<std::size_t>(c) * rows;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        const T* from = groups[g].values.Column(c);
        to = std::copy(from, from + counts[g], to);
      }
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (int r = 0; r < counts[g]; ++r) order.push_back({static_cast<int>(g), r});
    }
    if (rows == 0 || cols == 0) return;
    std::vector<lapack_int> swaps(Chosen());
    // info > 0 names a zero pivot: U has that zero, the column of L below it is zeros, and that is wanted.
    blas::Getrf(rows, cols, stack, rows, swaps.data());
    for (int s = 0; s < Chosen(); ++s) std::swap(order[s], order[swaps[s] - 1]);
  }

  int Chosen() const { return std::min(rows, cols); }

 private:
  void Allocate(std::size_t count) {
    thread_local std::unique_ptr<T[]> kept;
    thread_local std::size_t kept_count = 0;
    if (count * sizeof(T) > kKeptBytes) {
      own.reset(new T[count]);
      stack = own.get();
      return;
    }
    if (kept_count < count) {
      kept.reset();
      kept_count = 0;
      kept.reset(new T[count]);
      kept_count = count;
    }
    stack = kept.get();
  }
};

// The chosen rows as they stand in the matrix, and where they stand.
template <typename T>
void WriteCandidates(const Round<T>& round, const std::vector<Group<T>>& groups, TileView<double> where,
                     TileView<T> values) {
  const int chosen = std::min(round.Chosen(), values.rows);
  for (int c = 0; c < values.cols; ++c) {
    T* to = values.Column(c);
    for (int s = 0; s < chosen; ++s) to[s] = groups[round.order[s].group].values.Column(c)[round.order[s].row];
    std::fill(to + chosen, to + values.rows, T(0));
  }
  for (int s = 0; s < where.rows; ++s) {
    const bool is_chosen = s < chosen;
    const Candidate from = is_chosen ? round.order[s] : Candidate{0, 0};
    where.Column(0)[s] = is_chosen ? groups[from.group].TileOf(from.row) : -1;
    where.Column(1)[s] = is_chosen ? groups[from.group].RowOf(from.row) : -1;
  }
}

template <typename T>
void WriteFactors(const Round<T>& round, TileView<T> lower, TileView<T> upper) {
  for (int c = 0; c < round.cols; ++c) {
    const T* from = round.stack + static_cast<std::size_t>(c) * round.rows;
    const int above = std::min(c + 1, upper.rows);
    std::fill(std::copy(from, from + above, upper.Column(c)), upper.Column(c) + upper.rows, T(0));
    if (c >= lower.cols) continue;
    T* to = lower.Column(c);
    std::fill(to, to + c, T(0));
    to[c] = T(1);
    std::copy(from + c + 1, from + lower.rows, to + c + 1);
  }
}

// Rows that stand in a pivot's place and are none themselves go, in order, where pivots from elsewhere leave a gap.
void WriteExchanges(TileView<double> plan) {
  const int pivots = plan.rows;
  double* const tiles = plan.Column(0);
  double* const rows = plan.Column(1);
  std::vector<bool> is_pivot(pivots, false);
  std::vector<std::pair<double, double>> gaps;
  for (int s = 0; s < pivots; ++s) {
    if (tiles[s] == 0 && rows[s] >= 0 && rows[s] < pivots) {
      is_pivot[static_cast<std::size_t>(rows[s])] = true;
    } else {
      gaps.emplace_back(tiles[s], rows[s]);
    }
  }
  std::sort(gaps.begin(), gaps.end());
  auto gap = gaps.begin();
  for (int s = 0; s < pivots; ++s) {
    const auto [tile, row] = is_pivot[s] ? std::pair<double, double>(-1, -1) : *gap++;
    plan.Column(2)[s] = tile;
    plan.Column(3)[s] = row;
  }
}

std::vector<Napi::TypedArray> ArraysOf(std::initializer_list<Tile> first, const std::vector<Tile>& rest) {
  std::vector<Napi::TypedArray> arrays;
  for (const Tile& tile : first) arrays.push_back(tile.array);
  for (const Tile& tile : rest) arrays.push_back(tile.array);
  return arrays;
}

// Pairs of tiles from `position` on: where, C.
std::vector<Tile> ReadGroups(const Arguments& arguments, std::size_t position, const Tile& like) {
  std::vector<Tile> tiles;
  while (position + 1 < arguments.info().Length()) {
    const Tile where = arguments.ReadTile(position, "where");
    const Tile values = arguments.ReadTile(position + 1, "C");
    if (where.dtype != Dtype::kFloat64) arguments.Fail("where", "must hold float64");
    arguments.ExpectShape(where, values.rows, 2);
    arguments.ExpectShape(values, values.rows, like.cols);
    arguments.ExpectSameDtype(like, values);
    arguments.ExpectDisjoint(like, values);
    tiles.push_back(where);
    tiles.push_back(values);
    position += 2;
  }
  if (tiles.empty()) arguments.Fail("C", "is missing: at least one group of candidates is wanted");
  return tiles;
}

template <typename T>
std::vector<Group<T>> GroupsOf(const std::vector<Tile>& pairs) {
  std::vector<Group<T>> groups;
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    const TileView<double> where = pairs[i].View<double>();
    groups.push_back({pairs[i + 1].View<T>(), where.data, where.ld, 0});
  }
  return groups;
}

// The two results of a round that is not the last.
std::pair<Tile, Tile> ReadCandidates(const Arguments& arguments) {
  const Tile where = arguments.ReadTile(0, "where");
  const Tile values = arguments.ReadTile(1, "C");
  if (where.dtype != Dtype::kFloat64) arguments.Fail("where", "must hold float64");
  arguments.ExpectShape(where, values.rows, 2);
  return {where, values};
}

}  // namespace

Napi::Value SelectRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "selectRows");
  const auto [where, values] = ReadCandidates(arguments);
  const int first = arguments.ReadInteger(2, "first", 0, 1 << 30);
  std::vector<Tile> tiles;
  for (std::size_t position = 3; position < info.Length(); ++position) {
    tiles.push_back(arguments.ReadTile(position, "A"));
    arguments.ExpectShape(tiles.back(), tiles.back().rows, values.cols);
    arguments.ExpectSameDtype(values, tiles.back());
    arguments.ExpectDisjoint(values, tiles.back());
  }
  if (tiles.empty()) arguments.Fail("A", "is missing: at least one tile is wanted");
  return WithType(values.dtype, [&, where = where, values = values](auto zero) {
    using T = decltype(zero);
    std::vector<Group<T>> groups;
    for (const Tile& tile : tiles) {
      groups.push_back({tile.View<T>(), nullptr, 0, first + static_cast<int>(groups.size())});
    }
    const TileView<double> to_where = where.View<double>();
    const TileView<T> to_values = values.View<T>();
    return Submit(arguments, ArraysOf({where, values}, tiles), [=]() -> double {
      WriteCandidates(Round<T>(groups), groups, to_where, to_values);
      return 0;
    });
  });
}

Napi::Value MergeRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "mergeRows");
  const auto [where, values] = ReadCandidates(arguments);
  const std::vector<Tile> pairs = ReadGroups(arguments, 2, values);
  return WithType(values.dtype, [&, where = where, values = values](auto zero) {
    using T = decltype(zero);
    const std::vector<Group<T>> groups = GroupsOf<T>(pairs);
    const TileView<double> to_where = where.View<double>();
    const TileView<T> to_values = values.View<T>();
    return Submit(arguments, ArraysOf({where, values}, pairs), [=]() -> double {
      WriteCandidates(Round<T>(groups), groups, to_where, to_values);
      return 0;
    });
  });
}

Napi::Value FactorRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "factorRows");
  const Tile plan = arguments.ReadTile(0, "plan");
  const Tile lower = arguments.ReadTile(1, "L");
  const Tile upper = arguments.ReadTile(2, "U");
  if (plan.dtype != Dtype::kFloat64) arguments.Fail("plan", "must hold float64");
  arguments.ExpectShape(plan, upper.rows, 4);
  arguments.ExpectShape(lower, upper.rows, upper.rows);
  arguments.ExpectSameDtype(upper, lower);
  const std::vector<Tile> pairs = ReadGroups(arguments, 3, upper);
  return WithType(upper.dtype, [&](auto zero) {
    using T = decltype(zero);
    const std::vector<Group<T>> groups = GroupsOf<T>(pairs);
    const TileView<double> to_plan = plan.View<double>();
    const TileView<T> to_lower = lower.View<T>();
    const TileView<T> to_upper = upper.View<T>();
    return Submit(arguments, ArraysOf({plan, lower, upper}, pairs), [=]() -> double {
      const Round<T> round(groups);
      // Fewer candidates than pivots would leave rows of the factors undefined.
      if (round.Chosen() != to_upper.rows) return -1;
      WriteFactors(round, to_lower, to_upper);
      for (int s = 0; s < to_plan.rows; ++s) {
        const Candidate from = round.order[s];
        to_plan.Column(0)[s] = groups[from.group].TileOf(from.row);
        to_plan.Column(1)[s] = groups[from.group].RowOf(from.row);
      }
      WriteExchanges(to_plan);
      return 0;
    });
  });
}

}  // namespace numpywren
