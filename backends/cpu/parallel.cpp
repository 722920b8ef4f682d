#include "backends/cpu/parallel.hpp"

#include <kerascpp/core/configuration.hpp>

#if !defined(KERASCPP_SERIAL_PARALLEL_FOR)
#include <omp.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include <atomic>
#include <cstdlib>
#include <mutex>
#endif

namespace kerascpp::cpu {

#if defined(KERASCPP_SERIAL_PARALLEL_FOR)

int num_threads() { return 1; }

OneThread::OneThread() : before_(1) {}
OneThread::~OneThread() = default;

void detail::start_threads() {}

void detail::run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context) {
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body(context, chunk);
}

void detail::run_parts(std::int64_t parts, int, void (*body)(void*, std::int64_t, int), void* context) {
  for (std::int64_t part = 0; part < parts; ++part) body(context, part, 0);
}

#else

namespace {

#if defined(__linux__)
/// Moves each new thread to a processor of its own. A kernel may start them beside the first one, where all of them
/// wait for each other in turns, and takes a tenth of a second to find out. None is bound: they may move afterwards.
void spread_out() {
  cpu_set_t allowed;
  if (std::getenv("OMP_PROC_BIND") != nullptr || std::getenv("GOMP_CPU_AFFINITY") != nullptr ||
      sched_getaffinity(0, sizeof(allowed), &allowed) != 0 || omp_get_max_threads() > CPU_COUNT(&allowed))
    return;
  const int first = sched_getcpu();
#pragma omp parallel
  {
    int left = omp_get_thread_num();
    for (int cpu = 0; cpu < CPU_SETSIZE && left > 0; ++cpu) {
      if (cpu == first || !CPU_ISSET(cpu, &allowed) || --left > 0) continue;
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      if (sched_setaffinity(0, sizeof(one), &one) == 0) sched_setaffinity(0, sizeof(allowed), &allowed);
    }
  }
}
#else
void spread_out() {}
#endif

}  // namespace

void detail::start_threads() {
  static std::once_flag started;
  std::call_once(started, [] {
    if (num_threads() > 1) spread_out();
  });
}

// what runs in parallel already gains nothing from more threads
int num_threads() { return config::openmp() && omp_in_parallel() == 0 ? omp_get_max_threads() : 1; }

OneThread::OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
OneThread::~OneThread() { omp_set_num_threads(before_); }

void detail::run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context) {
  if (num_threads() == 1) {
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) body(context, chunk);
    return;
  }
  start_threads();
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
  start_threads();
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
