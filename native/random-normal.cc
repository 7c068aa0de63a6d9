#include "random-normal.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "arguments.h"
#include "job.h"

namespace numpywren {

namespace {

using Words = std::array<std::uint32_t, 4>;

// Ten rounds on a counter.
Words Philox(Words counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xd2511f53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xcd9e8d57} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key1, static_cast<std::uint32_t>(product0)};
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  return counter;
}

// In (0, 1], of 53 bits.
double Uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 11;
  return (static_cast<double>(bits) + 1) * 0x1p-53;
}

template <typename T>
void Fill(TileView<T> x, std::uint64_t row, std::uint32_t seed) {
  constexpr double kTwoPi = 6.283185307179586;
  for (int c = 0; c < x.cols; c += 2) {
    for (int r = 0; r < x.rows; ++r) {
      const std::uint64_t at = row + r;
      const Words words = Philox({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at >> 32),
                                  static_cast<std::uint32_t>(c / 2), 0},
                                 seed, 0x6e707972);
      const double radius = std::sqrt(-2 * std::log(Uniform(words[0], words[1])));
      const double angle = kTwoPi * Uniform(words[2], words[3]);
      x.Column(c)[r] = static_cast<T>(radius * std::cos(angle));
      if (c + 1 < x.cols) x.Column(c + 1)[r] = static_cast<T>(radius * std::sin(angle));
    }
  }
}

}  // namespace

Napi::Value RandomNormal(const Napi::CallbackInfo& info) {
  const Arguments arguments(info, "randomNormal");
  const Tile x = arguments.ReadTile(0, "X");
  const double row = arguments.ReadNumber(1, "row");
  const double seed = arguments.ReadNumber(2, "seed");
  if (!(row >= 0 && row <= 9007199254740991.0)) arguments.Fail("row", "is out of range; a whole number from 0 is wanted");
  if (!(seed >= 0 && seed <= 4294967295.0)) arguments.Fail("seed", "is out of range; 0 to 4294967295 is wanted");
  return WithType(x.dtype, [&](auto zero) {
    const auto view = x.View<decltype(zero)>();
    return Submit(arguments, {x.array}, [=]() -> double {
      Fill(view, static_cast<std::uint64_t>(row), static_cast<std::uint32_t>(seed));
      return 0;
    });
  });
}

}  // namespace numpywren
