// needs: base elementwise
// Senders sorted by the place that they send to, those of a place in their own order: sums over them do not depend on
// chance.

// place(k): that of sender k, or -1 for none. `starts[p]` to `starts[p + 1]`: the part of `order` with the senders of
// place p. `counts`: zeros, one for each place and one more. One block of `threads` threads. Each thread counts and
// places a part of the places, so that no two write the same one.
template <int threads, class Place>
__device__ inline void order_by_place(const Place& place, int64 senders, int64 places, uint32* counts, uint32* starts,
                                      uint32* order) {
  __shared__ uint32 sums[threads];
  const int t = int(threadIdx.x);
  const int64 part = (places + threads - 1) / threads, first = part * t,
              last = first + part < places ? first + part : places;
  uint32 mine = 0;
  if (first < last)
    for (int64 k = 0; k < senders; ++k) {
      const int64 at = place(k);
      if (at < first || at >= last) continue;
      ++counts[at];
      ++mine;
    }
  sums[t] = mine;
  __syncthreads();
  uint32 before = 0;
  for (int other = 0; other < t; ++other) before += sums[other];
  for (int64 p = first; p < last; ++p) {
    starts[p] = before;
    before += counts[p];
    counts[p] = starts[p];  // where the next sender of this place goes
  }
  if (t == threads - 1) {
    uint32 all = 0;
    for (int other = 0; other < threads; ++other) all += sums[other];
    starts[places] = all;
  }
  if (first < last)
    for (int64 k = 0; k < senders; ++k) {
      const int64 at = place(k);
      if (at >= first && at < last) order[counts[at]++] = uint32(k);
    }
}
