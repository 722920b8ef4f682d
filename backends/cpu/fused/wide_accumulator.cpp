#include "backends/cpu/fused/wide_accumulator.hpp"

#include <algorithm>
#include <limits>

#include "core/convert.hpp"

namespace kerascpp::cpu {
namespace {

using compiler::ReductionKind;

template <class F>
void with_wide(DType dtype, F&& function) {
  switch (wide_type(dtype)) {
    case WideType::Float:
      return function(double{});
    case WideType::Signed:
      return function(std::int64_t{});
    case WideType::Unsigned:
      return function(std::uint64_t{});
  }
}

/// The least (or, for `greatest`, the greatest) value of `dtype`, as the wide type; infinities for floating ones.
template <class Wide>
Wide extreme(DType dtype, bool greatest) {
  return with_type(dtype, [greatest]<class T>() -> Wide {
    if constexpr (std::is_integral_v<T> && std::is_integral_v<Wide>) {
      return static_cast<Wide>(greatest ? std::numeric_limits<T>::max() : std::numeric_limits<T>::min());
    } else {
      const double infinity = std::numeric_limits<double>::infinity();
      return static_cast<Wide>(greatest ? infinity : -infinity);
    }
  });
}

template <class Wide>
Wide neutral(ReductionKind kind, DType dtype) {
  switch (kind) {
    case ReductionKind::Sum:
    case ReductionKind::Mean:
    case ReductionKind::Any:
      return Wide(0);
    case ReductionKind::Prod:
    case ReductionKind::All:
      return Wide(1);
    case ReductionKind::Max:
      return extreme<Wide>(dtype, false);
    case ReductionKind::Min:
      return extreme<Wide>(dtype, true);
  }
  KCPP_UNREACHABLE();
}

template <class Wide>
Wide merged(ReductionKind kind, Wide a, Wide b) {
  // signed integers wrap
  using Wrapping = std::conditional_t<std::is_same_v<Wide, double>, double, std::uint64_t>;
  switch (kind) {
    case ReductionKind::Sum:
    case ReductionKind::Mean:
      return static_cast<Wide>(static_cast<Wrapping>(a) + static_cast<Wrapping>(b));
    case ReductionKind::Prod:
      return static_cast<Wide>(static_cast<Wrapping>(a) * static_cast<Wrapping>(b));
    case ReductionKind::Max:
      return a > b || a != a ? a : b;
    case ReductionKind::Min:
      return a < b || a != a ? a : b;
    case ReductionKind::Any:
      return a != Wide(0) || b != Wide(0) ? Wide(1) : Wide(0);
    case ReductionKind::All:
      return a != Wide(0) && b != Wide(0) ? Wide(1) : Wide(0);
  }
  KCPP_UNREACHABLE();
}

}  // namespace

void fill_neutral(ReductionKind kind, DType dtype, std::byte* accumulators, std::int64_t count) {
  with_wide(dtype, [&]<class Wide>(Wide) {
    std::fill_n(reinterpret_cast<Wide*>(accumulators), count, neutral<Wide>(kind, dtype));
  });
}

void merge_accumulators(ReductionKind kind, DType dtype, std::byte* accumulators, const std::byte* others,
                        std::int64_t count) {
  with_wide(dtype, [&]<class Wide>(Wide) {
    auto* const a = reinterpret_cast<Wide*>(accumulators);
    const auto* const b = reinterpret_cast<const Wide*>(others);
    for (std::int64_t i = 0; i < count; ++i) a[i] = merged(kind, a[i], b[i]);
  });
}

void store_accumulators(ReductionKind kind, DType dtype, const std::byte* accumulators, std::int64_t count,
                        std::int64_t reduced, DType to, std::byte* out, std::int64_t stride) {
  with_wide(dtype, [&]<class Wide>(Wide) {
    const auto* const from = reinterpret_cast<const Wide*>(accumulators);
    with_type(to, [&]<class T>() {
      auto* const target = reinterpret_cast<T*>(out);
      for (std::int64_t i = 0; i < count; ++i) {
        if (kind == ReductionKind::Mean) {
          target[i * stride] = convert<T>(static_cast<double>(from[i]) / static_cast<double>(reduced));
        } else {
          target[i * stride] = convert<T>(from[i]);
        }
      }
    });
  });
}

}  // namespace kerascpp::cpu
