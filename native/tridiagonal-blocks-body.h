// Included once for each kind of processor, inside a namespace and with NUMPYWREN_VECTOR_BYTES set: the compiler lowers vector types
// before it clones functions.

// A vector of elements, wherever they lie, and the numbers of its lanes.
template <typename T>
struct Pack;
template <>
struct Pack<double> {
  typedef double Type __attribute__((vector_size(NUMPYWREN_VECTOR_BYTES), aligned(8), may_alias));
  typedef std::int64_t Index __attribute__((vector_size(NUMPYWREN_VECTOR_BYTES)));
#if NUMPYWREN_VECTOR_BYTES == 64
  static constexpr Index kLane = {0, 1, 2, 3, 4, 5, 6, 7};
#else
  static constexpr Index kLane = {0, 1, 2, 3};
#endif
};
template <>
struct Pack<float> {
  typedef float Type __attribute__((vector_size(NUMPYWREN_VECTOR_BYTES), aligned(4), may_alias));
  typedef std::int32_t Index __attribute__((vector_size(NUMPYWREN_VECTOR_BYTES)));
#if NUMPYWREN_VECTOR_BYTES == 64
  static constexpr Index kLane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#else
  static constexpr Index kLane = {0, 1, 2, 3, 4, 5, 6, 7};
#endif
};
template <typename T>
constexpr int Lanes() {
  return NUMPYWREN_VECTOR_BYTES / static_cast<int>(sizeof(T));
}

// Columns that are worked on at the same time; lanes are a multiple of them.
constexpr int kColumns = 4;

template <typename T>
inline typename Pack<T>::Type& At(T* p) {
  return *reinterpret_cast<typename Pack<T>::Type*>(p);
}
template <typename T>
inline const typename Pack<T>::Type& At(const T* p) {
  return *reinterpret_cast<const typename Pack<T>::Type*>(p);
}

template <typename T>
inline T Sum(const typename Pack<T>::Type& x) {
  T part[Lanes<T>()];
  At<T>(part) = x;
  for (int width = Lanes<T>() / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) part[i] += part[i + width];
  }
  return part[0];
}

template <typename T>
inline T Dot(const T* x, const T* y, int m) {
  typename Pack<T>::Type sum = {};
  int i = 0;
  for (; i + Lanes<T>() <= m; i += Lanes<T>()) sum += At(x + i) * At(y + i);
  T rest = 0;
  for (; i < m; ++i) rest += x[i] * y[i];
  return Sum<T>(sum) + rest;
}

// x := D v. Columns j, ..., j + q - 1 of one block of rows; whole vectors from row `top` on, of which the first holds the
// diagonal and reads the zeros left of it.
template <typename T, int q>
inline void MultiplyColumns(const T* d, int ld, int m, int j, int top, const T* v, T* x) {
  const T* column[q];
  typename Pack<T>::Type sum[q];
  for (int c = 0; c < q; ++c) {
    column[c] = d + static_cast<std::ptrdiff_t>(j + c) * ld;
    sum[c] = typename Pack<T>::Type{};
  }
  int i = top;
  for (; i + Lanes<T>() <= m; i += Lanes<T>()) {
    auto xi = At(x + i);
    const auto vi = At(v + i);
    for (int c = 0; c < q; ++c) {
      const auto a = At(column[c] + i);
      xi += a * v[j + c];
      sum[c] += a * vi;
    }
    At(x + i) = xi;
  }
  for (int c = 0; c < q; ++c) {
    T rest = 0;
    for (int r = std::max(i, j + c); r < m; ++r) {
      x[r] += column[c][r] * v[j + c];
      rest += column[c][r] * v[r];
    }
    // The diagonal was met twice.
    x[j + c] += Sum<T>(sum[c]) + rest - column[c][j + c] * v[j + c];
  }
}

// D := D - v w^T - w v^T in these columns.
template <typename T, int q>
inline void UpdateColumns(T* d, int ld, int m, int j, int top, const T* v, const T* w) {
  T* column[q];
  for (int c = 0; c < q; ++c) column[c] = d + static_cast<std::ptrdiff_t>(j + c) * ld;
  int i = top;
  if (i + Lanes<T>() <= m) {
    const auto vi = At(v + i);
    const auto wi = At(w + i);
    for (int c = 0; c < q; ++c) {
      const auto below = Pack<T>::kLane >= (j + c - top);
      const auto old = At(column[c] + i);
      const auto updated = old - vi * w[j + c] - wi * v[j + c];
      At(column[c] + i) = below ? updated : old;
    }
    i += Lanes<T>();
  }
  for (; i + Lanes<T>() <= m; i += Lanes<T>()) {
    const auto vi = At(v + i);
    const auto wi = At(w + i);
    for (int c = 0; c < q; ++c) At(column[c] + i) -= vi * w[j + c] + wi * v[j + c];
  }
  for (int c = 0; c < q; ++c) {
    for (int r = std::max(i, j + c); r < m; ++r) column[c][r] -= v[r] * w[j + c] + w[r] * v[j + c];
  }
}

template <typename T>
void BothSides(T* d, int ld, int m, const T* v, T tau, T* work) {
  if (tau == T(0)) return;
  T* x = work;
  T* w = work + m;
  std::fill(x, x + m, T(0));
  const auto forColumns = [&](auto four, auto one) {
    int j = 0;
    for (; j + kColumns <= m; j += kColumns) four(j, j / Lanes<T>() * Lanes<T>());
    for (; j < m; ++j) one(j, j / Lanes<T>() * Lanes<T>());
  };
  forColumns([&](int j, int top) { MultiplyColumns<T, kColumns>(d, ld, m, j, top, v, x); },
             [&](int j, int top) { MultiplyColumns<T, 1>(d, ld, m, j, top, v, x); });
  // H D H = D - v w^T - w v^T with w = tau x - tau^2 (x^T v) / 2 v
  const T half = T(0.5) * tau * tau * Dot(x, v, m);
  for (int i = 0; i < m; ++i) w[i] = tau * x[i] - half * v[i];
  forColumns([&](int j, int top) { UpdateColumns<T, kColumns>(d, ld, m, j, top, v, w); },
             [&](int j, int top) { UpdateColumns<T, 1>(d, ld, m, j, top, v, w); });
}

// x := B u for r vectors of rows.
template <typename T, int r>
inline void MultiplyRows(const T* b, int ld, int k, const T* u, T* x) {
  typename Pack<T>::Type sum[r];
  for (int a = 0; a < r; ++a) sum[a] = typename Pack<T>::Type{};
  for (int c = 0; c < k; ++c) {
    const T* column = b + static_cast<std::ptrdiff_t>(c) * ld;
    for (int a = 0; a < r; ++a) sum[a] += At(column + a * Lanes<T>()) * u[c];
  }
  for (int a = 0; a < r; ++a) At(x + a * Lanes<T>()) = sum[a];
}

// B := (I - tau v v^T) (B - tau_u x u^T) in q columns from j on, where z = v^T x.
template <typename T, int q>
inline void ChaseColumns(T* b, int ld, int m, int j, const T* u, T tau_u, const T* x, const T* v, T tau, T z) {
  T* column[q];
  typename Pack<T>::Type sum[q];
  for (int c = 0; c < q; ++c) {
    column[c] = b + static_cast<std::ptrdiff_t>(j + c) * ld;
    sum[c] = typename Pack<T>::Type{};
  }
  const int whole = m / Lanes<T>() * Lanes<T>();
  for (int i = 0; i < whole; i += Lanes<T>()) {
    const auto vi = At(v + i);
    for (int c = 0; c < q; ++c) sum[c] += vi * At(column[c] + i);
  }
  T alongX[q];
  T alongV[q];
  for (int c = 0; c < q; ++c) {
    T rest = 0;
    for (int i = whole; i < m; ++i) rest += v[i] * column[c][i];
    alongX[c] = tau_u * u[j + c];
    alongV[c] = tau * (Sum<T>(sum[c]) + rest - alongX[c] * z);
  }
  for (int i = 0; i < whole; i += Lanes<T>()) {
    const auto vi = At(v + i);
    const auto xi = At(x + i);
    for (int c = 0; c < q; ++c) At(column[c] + i) -= xi * alongX[c] + vi * alongV[c];
  }
  for (int c = 0; c < q; ++c) {
    for (int i = whole; i < m; ++i) column[c][i] -= x[i] * alongX[c] + v[i] * alongV[c];
  }
}

template <typename T>
void MultiplyBlock(const T* b, int ld, int m, int k, const T* u, T* x) {
  constexpr int kVectors = 4;
  int i = 0;
  for (; i + kVectors * Lanes<T>() <= m; i += kVectors * Lanes<T>()) MultiplyRows<T, kVectors>(b + i, ld, k, u, x + i);
  for (; i + Lanes<T>() <= m; i += Lanes<T>()) MultiplyRows<T, 1>(b + i, ld, k, u, x + i);
  for (; i < m; ++i) {
    T sum = 0;
    for (int c = 0; c < k; ++c) sum += b[i + static_cast<std::ptrdiff_t>(c) * ld] * u[c];
    x[i] = sum;
  }
}

template <typename T>
void LeftBlock(T* b, int ld, int m, int k, const T* u, T tau_u, const T* x, const T* v, T tau) {
  const T z = Dot(v, x, m);
  int j = 0;
  for (; j + kColumns <= k; j += kColumns) ChaseColumns<T, kColumns>(b, ld, m, j, u, tau_u, x, v, tau, z);
  for (; j < k; ++j) ChaseColumns<T, 1>(b, ld, m, j, u, tau_u, x, v, tau, z);
}

template <typename T>
T SumOfSquares(const T* x, int m) {
  return Dot(x, x, m);
}
