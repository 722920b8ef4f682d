// What kernels in CUDA C++ need in order to be compiled for the host: blocks run one after the other, and the threads
// of a block in turn, each up to the next barrier. Put before the source of a kernel; nothing includes it.
#include <math.h>
#include <stdlib.h>
#include <ucontext.h>

#define __device__
#define __global__
#define __shared__ static
#define __launch_bounds__(...)

namespace emulation {

struct Dimensions {
  unsigned x, y, z;
};
static ucontext_t scheduler, *running;

}  // namespace emulation

static emulation::Dimensions threadIdx, blockIdx, blockDim, gridDim;

// A thread that reaches the barrier lets the others come there.
static void __syncthreads() {
  const emulation::Dimensions mine = threadIdx;
  ucontext_t* const context = emulation::running;
  swapcontext(context, &emulation::scheduler);
  threadIdx = mine;
}

namespace emulation {

template <class>
struct Kernel;
template <class... Arguments>
struct Kernel<void (*)(Arguments...)> {
  static constexpr unsigned long size = sizeof...(Arguments);
  template <unsigned long... numbers>
  struct Numbers {};
  template <unsigned long count, unsigned long... numbers>
  struct Count : Count<count - 1, count - 1, numbers...> {};
  template <unsigned long... numbers>
  struct Count<0, numbers...> {
    typedef Numbers<numbers...> type;
  };
  template <unsigned long... numbers>
  static void call(void (*kernel)(Arguments...), void** arguments, Numbers<numbers...>) {
    kernel(*static_cast<Arguments*>(arguments[numbers])...);
  }
};

template <class Signature>
struct Launch {
  static Signature kernel;
  static void** arguments;
  static void run() {
    Kernel<Signature>::call(kernel, arguments,
                            typename Kernel<Signature>::template Count<Kernel<Signature>::size>::type());
  }
};
template <class Signature>
Signature Launch<Signature>::kernel;
template <class Signature>
void** Launch<Signature>::arguments;

constexpr unsigned kMostThreads = 1024;
constexpr unsigned long kStack = 64 * 1024;

// All threads of a block, from barrier to barrier.
static void run_block_with_barriers(void (*thread)(), unsigned threads) {
  static ucontext_t contexts[kMostThreads];
  static bool done[kMostThreads];
  static char* const stacks = static_cast<char*>(malloc(kStack * kMostThreads));
  static void (*body)();
  static unsigned current;
  body = thread;
  for (unsigned t = 0; t < threads; ++t) {
    done[t] = false;
    getcontext(&contexts[t]);
    contexts[t].uc_stack.ss_sp = stacks + kStack * t;
    contexts[t].uc_stack.ss_size = kStack;
    contexts[t].uc_link = &scheduler;
    makecontext(
        &contexts[t],
        [] {
          const unsigned mine = current;
          threadIdx = {mine, 0, 0};
          body();
          done[mine] = true;
        },
        0);
  }
  for (bool left = true; left;) {
    left = false;
    for (unsigned t = 0; t < threads; ++t) {
      if (done[t]) continue;
      current = t;
      running = &contexts[t];
      swapcontext(&scheduler, &contexts[t]);
      left = left || !done[t];
    }
  }
}

template <class Signature>
static void launch(Signature kernel, const unsigned* grid, unsigned block, void** arguments, bool has_barriers) {
  typedef Launch<Signature> This;
  This::kernel = kernel;
  This::arguments = arguments;
  gridDim = {grid[0], grid[1], grid[2]};
  blockDim = {block, 1, 1};
  for (blockIdx.z = 0; blockIdx.z < grid[2]; ++blockIdx.z)
    for (blockIdx.y = 0; blockIdx.y < grid[1]; ++blockIdx.y)
      for (blockIdx.x = 0; blockIdx.x < grid[0]; ++blockIdx.x) {
        if (has_barriers) {
          run_block_with_barriers(&This::run, block);
          continue;
        }
        for (unsigned t = 0; t < block; ++t) {
          threadIdx = {t, 0, 0};
          This::run();
        }
      }
}

}  // namespace emulation
