#include "backends/cpu/parallel.hpp"

#include <kerascpp/core/configuration.hpp>

#if !defined(KERASCPP_SERIAL_PARALLEL_FOR)
#include <omp.h>

#include <atomic>
#endif

namespace kerascpp::cpu {

#if defined(KERASCPP_SERIAL_PARALLEL_FOR)

int num_threads() { return 1; }

void detail::run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context) {
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body(context, chunk);
}

void detail::run_parts(std::int64_t parts, int, void (*body)(void*, std::int64_t, int), void* context) {
  for (std::int64_t part = 0; part < parts; ++part) body(context, part, 0);
}

#else

// what runs in parallel already gains nothing from more threads
int num_threads() { return config::openmp() && omp_in_parallel() == 0 ? omp_get_max_threads() : 1; }

void detail::run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context) {
  if (num_threads() == 1) {
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body(context, chunk);
    return;
  }
  // no loop of OpenMP's: it would meet at a barrier of its own before that of the region
  std::atomic<std::int64_t> next{0};
#pragma omp parallel
  {
    if (chunks <= omp_get_num_threads()) {
      if (omp_get_thread_num() < chunks) body(context, omp_get_thread_num());
    } else {
      for (std::int64_t chunk = next++; chunk < chunks; chunk = next++) body(context, chunk);
    }
  }
}

void detail::run_parts(std::int64_t parts, int workers, void (*body)(void*, std::int64_t, int), void* context) {
  if (num_threads() == 1) {
    for (std::int64_t part = 0; part < parts; ++part) body(context, part, 0);
    return;
  }
  std::atomic<std::int64_t> next{0};
#pragma omp parallel
  {
    const int worker = omp_get_thread_num();
    if (worker < workers)
      for (std::int64_t part = next++; part < parts; part = next++) body(context, part, worker);
  }
}

#endif

}  // namespace kerascpp::cpu
