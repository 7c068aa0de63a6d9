#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <limits>
#include <system_error>
#include <thread>
#include <vector>

#include "tile-view.h"
#include "tridiagonal-blocks.h"

namespace numpywren::tridiagonal {

// Reduction of a symmetric band matrix to tridiagonal form by bulge chasing with reflectors of b elements: LAPACK 3.7 xSYTRD_SB2ST;
// Haidar, Ltaief and Dongarra, SC 2011; Bischof, Lang and Sun, ACM TOMS 26(4), 2000. 6 n^2 b flops.
//
// Sweep s makes column s tridiagonal. Its step k works on the rows R(k) = s + 1 + k b, ..., s + (k + 1) b:
//
//        R(k-1)  R(k)
//      +------+
//      |  D   |         step 0:  H(s, 0) makes column s, rows R(0), a multiple of e_1; D(0) := H D(0) H
//      +------+------+
//      |  B   |  D   |  step k:  B := B H(s, k-1) fills B; H(s, k) makes its first column a multiple of e_1;
//      +------+------+           B := H(s, k) B; D(k) := H(s, k) D(k) H(s, k)
//
// Sweep s + 1 may do step k when sweep s has done step k + 1. Several sweeps go through the band together, so that what one leaves in
// the cache the next one finds there; several threads take such groups in turn. No sum depends on who computes it.
template <typename T>
class BulgeChase {
 public:
  // ab: (b + 1) x n, A(j + r, j) at row r of column j. reflectors (n x n) receives v of H(s, k) in rows R(k) of column s, with tau
  // in the place of v[0] = 1; without data nothing is kept.
  BulgeChase(TileView<T> ab, TileView<T> reflectors)
      : n_(ab.cols),
        b_(ab.rows - 1),
        ld_(2 * b_ + Padding<T>()),
        band_(static_cast<std::size_t>(ld_ + 1) * n_ + Padding<T>()),
        reflectors_(reflectors),
        done_(static_cast<std::size_t>(std::max(0, n_ - 2))) {
    for (int j = 0; j < n_; ++j) std::copy_n(ab.Column(j), std::min(b_ + 1, n_ - j), At(j, j));
  }

  // d, e: n elements each; the last of e is 0.
  void Run(int threads, T* d, T* e) {
    if (b_ > 1) Chase(threads);
    for (int j = 0; j < n_; ++j) {
      d[j] = *At(j, j);
      e[j] = j + 1 < n_ && b_ > 0 ? *At(j + 1, j) : T(0);
    }
  }

 private:
  // Sweeps that go together: their blocks fit the second-level cache.
  static constexpr int kGroup = 4;

  T* At(int i, int j) { return band_.data() + Padding<T>() + i + static_cast<std::ptrdiff_t>(j) * ld_; }
  int StepsOf(int s) const { return (n_ - 2 - s) / b_ + 1; }

  void Chase(int threads) {
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t) {
      try {
        others.emplace_back([this] { TakeGroups(); });
      } catch (const std::system_error&) {
        break;  // the system has no more threads: those that are there do the work
      }
    }
    TakeGroups();
    for (std::thread& other : others) other.join();
  }

  void TakeGroups() {
    const int sweeps = n_ - 2;
    std::vector<T> work(static_cast<std::size_t>(kGroup) * n_ + 2 * b_);
    std::vector<T> taus(kGroup);
    for (int first = next_.fetch_add(kGroup); first < sweeps; first = next_.fetch_add(kGroup)) {
      const int count = std::min(kGroup, sweeps - first);
      const int ticks = StepsOf(first) + 2 * (count - 1);
      for (int tick = 0; tick < ticks; ++tick) {
        for (int q = 0; q < count; ++q) {
          const int s = first + q;
          const int k = tick - 2 * q;
          if (k < 0 || k >= StepsOf(s)) continue;
          if (s > 0) Await(s - 1, std::min(k + 2, StepsOf(s - 1)));
          T* v = reflectors_.data != nullptr ? reflectors_.Column(s) : work.data() + static_cast<std::size_t>(q) * n_;
          const T tau = Step(s, k, v, taus[q], work.data() + static_cast<std::size_t>(kGroup) * n_);
          if (k > 0) v[s + 1 + (k - 1) * b_] = taus[q];
          if (k == StepsOf(s) - 1) v[s + 1 + k * b_] = tau;
          taus[q] = tau;
          done_[s].store(k + 1, std::memory_order_release);
        }
      }
    }
  }

  void Await(int s, int steps) {
    for (int turns = 0; done_[s].load(std::memory_order_acquire) < steps; ++turns) {
      if (turns > 200) std::this_thread::yield();
    }
  }

  // v: where the vector of this sweep has its row 0; tau: of H(s, k - 1). Returns tau of H(s, k).
  T Step(int s, int k, T* v, T tau, T* work) {
    const int row = s + 1 + k * b_;
    const int m = std::min(b_, n_ - row);
    T factor = 0;
    if (k == 0) {
      factor = Eliminate(At(row, s), m, v + row);
    } else {
      const T* u = v + row - b_;
      T* block = At(row, row - b_);
      Multiply(block, ld_, m, b_, u, work);
      for (int r = 0; r < m; ++r) block[r] -= work[r] * tau;
      factor = Eliminate(block, m, v + row);
      ReflectLeft(block + ld_, ld_, m, b_ - 1, u + 1, tau, work, v + row, factor);
    }
    ReflectBothSides(At(row, row), ld_, m, v + row, factor, work);
    return factor;
  }

  // x becomes beta e_1, by the reflector whose vector goes to v. Returns its tau. LAPACK xLARFG, but what is too small for its
  // square to be a normal number is set to zero: the matrix has been scaled.
  static T Eliminate(T* x, int m, T* v) {
    const T alpha = x[0];
    const T rest = SumOfSquares(x + 1, m - 1);
    v[0] = T(1);
    T tau = 0;
    if (rest < std::numeric_limits<T>::min()) {
      std::fill(v + 1, v + m, T(0));
    } else {
      const T beta = std::copysign(std::sqrt(alpha * alpha + rest), -alpha);
      tau = (beta - alpha) / beta;
      for (int i = 1; i < m; ++i) v[i] = x[i] / (alpha - beta);
      x[0] = beta;
    }
    std::fill(x + 1, x + m, T(0));
    return tau;
  }

  const int n_;
  const int b_;
  const int ld_;
  std::vector<T> band_;
  const TileView<T> reflectors_;
  std::vector<std::atomic<int>> done_;
  std::atomic<int> next_{0};
};

}  // namespace numpywren::tridiagonal
