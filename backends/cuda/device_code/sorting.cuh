// needs: base
// Order of the elements of a row, by sorting networks over their indices (Batcher, "Sorting networks and their
// applications", 1968). Equal elements stay in the order of their indices, so that the result is that of a stable sort.

// NaN comes after all numbers.
template <class T>
__device__ inline bool comes_before(T a, T b) {
  if constexpr (Type<T>::is_float) {
    if (a != a) return false;
    if (b != b) return true;
  }
  return a < b;
}

// Whether index a comes before index b in a row of n elements; indices from n on come last.
template <bool descending, class T>
__device__ inline bool index_before(const T* row, int64 stride, int64 n, int32 a, int32 b) {
  if (a >= n || b >= n) return a < b;
  const Compute<T> x = get(row[a * stride]), y = get(row[b * stride]);
  const bool less = descending ? comes_before(y, x) : comes_before(x, y);
  const bool greater = descending ? comes_before(x, y) : comes_before(y, x);
  return less || (!greater && a < b);
}

// One comparison of the network: pair number t of the stage (k, j) of an order of a power of two of indices.
template <bool descending, class T>
__device__ inline void compare_pair(const T* row, int64 stride, int64 n, int32* order, int64 t, int64 k, int64 j) {
  const int64 a = t / j * 2 * j + t % j, b = a + j;
  const bool ascending = (a & k) == 0;
  if (index_before<descending>(row, stride, n, order[b], order[a]) == ascending) {
    const int32 kept = order[a];
    order[a] = order[b];
    order[b] = kept;
  }
}

// The number of elements of the sorted row that come before `value`, or that do not come after it.
template <bool right, class T, class V>
__device__ inline int64 search_sorted(const T* sorted, int64 n, V value) {
  int64 first = 0, count = n;
  while (count > 0) {
    const int64 half = count / 2;
    const V element = get(sorted[first + half]);
    if (right ? !comes_before(value, element) : comes_before(element, value)) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}
