// needs: base elementwise complex
// A product of matrices by tiles in shared memory, for dtypes and shapes that the libraries leave.

// c (N, M) = a (N, K) b (K, M), or their transposes, for one matrix of a batch. A block of 256 threads computes a tile
// of 64 x 64, each thread 4 x 4 of it. Epilogue: finish(sum, place) stores.
template <class T, class Sum, int N, int M, int K, bool transpose_a, bool transpose_b, class Epilogue>
__device__ inline void matmul_tile(const T* a, const T* b, int tile, const Epilogue& finish) {
  constexpr int side = 64, depth = 16, per_thread = 4;
  __shared__ Sum sa[depth][side], sb[depth][side];
  const int tiles_m = (M + side - 1) / side;
  const int n0 = tile / tiles_m * side, m0 = tile % tiles_m * side;
  const int tn = int(threadIdx.x) / 16, tm = int(threadIdx.x) % 16;
  Sum sums[per_thread][per_thread];
  for (int i = 0; i < per_thread; ++i)
    for (int j = 0; j < per_thread; ++j) sums[i][j] = convert<Sum>(0);
  for (int k0 = 0; k0 < K; k0 += depth) {
    for (int e = int(threadIdx.x); e < side * depth; e += 256) {
      const int an = transpose_a ? e % side : e / depth, ak = transpose_a ? e / side : e % depth;
      sa[ak][an] = n0 + an < N && k0 + ak < K
                       ? convert<Sum>(get(a[transpose_a ? int64(k0 + ak) * N + n0 + an : int64(n0 + an) * K + k0 + ak]))
                       : convert<Sum>(0);
      const int bm = transpose_b ? e / depth : e % side, bk = transpose_b ? e % depth : e / side;
      sb[bk][bm] = m0 + bm < M && k0 + bk < K
                       ? convert<Sum>(get(b[transpose_b ? int64(m0 + bm) * K + k0 + bk : int64(k0 + bk) * M + m0 + bm]))
                       : convert<Sum>(0);
    }
    __syncthreads();
    for (int k = 0; k < depth; ++k)
      for (int i = 0; i < per_thread; ++i)
        for (int j = 0; j < per_thread; ++j)
          sums[i][j] = op_add(sums[i][j], op_multiply(sa[k][tn + 16 * i], sb[k][tm + 16 * j]));
    __syncthreads();
  }
  for (int i = 0; i < per_thread; ++i)
    for (int j = 0; j < per_thread; ++j)
      if (n0 + tn + 16 * i < N && m0 + tm + 16 * j < M)
        finish(sums[i][j], int64(n0 + tn + 16 * i) * M + m0 + tm + 16 * j);
}
