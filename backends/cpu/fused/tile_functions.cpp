#include "backends/cpu/fused/tile_functions.hpp"

#include "backends/cpu/fused/tile_families.hpp"

namespace kerascpp::cpu {
namespace {

template <class Isa>
constexpr TileFunctions functions_of(std::string_view isa) {
  using Families = TileFamilies<Isa>;
  return {isa, &Families::compute, &Families::convert, &Families::round_to, &Families::reduce};
}

}  // namespace

bool has_tile_function(const TileFunctions& functions, compiler::Opcode opcode, DType dtype) {
  using compiler::Opcode;
  if (opcode == Opcode::Cast) return !is_complex(dtype);
  // the neighbours of a 16-bit number are not those of the float32 number that holds it
  if (opcode == Opcode::Nextafter && register_dtype(dtype) != dtype) return false;
  return functions.compute(opcode, register_dtype(dtype)) != nullptr;
}

const TileFunctions& baseline_tile_functions() {
  static const TileFunctions functions = functions_of<BaselineIsa>("baseline");
  return functions;
}

const TileFunctions& avx2_tile_functions() {
  static const TileFunctions functions = functions_of<Avx2Isa>("avx2");
  return functions;
}

const TileFunctions& avx512_tile_functions() {
  static const TileFunctions functions = functions_of<Avx512Isa>("avx512");
  return functions;
}

#if defined(__x86_64__)

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}

bool has_avx512() {
  static const bool has = has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return has;
}

#else

bool has_avx2() { return false; }
bool has_avx512() { return false; }

#endif

const TileFunctions& tile_functions() {
  static const TileFunctions& best = has_avx512() ? avx512_tile_functions()
                                     : has_avx2() ? avx2_tile_functions()
                                                  : baseline_tile_functions();
  return best;
}

}  // namespace kerascpp::cpu
