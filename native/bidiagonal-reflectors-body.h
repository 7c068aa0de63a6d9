// Included once for each vector width, inside a namespace and with NUMPYWREN_VECTOR_BYTES set: the compiler lowers vector
// types before it clones functions, so target_clones would give every machine the narrow code.

// A vector of the machine's width, wherever its elements lie.
template <typename T>
struct Lanes;
template <>
struct Lanes<double> {
  typedef double Vector __attribute__((vector_size(NUMPYWREN_VECTOR_BYTES), aligned(8), may_alias));
  static constexpr int kCount = NUMPYWREN_VECTOR_BYTES / 8;
};
template <>
struct Lanes<float> {
  typedef float Vector __attribute__((vector_size(NUMPYWREN_VECTOR_BYTES), aligned(4), may_alias));
  static constexpr int kCount = NUMPYWREN_VECTOR_BYTES / 4;
};

using Step = std::ptrdiff_t;

// Four columns at a time: s_c = tau v^T a_c, then a_c -= s_c v while the columns are in the first cache.
template <typename T, int kColumns>
inline void LeftColumns(int m, const T* v, T tau, T* a, int lda) {
  using Vector = typename Lanes<T>::Vector;
  constexpr int kLanes = Lanes<T>::kCount;
  const int whole = m - m % kLanes;
  Vector sums[kColumns] = {};
  for (int r = 0; r < whole; r += kLanes) {
    const Vector vr = *reinterpret_cast<const Vector*>(v + r);
    for (int c = 0; c < kColumns; ++c) sums[c] += vr * *reinterpret_cast<const Vector*>(a + Step(c) * lda + r);
  }
  T s[kColumns];
  for (int c = 0; c < kColumns; ++c) {
    T sum = 0;
    for (int l = 0; l < kLanes; ++l) sum += sums[c][l];
    for (int r = whole; r < m; ++r) sum += v[r] * a[Step(c) * lda + r];
    s[c] = tau * sum;
  }
  for (int r = 0; r < whole; r += kLanes) {
    const Vector vr = *reinterpret_cast<const Vector*>(v + r);
    for (int c = 0; c < kColumns; ++c) *reinterpret_cast<Vector*>(a + Step(c) * lda + r) -= s[c] * vr;
  }
  for (int c = 0; c < kColumns; ++c) {
    for (int r = whole; r < m; ++r) a[Step(c) * lda + r] -= s[c] * v[r];
  }
}

template <typename T>
inline void Left(int m, int n, const T* v, T tau, T* a, int lda) {
  int c = 0;
  for (; c + 4 <= n; c += 4) LeftColumns<T, 4>(m, v, tau, a + Step(c) * lda, lda);
  for (; c < n; ++c) LeftColumns<T, 1>(m, v, tau, a + Step(c) * lda, lda);
}

// kVectors vectors of rows at a time: w = A v over all columns in registers, then a_c -= tau v_c w.
template <typename T, int kVectors>
inline void RightRows(int n, const T* v, T tau, T* a, int lda) {
  using Vector = typename Lanes<T>::Vector;
  constexpr int kLanes = Lanes<T>::kCount;
  Vector w[kVectors] = {};
  for (int c = 0; c < n; ++c) {
    const T* column = a + Step(c) * lda;
    for (int k = 0; k < kVectors; ++k) w[k] += v[c] * *reinterpret_cast<const Vector*>(column + k * kLanes);
  }
  for (int k = 0; k < kVectors; ++k) w[k] *= tau;
  for (int c = 0; c < n; ++c) {
    T* column = a + Step(c) * lda;
    for (int k = 0; k < kVectors; ++k) *reinterpret_cast<Vector*>(column + k * kLanes) -= v[c] * w[k];
  }
}

template <typename T>
inline void Right(int m, int n, const T* v, T tau, T* a, int lda) {
  constexpr int kLanes = Lanes<T>::kCount;
  int r = 0;
  for (; r + 8 * kLanes <= m; r += 8 * kLanes) RightRows<T, 8>(n, v, tau, a + r, lda);
  for (; r + 2 * kLanes <= m; r += 2 * kLanes) RightRows<T, 2>(n, v, tau, a + r, lda);
  for (; r + kLanes <= m; r += kLanes) RightRows<T, 1>(n, v, tau, a + r, lda);
  for (; r < m; ++r) {
    T sum = 0;
    for (int c = 0; c < n; ++c) sum += v[c] * a[Step(c) * lda + r];
    sum *= tau;
    for (int c = 0; c < n; ++c) a[Step(c) * lda + r] -= v[c] * sum;
  }
}
