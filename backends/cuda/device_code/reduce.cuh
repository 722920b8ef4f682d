// needs: base elementwise
// Values of the threads of a block brought together, in an order that depends on the number of threads alone.

struct SumOf {
  template <class T>
  __device__ static T of(T a, T b) {
    return op_add(a, b);
  }
};
struct MaximumOf {
  template <class T>
  __device__ static T of(T a, T b) {
    return op_maximum(a, b);
  }
};

// `shared` holds a value for each thread. All threads get the result.
template <class Op, int threads, class T>
__device__ inline T reduce_block(T value, T* shared) {
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int half = threads / 2; half > 0; half /= 2) {
    if (int(threadIdx.x) < half) shared[threadIdx.x] = Op::of(shared[threadIdx.x], shared[threadIdx.x + half]);
    __syncthreads();
  }
  const T result = shared[0];
  __syncthreads();
  return result;
}
