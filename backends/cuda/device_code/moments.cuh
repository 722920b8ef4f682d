// needs: base elementwise
// Sums and moments of a channel, brought together from the threads of a block in an order that depends on their number
// alone.

template <class T>
struct PairOfSums {
  T first, second;
  __device__ void join(const PairOfSums& other) {
    first += other.first;
    second += other.second;
  }
};

// How many numbers, their mean, and the sum of their squared distances from it.
template <class T>
struct Moments {
  T count, mean, squares;
  __device__ void add(T x) {
    count += 1;
    const T distance = x - mean;
    mean += distance / count;
    squares += distance * (x - mean);
  }
  __device__ void join(const Moments& other) {
    if (other.count == 0) return;
    const T all = count + other.count, distance = other.mean - mean;
    mean += distance * (other.count / all);
    squares += other.squares + distance * distance * (count * other.count / all);
    count = all;
  }
};

// Thread number t has the value of lane t / columns in column t % columns: those of a column are joined in its lane 0.
template <int lanes, int columns, class T>
__device__ inline T join_lanes(T value, T* shared) {
  const int lane = int(threadIdx.x) / columns;
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int half = lanes / 2; half > 0; half /= 2) {
    if (lane < half) shared[threadIdx.x].join(shared[threadIdx.x + half * columns]);
    __syncthreads();
  }
  return shared[threadIdx.x];
}
