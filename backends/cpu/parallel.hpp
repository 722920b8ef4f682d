#pragma once

#include <cstdint>
#include <type_traits>

namespace kerascpp::cpu {

/// Threads that `parallel_for` may use.
[[nodiscard]] int num_threads();

/// While it lives, libraries that ask OpenMP for the number of threads are told one.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

namespace detail {
/// Before the first work in parallel, whoever shares it out: called again, it costs nothing.
void start_threads();
void run_chunks(std::int64_t chunks, void (*body)(void*, std::int64_t), void* context);
void run_parts(std::int64_t parts, int workers, void (*body)(void*, std::int64_t, int), void* context);
}  // namespace detail

/// Runs body(begin, end) over [0, n) in chunks of at least `grain` items on the thread pool (OpenMP).
///
/// Small loops (n <= grain) run on the calling thread at no cost. The chunks depend on the number of threads, so a
/// body must not let results depend on where a chunk ends; `parallel_chunks` is for those that do.
template <class Body>
void parallel_for(std::int64_t n, std::int64_t grain, Body&& body) {
  if (n <= 0) return;
  std::int64_t chunks = n <= grain ? 1 : (n + grain - 1) / grain;
  if (chunks > 1) {
    const std::int64_t threads = num_threads();
    if (chunks > threads) chunks = threads;
  }
  if (chunks <= 1) {
    body(std::int64_t{0}, n);
    return;
  }
  struct Context {
    std::remove_reference_t<Body>* body;
    std::int64_t n, chunks;
  } context{&body, n, chunks};
  detail::run_chunks(
      chunks,
      [](void* opaque, std::int64_t chunk) {
        const Context& c = *static_cast<Context*>(opaque);
        (*c.body)(c.n * chunk / c.chunks, c.n * (chunk + 1) / c.chunks);
      },
      &context);
}

/// Runs body(chunk) for each of `chunks` chunks fixed by the caller from shapes alone: for reductions whose result
/// must not depend on the number of threads.
template <class Body>
void parallel_chunks(std::int64_t chunks, Body&& body) {
  if (chunks == 1) {
    body(std::int64_t{0});
    return;
  }
  detail::run_chunks(
      chunks, [](void* opaque, std::int64_t chunk) { (*static_cast<std::remove_reference_t<Body>*>(opaque))(chunk); },
      &body);
}

/// Runs body(part, worker) for each of `parts` parts, each taken by the next idle one of at most `workers` threads,
/// which are numbered from 0: for work in which a thread that is held up must not hold up the others.
template <class Body>
void parallel_parts(std::int64_t parts, int workers, Body&& body) {
  if (parts == 1 || workers == 1) {
    for (std::int64_t part = 0; part < parts; ++part) body(part, 0);
    return;
  }
  detail::run_parts(
      parts, workers,
      [](void* opaque, std::int64_t part, int worker) {
        (*static_cast<std::remove_reference_t<Body>*>(opaque))(part, worker);
      },
      &body);
}

}  // namespace kerascpp::cpu
