#include "bidiagonal-chase.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "aligned-vector.h"
#include "bidiagonal-reflectors.h"

namespace numpywren::bidiagonal {

namespace {

// Sweeps that one thread chases together, so that their blocks stay in the second cache.
constexpr int kSweeps = 4;
// A sweep stays that many steps behind the one before: step k works on what its step k + 2 zeroes.
constexpr int kLag = 2;

// One step of one sweep. A sweep zeroes row s right of its superdiagonal and what fills in: step k works on columns and
// rows [first, first + count) with first = s + 1 + k width.
template <typename T>
class Step {
 public:
  Step(const Band<T>& band, const Reflectors<T>& left, const Reflectors<T>& right)
      : band_(band), left_(left), right_(right), v_(band.width) {}

  void Run(int sweep, int k) {
    const int n = band_.n;
    const int b = band_.width;
    const int first = sweep + 1 + k * b;
    const int count = std::min(b, n - first);
    const int ld = band_.Stride();
    // From the right: row r of the block above loses all but its first element.
    const int row = k == 0 ? sweep : first - b;
    for (int c = 0; c < count; ++c) v_[c] = *band_.At(row, first + c);
    T beta = 0;
    T tau = MakeReflector(count, v_.data(), &beta);
    ApplyRight(first + count - row, count, v_.data(), tau, band_.At(row, first), ld);
    *band_.At(row, first) = beta;
    for (int c = 1; c < count; ++c) *band_.At(row, first + c) = 0;
    Keep(right_, sweep, first, count, tau);
    // From the left: column first loses all below the diagonal.
    const int last = std::min(n, first + 2 * b);
    std::copy(band_.At(first, first), band_.At(first, first) + count, v_.data());
    tau = MakeReflector(count, v_.data(), &beta);
    ApplyLeft(count, last - first - 1, v_.data(), tau, band_.At(first, first + 1), ld);
    T* column = band_.At(first, first);
    column[0] = beta;
    std::fill(column + 1, column + count, T(0));
    Keep(left_, sweep, first, count, tau);
  }

 private:
  void Keep(const Reflectors<T>& reflectors, int sweep, int first, int count, T tau) {
    if (reflectors.data == nullptr) return;
    T* target = reflectors.At(first, sweep);
    std::copy(v_.begin(), v_.begin() + count, target);
    target[0] = tau;
  }

  const Band<T>& band_;
  const Reflectors<T>& left_;
  const Reflectors<T>& right_;
  AlignedVector<T> v_;
};

// Groups of sweeps go round the threads. In wave w of a group its sweep j makes step w - kLag j, j ascending. The last sweep
// of the group before must have made step w + kLag: that is in its wave w + kLag kSweeps.
template <typename T>
class Pipeline {
 public:
  Pipeline(const Band<T>& band, const Reflectors<T>& left, const Reflectors<T>& right, int threads)
      : band_(band), left_(left), right_(right), sweeps_(std::max(0, band.n - 1)), threads_(threads) {
    groups_ = (sweeps_ + kSweeps - 1) / kSweeps;
    waves_ = std::vector<std::atomic<int>>(groups_);
  }

  void Run() {
    std::vector<std::thread> others;
    for (int t = 1; t < threads_; ++t) others.emplace_back([this, t] { Work(t); });
    Work(0);
    for (std::thread& other : others) other.join();
  }

 private:
  int StepsOf(int sweep) const { return (band_.n - 1 - sweep + band_.width - 1) / band_.width; }

  void Work(int thread) {
    Step<T> step(band_, left_, right_);
    for (int group = thread; group < groups_; group += threads_) {
      const int from = group * kSweeps;
      const int to = std::min(sweeps_, from + kSweeps);
      const int waves = StepsOf(from) + kLag * (to - from - 1);
      for (int wave = 0; wave < waves; ++wave) {
        if (group > 0) WaitFor(group - 1, wave + kLag * kSweeps);
        for (int sweep = from; sweep < to; ++sweep) {
          const int k = wave - kLag * (sweep - from);
          if (k >= 0 && k < StepsOf(sweep)) step.Run(sweep, k);
        }
        waves_[group].store(wave + 1, std::memory_order_release);
      }
      waves_[group].store(kFinished, std::memory_order_release);
    }
  }

  void WaitFor(int group, int wave) const {
    while (waves_[group].load(std::memory_order_acquire) <= wave) std::this_thread::yield();
  }

  static constexpr int kFinished = 2147483647;

  const Band<T>& band_;
  const Reflectors<T>& left_;
  const Reflectors<T>& right_;
  int sweeps_;
  int threads_;
  int groups_;
  // Waves that each group has finished.
  std::vector<std::atomic<int>> waves_;
};

template <typename T>
void ChaseAll(const Band<T>& band, const Reflectors<T>& left, const Reflectors<T>& right, int threads) {
  Pipeline<T>(band, left, right, std::max(1, threads)).Run();
}

}  // namespace

void Chase(const Band<double>& band, const Reflectors<double>& left, const Reflectors<double>& right, int threads) {
  ChaseAll(band, left, right, threads);
}

void Chase(const Band<float>& band, const Reflectors<float>& left, const Reflectors<float>& right, int threads) {
  ChaseAll(band, left, right, threads);
}

}  // namespace numpywren::bidiagonal
