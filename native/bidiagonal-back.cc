#include "bidiagonal-back.h"

#include <lapacke.h>

#include <algorithm>
#include <cstddef>

#include "aligned-vector.h"
#include "blas.h"

namespace numpywren::bidiagonal {

namespace {

int Larft(int m, int k, const double* v, int ldv, const double* tau, double* t, int ldt) {
  return LAPACKE_dlarft_work(LAPACK_COL_MAJOR, 'F', 'C', m, k, v, ldv, tau, t, ldt);
}
int Larft(int m, int k, const float* v, int ldv, const float* tau, float* t, int ldt) {
  return LAPACKE_slarft_work(LAPACK_COL_MAJOR, 'F', 'C', m, k, v, ldv, tau, t, ldt);
}

// Sweeps whose reflectors make one block: a wider one runs closer to the speed of a product and does more for nothing.
int GroupOf(int width) { return std::max(8, width / 2); }

template <typename T>
class BlockReflector {
 public:
  BlockReflector(TileView<T> w, int width) : w_(w), width_(width), group_(GroupOf(width)) {
    v_.resize(static_cast<std::size_t>(width + group_) * group_);
    vt_.resize(v_.size());
    t_.resize(static_cast<std::size_t>(group_) * group_);
    tau_.resize(group_);
  }

  int group() const { return group_; }

  // Gathers the reflectors of step k of the sweeps from `sweep` to `end`.
  // Returns how many there are; they act on m() rows from first() on.
  int Gather(int sweep, int end, int k) {
    const int n = w_.rows;
    first_ = sweep + 1 + k * width_;
    count_ = std::min(end - sweep, n - first_);
    if (count_ <= 0) return 0;
    m_ = std::min(width_ + count_ - 1, n - first_);
    std::fill(v_.begin(), v_.begin() + static_cast<std::size_t>(m_) * count_, T(0));
    for (int c = 0; c < count_; ++c) {
      const int top = first_ + c;
      const int length = std::min(width_, n - top);
      const T* source = w_.Column(sweep + c) + top;
      T* target = v_.data() + static_cast<std::size_t>(c) * m_ + c;
      tau_[c] = source[0];
      target[0] = T(1);
      std::copy(source + 1, source + length, target + 1);
    }
    Larft(m_, count_, v_.data(), m_, tau_.data(), t_.data(), count_);
    for (int c = 0; c < count_; ++c) {
      std::fill(t_.begin() + static_cast<std::size_t>(c) * count_ + c + 1,
                t_.begin() + static_cast<std::size_t>(c + 1) * count_, T(0));
    }
    blas::Gemm(false, false, m_, count_, count_, T(1), v_.data(), m_, t_.data(), count_, T(0), vt_.data(), m_);
    return count_;
  }

  // X := X - (V T) (V^T X) on its rows.
  void Apply(TileView<T> x) {
    work_.resize(static_cast<std::size_t>(group_) * x.cols);
    T* rows = x.data + first_;
    blas::Gemm(true, false, count_, x.cols, m_, T(1), v_.data(), m_, rows, x.ld, T(0), work_.data(), count_);
    blas::Gemm(false, false, m_, x.cols, count_, T(-1), vt_.data(), m_, work_.data(), count_, T(1), rows, x.ld);
  }

 private:
  TileView<T> w_;
  int width_;
  int group_;
  int first_ = 0;
  int m_ = 0;
  int count_ = 0;
  AlignedVector<T> v_;
  AlignedVector<T> vt_;
  AlignedVector<T> t_;
  AlignedVector<T> tau_;
  AlignedVector<T> work_;
};

template <typename T>
void ApplyAll(TileView<T> w, int width, TileView<T> x) {
  const int n = x.rows;
  const int sweeps = n - 1;
  if (sweeps <= 0 || x.cols == 0) return;
  BlockReflector<T> block(w, width);
  const int group = block.group();
  for (int sweep = (sweeps - 1) / group * group; sweep >= 0; sweep -= group) {
    const int end = std::min(sweeps, sweep + group);
    for (int k = 0; block.Gather(sweep, end, k) > 0; ++k) block.Apply(x);
  }
}

}  // namespace

void ApplyReflectors(TileView<double> w, int width, TileView<double> x) { ApplyAll(w, width, x); }
void ApplyReflectors(TileView<float> w, int width, TileView<float> x) { ApplyAll(w, width, x); }

}  // namespace numpywren::bidiagonal
