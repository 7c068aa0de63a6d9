#include "qr.h"

#include <algorithm>
#include <string>

#include "arguments.h"
#include "job.h"
#include "qr-apply.h"
#include "qr-factor.h"

namespace numpywren {

namespace {

// T has a row for every column of a block, at least one.
void ExpectFactor(const Arguments& arguments, const Tile& v, const Tile& t) {
  arguments.ExpectSameDtype(v, t);
  if (t.cols == v.cols && t.rows >= 1) return;
  arguments.Fail(t.name, "is " + std::to_string(t.rows) + "x" + std::to_string(t.cols) + "; ib x " +
                             std::to_string(v.cols) + " with ib >= 1 is wanted");
}

void ExpectAtLeast(const Arguments& arguments, const Tile& tile, int found, int wanted, const char* what) {
  if (found >= wanted) return;
  arguments.Fail(tile.name,
                 "has " + std::to_string(found) + " " + what + "; at least " + std::to_string(wanted) + " are wanted");
}

}  // namespace

Napi::Value Geqrt(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "geqrt");
  const Tile a = arguments.ReadTile(0, "A");
  const Tile t = arguments.ReadTile(1, "T");
  const Tile r = arguments.ReadTile(2, "R");
  ExpectFactor(arguments, a, t);
  arguments.ExpectSameDtype(a, r);
  ExpectAtLeast(arguments, r, r.rows, std::min(a.rows, a.cols), "rows");
  arguments.ExpectShape(r, r.rows, a.cols);
  arguments.ExpectDisjoint(t, a);
  arguments.ExpectDisjoint(r, a);
  arguments.ExpectDisjoint(r, t);
  return WithType(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> av = a.View<T>();
    const TileView<T> tv = t.View<T>();
    const TileView<T> rv = r.View<T>();
    return Submit(arguments, {a.array, t.array, r.array}, [=]() -> double {
      qr::FactorTile<T>(av, tv, rv);
      return 0;
    });
  });
}

Napi::Value Gemqrt(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "gemqrt");
  const Tile v = arguments.ReadTile(0, "V");
  const Tile t = arguments.ReadTile(1, "T");
  const Tile c = arguments.ReadTile(2, "C");
  const bool right = arguments.ReadFlag(3, "right");
  const bool trans = arguments.ReadFlag(4, "trans");
  const int live = arguments.ReadInteger(5, "live", std::min(v.rows, v.cols), v.rows);
  ExpectFactor(arguments, v, t);
  arguments.ExpectSameDtype(v, c);
  arguments.ExpectShape(c, right ? c.rows : v.rows, right ? v.rows : c.cols);
  arguments.ExpectDisjoint(c, v);
  arguments.ExpectDisjoint(c, t);
  return WithType(v.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> vv = v.View<T>();
    const TileView<T> tv = t.View<T>();
    const TileView<T> cv = c.View<T>();
    return Submit(arguments, {v.array, t.array, c.array}, [=]() -> double {
      qr::ApplyReflectors<T>(right, trans, vv, tv, cv, live);
      return 0;
    });
  });
}

Napi::Value Tpqrt(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "tpqrt");
  const Tile r = arguments.ReadTile(0, "R");
  const Tile b = arguments.ReadTile(1, "B");
  const Tile t = arguments.ReadTile(2, "T");
  const bool triangle = arguments.ReadFlag(3, "triangle");
  ExpectFactor(arguments, b, t);
  arguments.ExpectSameDtype(b, r);
  ExpectAtLeast(arguments, r, r.rows, b.cols, "rows");
  arguments.ExpectShape(r, r.rows, b.cols);
  arguments.ExpectDisjoint(r, b);
  arguments.ExpectDisjoint(t, b);
  arguments.ExpectDisjoint(t, r);
  return WithType(b.dtype, [&](auto zero) {
    using T = decltype(zero);
    const TileView<T> rv = r.View<T>();
    const TileView<T> bv = b.View<T>();
    const TileView<T> tv = t.View<T>();
    return Submit(arguments, {r.array, b.array, t.array}, [=]() -> double {
      qr::FactorStacked<T>(rv, bv, tv, triangle);
      return 0;
    });
  });
}

Napi::Value Tpmqrt(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "tpmqrt");
  const Tile v = arguments.ReadTile(0, "V");
  const Tile t = arguments.ReadTile(1, "T");
  const Tile a = arguments.ReadTile(2, "A");
  const Tile b = arguments.ReadTile(3, "B");
  const bool right = arguments.ReadFlag(4, "right");
  const bool trans = arguments.ReadFlag(5, "trans");
  const bool triangle = arguments.ReadFlag(6, "triangle");
  const bool has_a = arguments.ReadFlag(7, "hasA");
  const bool has_b = arguments.ReadFlag(8, "hasB");
  ExpectFactor(arguments, v, t);
  for (const Tile* tile : {&a, &b}) {
    arguments.ExpectSameDtype(v, *tile);
    arguments.ExpectDisjoint(*tile, v);
    arguments.ExpectDisjoint(*tile, t);
  }
  arguments.ExpectDisjoint(a, b);
  ExpectAtLeast(arguments, a, right ? a.cols : a.rows, v.cols, right ? "columns" : "rows");
  arguments.ExpectShape(b, right ? a.rows : v.rows, right ? v.rows : a.cols);
  return WithType(v.dtype, [&](auto zero) {
    using T = decltype(zero);
    const qr::StackedUpdate<T> update{right, trans, triangle, v.View<T>(), t.View<T>(), a.View<T>(), b.View<T>()};
    return Submit(arguments, {v.array, t.array, a.array, b.array}, [=]() -> double {
      update.Run(has_a, has_b);
      return 0;
    });
  });
}

}  // namespace numpywren
