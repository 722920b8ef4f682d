// needs: base
// Factorizations of small matrices stored by rows, in double: one thread computes one matrix. A matrix that has no such
// factorization gives NaN or infinities, since a GPU cannot stop the program.

// The lower triangle of `a` (n, n) becomes L with L L^T = a.
__device__ inline void cholesky_in_place(double* a, int64 n) {
  for (int64 j = 0; j < n; ++j) {
    double diagonal = a[j * n + j];
    for (int64 k = 0; k < j; ++k) diagonal -= a[j * n + k] * a[j * n + k];
    const double root = sqrt(diagonal);
    a[j * n + j] = root;
    for (int64 i = j + 1; i < n; ++i) {
      double sum = a[i * n + j];
      for (int64 k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / root;
    }
  }
}

// `a` (m, n) becomes L below its diagonal, which L has ones on, and U; row i was exchanged with row pivots[i].
__device__ inline void lu_in_place(double* a, int64 m, int64 n, int32* pivots) {
  const int64 count = m < n ? m : n;
  for (int64 j = 0; j < count; ++j) {
    int64 best = j;
    for (int64 i = j + 1; i < m; ++i)
      if (fabs(a[i * n + j]) > fabs(a[best * n + j])) best = i;
    pivots[j] = int32(best);
    if (best != j)
      for (int64 k = 0; k < n; ++k) {
        const double kept = a[j * n + k];
        a[j * n + k] = a[best * n + k];
        a[best * n + k] = kept;
      }
    const double pivot = a[j * n + j];
    if (pivot == 0) continue;
    for (int64 i = j + 1; i < m; ++i) {
      const double factor = a[i * n + j] / pivot;
      a[i * n + j] = factor;
      for (int64 k = j + 1; k < n; ++k) a[i * n + k] -= factor * a[j * n + k];
    }
  }
}

// x (n, m) with a x = b from the factors of a; x holds b before.
__device__ inline void lu_solve(const double* a, const int32* pivots, int64 n, double* x, int64 m) {
  for (int64 i = 0; i < n; ++i)
    if (pivots[i] != i)
      for (int64 c = 0; c < m; ++c) {
        const double kept = x[i * m + c];
        x[i * m + c] = x[pivots[i] * m + c];
        x[pivots[i] * m + c] = kept;
      }
  for (int64 c = 0; c < m; ++c) {
    for (int64 i = 0; i < n; ++i)
      for (int64 k = 0; k < i; ++k) x[i * m + c] -= a[i * n + k] * x[k * m + c];
    for (int64 i = n; i-- > 0;) {
      for (int64 k = i + 1; k < n; ++k) x[i * m + c] -= a[i * n + k] * x[k * m + c];
      x[i * m + c] /= a[i * n + i];
    }
  }
}

// x (n, m) with a x = b, or a^T x = b, a being a triangle; x holds b before.
__device__ inline void triangular_solve(const double* a, int64 n, bool lower, bool transpose, double* x, int64 m) {
  const bool forward = lower != transpose;
  for (int64 c = 0; c < m; ++c)
    for (int64 step = 0; step < n; ++step) {
      const int64 i = forward ? step : n - 1 - step;
      for (int64 k = forward ? 0 : i + 1; k < (forward ? i : n); ++k)
        x[i * m + c] -= (transpose ? a[k * n + i] : a[i * n + k]) * x[k * m + c];
      x[i * m + c] /= a[i * n + i];
    }
}

// `a` (m, n) becomes R above its diagonal and the Householder vectors below it, which have a one on the diagonal.
__device__ inline void qr_in_place(double* a, int64 m, int64 n, double* scales) {
  const int64 count = m < n ? m : n;
  for (int64 j = 0; j < count; ++j) {
    double squares = 0;
    for (int64 i = j + 1; i < m; ++i) squares += a[i * n + j] * a[i * n + j];
    scales[j] = 0;
    if (squares == 0) continue;
    const double alpha = a[j * n + j], norm = sqrt(alpha * alpha + squares), beta = alpha >= 0 ? -norm : norm;
    scales[j] = (beta - alpha) / beta;
    for (int64 i = j + 1; i < m; ++i) a[i * n + j] /= alpha - beta;
    a[j * n + j] = beta;
    for (int64 k = j + 1; k < n; ++k) {
      double sum = a[j * n + k];
      for (int64 i = j + 1; i < m; ++i) sum += a[i * n + j] * a[i * n + k];
      sum *= scales[j];
      a[j * n + k] -= sum;
      for (int64 i = j + 1; i < m; ++i) a[i * n + k] -= sum * a[i * n + j];
    }
  }
}

// q (m, columns): the first columns of the product of the reflections.
__device__ inline void qr_vectors(const double* a, int64 m, int64 n, const double* scales, double* q, int64 columns) {
  for (int64 i = 0; i < m; ++i)
    for (int64 c = 0; c < columns; ++c) q[i * columns + c] = i == c ? 1 : 0;
  for (int64 j = m < n ? m : n; j-- > 0;)
    for (int64 c = 0; c < columns; ++c) {
      double sum = q[j * columns + c];
      for (int64 i = j + 1; i < m; ++i) sum += a[i * n + j] * q[i * columns + c];
      sum *= scales[j];
      q[j * columns + c] -= sum;
      for (int64 i = j + 1; i < m; ++i) q[i * columns + c] -= sum * a[i * n + j];
    }
}
