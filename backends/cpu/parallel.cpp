#include "backends/cpu/parallel.hpp"

#if !defined(KERASCPP_SERIAL_PARALLEL_FOR)
#include <omp.h>
#endif

namespace kerascpp::cpu {

#if defined(KERASCPP_SERIAL_PARALLEL_FOR)

int num_threads() { return 1; }

void detail::run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context) {
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body(context, chunk);
}

#else

int num_threads() { return omp_get_max_threads(); }

void detail::run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context) {
#pragma omp parallel for schedule(dynamic, 1)
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body(context, chunk);
}

#endif

}  // namespace kerascpp::cpu
