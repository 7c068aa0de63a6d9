#include "row-exchange.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

struct Move {
  int to;
  int from;
};

template <typename T>
void MoveRows(const std::vector<Move>& moves, TileView<T> to, TileView<T> from) {
  if (moves.empty()) return;
  for (int c = 0; c < to.cols; ++c) {
    T* const target = to.Column(c);
    const T* const source = from.Column(c);
    for (const Move& move : moves) target[move.to] = source[move.from];
  }
}

template <typename T>
void MoveColumns(const std::vector<Move>& moves, TileView<T> to, TileView<T> from) {
  for (const Move& move : moves) {
    std::copy(from.Column(move.from), from.Column(move.from) + to.rows, to.Column(move.to));
  }
}

// Pivot rows that come from a tile.
std::vector<Move> Pivots(TileView<double> plan, int tile) {
  std::vector<Move> moves;
  for (int s = 0; s < plan.rows; ++s) {
    if (plan.Column(0)[s] == tile) moves.push_back({s, static_cast<int>(plan.Column(1)[s])});
  }
  return moves;
}

// Rows of the pivot tile that go to a tile.
std::vector<Move> Displaced(TileView<double> plan, int tile) {
  std::vector<Move> moves;
  for (int s = 0; s < plan.rows; ++s) {
    if (plan.Column(2)[s] == tile) moves.push_back({static_cast<int>(plan.Column(3)[s]), s});
  }
  return moves;
}

// Numbers that come out of a store may be anything.
bool Fits(const std::vector<Move>& moves, int to, int from) {
  return std::all_of(moves.begin(), moves.end(), [=](const Move& move) {
    return move.to >= 0 && move.to < to && move.from >= 0 && move.from < from;
  });
}

template <typename T>
double CollectPivots(TileView<double> plan, TileView<T> x, int first, const std::vector<TileView<T>>& tiles) {
  if (first == 0) {
    const TileView<T>& top = tiles.front();
    for (int c = 0; c < x.cols; ++c) {
      std::copy(top.Column(c) + plan.rows, top.Column(c) + x.rows, x.Column(c) + plan.rows);
    }
    const std::vector<Move> displaced = Displaced(plan, 0);
    if (!Fits(displaced, x.rows, top.rows)) return -1;
    MoveRows(displaced, x, top);
  }
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const std::vector<Move> pivots = Pivots(plan, first + static_cast<int>(i));
    if (!Fits(pivots, x.rows, tiles[i].rows)) return -1;
    MoveRows(pivots, x, tiles[i]);
  }
  return 0;
}

template <typename T>
struct Numbered {
  TileView<double> numbers;
  TileView<T> values;
};

template <typename T>
void Take(TileView<double> wanted, TileView<T> x, bool columns, const std::vector<Numbered<T>>& sources) {
  std::vector<std::pair<double, int>> places;
  for (int s = 0; s < wanted.rows; ++s) places.emplace_back(wanted.data[s], s);
  std::sort(places.begin(), places.end());
  for (const Numbered<T>& source : sources) {
    std::vector<Move> moves;
    for (int r = 0; r < source.numbers.rows; ++r) {
      const double number = source.numbers.data[r];
      auto place = std::lower_bound(places.begin(), places.end(), std::pair<double, int>(number, -1));
      for (; place != places.end() && place->first == number; ++place) moves.push_back({place->second, r});
    }
    if (columns) {
      MoveColumns(moves, x, source.values);
    } else {
      MoveRows(moves, x, source.values);
    }
  }
}

Tile ReadPlan(const Arguments& arguments) {
  const Tile plan = arguments.ReadTile(0, "plan");
  if (plan.dtype != Dtype::kFloat64) arguments.Fail("plan", "must hold float64");
  arguments.ExpectShape(plan, plan.rows, 4);
  return plan;
}

Tile ReadNumbers(const Arguments& arguments, std::size_t position, const char* name) {
  const Tile numbers = arguments.ReadTile(position, name);
  if (numbers.dtype != Dtype::kFloat64) arguments.Fail(name, "must hold float64");
  arguments.ExpectShape(numbers, numbers.rows, 1);
  return numbers;
}

}  // namespace

Napi::Value PivotRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "pivotRows");
  const Tile plan = ReadPlan(arguments);
  const Tile x = arguments.ReadTile(1, "X");
  const int first = arguments.ReadInteger(2, "first", 0, 1 << 30);
  if (plan.rows > x.rows) arguments.Fail("plan", "has more rows than X");
  std::vector<Tile> tiles;
  std::vector<Napi::TypedArray> arrays = {plan.array, x.array};
  for (std::size_t position = 3; position < info.Length(); ++position) {
    const Tile a = arguments.ReadTile(position, "A");
    const bool is_top = first == 0 && tiles.empty();
    arguments.ExpectShape(a, is_top ? x.rows : a.rows, x.cols);
    arguments.ExpectSameDtype(x, a);
    arguments.ExpectDisjoint(x, a);
    tiles.push_back(a);
    arrays.push_back(a.array);
  }
  if (tiles.empty()) arguments.Fail("A", "is missing: at least one tile is wanted");
  return WithType(x.dtype, [&](auto zero) {
    using T = decltype(zero);
    std::vector<TileView<T>> views;
    for (const Tile& tile : tiles) views.push_back(tile.View<T>());
    const TileView<double> plan_view = plan.View<double>();
    const TileView<T> x_view = x.View<T>();
    return Submit(arguments, arrays, [=]() -> double { return CollectPivots(plan_view, x_view, first, views); });
  });
}

Napi::Value ReceiveRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "receiveRows");
  const Tile plan = ReadPlan(arguments);
  const Tile a = arguments.ReadTile(1, "A");
  const Tile top = arguments.ReadTile(2, "top");
  const int tile = arguments.ReadInteger(3, "tile", 0, 1 << 30);
  arguments.ExpectShape(top, top.rows, a.cols);
  arguments.ExpectSameDtype(a, top);
  arguments.ExpectDisjoint(a, top);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<double> plan_view = plan.View<double>();
    const TileView<T> to = a.View<T>();
    const TileView<T> from = top.View<T>();
    return Submit(arguments, {plan.array, a.array, top.array}, [=]() -> double {
      const std::vector<Move> moves = Displaced(plan_view, tile);
      if (!Fits(moves, to.rows, from.rows)) return -1;
      MoveRows(moves, to, from);
      return 0;
    });
  });
}

Napi::Value TakeRows(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "takeRows");
  const Tile wanted = ReadNumbers(arguments, 0, "wanted");
  const Tile x = arguments.ReadTile(1, "X");
  const bool columns = arguments.ReadFlag(2, "columns");
  arguments.ExpectShape(wanted, columns ? x.cols : x.rows, 1);
  std::vector<Tile> tiles;
  std::vector<Napi::TypedArray> arrays = {wanted.array, x.array};
  for (std::size_t position = 3; position + 1 < info.Length(); position += 2) {
    const Tile numbers = ReadNumbers(arguments, position, "numbers");
    const Tile a = arguments.ReadTile(position + 1, "A");
    arguments.ExpectShape(a, columns ? x.rows : numbers.rows, columns ? numbers.rows : x.cols);
    arguments.ExpectSameDtype(x, a);
    arguments.ExpectDisjoint(x, a);
    tiles.push_back(numbers);
    tiles.push_back(a);
    arrays.push_back(numbers.array);
    arrays.push_back(a.array);
  }
  return WithType(x.dtype, [&](auto zero) {
    using T = decltype(zero);
    std::vector<Numbered<T>> sources;
    for (std::size_t i = 0; i < tiles.size(); i += 2) sources.push_back({tiles[i].View<double>(), tiles[i + 1].View<T>()});
    const TileView<double> wanted_view = wanted.View<double>();
    const TileView<T> x_view = x.View<T>();
    return Submit(arguments, arrays, [=]() -> double {
      Take(wanted_view, x_view, columns, sources);
      return 0;
    });
  });
}

}  // namespace numpywren
