#include "backends/cuda/codegen/reduction_source.hpp"

#include <algorithm>
#include <bit>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_instructions.hpp"
#include "backends/cuda/codegen/loop_names.hpp"

namespace kerascpp::cuda {
namespace {

using compiler::FusedLoop;
using compiler::LoopReduction;
using compiler::Opcode;
using compiler::ReductionKind;

constexpr std::int64_t kThreads = 256;
constexpr std::int64_t kWantedBlocks = 256;  // that keep a large GPU busy

bool is_extremum(ReductionKind kind) { return kind == ReductionKind::Max || kind == ReductionKind::Min; }

/// The threads of a block: `lanes` share the elements of one result, `columns` results stand side by side. Results of
/// few blocks are computed in `splits` parts, which a second function brings together.
struct Shape2 {
  std::int64_t columns = 1, lanes = 1, splits = 1;
  bool lanes_are_neighbours = true;  // elements of a result lie side by side
};

Shape2 shape_of(std::int64_t kept, std::int64_t reduced, bool reduces_last) {
  Shape2 shape;
  shape.lanes_are_neighbours = reduces_last;
  const auto power = [](std::int64_t n) {
    return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(std::max<std::int64_t>(n, 1))));
  };
  if (reduces_last) {
    shape.lanes = std::min(kThreads, power(reduced));
    shape.columns = kThreads / shape.lanes;
  } else {
    shape.columns = std::min<std::int64_t>(power(kept), reduced >= 8 ? 32 : kThreads);
    shape.lanes = kThreads / shape.columns;
  }
  const std::int64_t blocks = (kept + shape.columns - 1) / shape.columns;
  if (blocks < kWantedBlocks && blocks > 0)
    shape.splits = std::clamp<std::int64_t>(reduced / (shape.lanes * 8), 1, (kWantedBlocks + blocks - 1) / blocks);
  return shape;
}

class ReductionWriter {
 public:
  ReductionWriter(KernelBuilder& kernel, const FusedLoop& loop, const std::vector<Parameter>& temporaries)
      : kernel_(kernel), loop_(loop), parameters_(loop, temporaries) {
    for (std::size_t d = 0; d < loop.dims.size(); ++d) {
      kept_dims_.push_back(!loop.reduced[d]);
      (loop.reduced[d] ? reduced_ : kept_) *= loop.dims[d];
      coordinates_.push_back(text_of("x", d));
    }
    shape_ = shape_of(kept_, reduced_, !loop.reduced.empty() && loop.reduced.back());
  }

  void write() {
    if (kept_ == 0) return;
    if (shape_.splits > 1)
      for (std::size_t k = 0; k < loop_.reductions.size(); ++k) {
        const auto elements = static_cast<std::size_t>(kept_ * shape_.splits);
        parameters_.declarations.push_back(text_of(accumulator(loop_.reductions[k]), "* part", k));
        parameters_.arguments.push_back(kernel_.reserve(elements * 8));
        parts_.push_back(parameters_.arguments.back());
      }
    write_parts();
    if (shape_.splits > 1) write_join();
  }

 private:
  [[nodiscard]] DType value_dtype(const LoopReduction& reduction) const {
    return loop_.instructions[static_cast<std::size_t>(reduction.value)].dtype;
  }
  [[nodiscard]] std::string accumulator(const LoopReduction& reduction) const {
    const DType dtype = value_dtype(reduction);
    if (is_extremum(reduction.kind) || reduction.kind == ReductionKind::Any || reduction.kind == ReductionKind::All)
      return compute_type(dtype);
    if (dtype == DType::Float64) return "double";
    if (is_floating(dtype)) return "float";
    return is_unsigned(dtype) || is_bool(dtype) ? "uint64" : "int64";
  }
  [[nodiscard]] std::string neutral(const LoopReduction& reduction) const {
    const std::string type = accumulator(reduction);
    switch (reduction.kind) {
      case ReductionKind::Sum:
      case ReductionKind::Mean:
      case ReductionKind::Any:
        return type + "(0)";
      case ReductionKind::Prod:
      case ReductionKind::All:
        return type + "(1)";
      case ReductionKind::Max:
        return "Type<" + type + ">::lowest()";
      case ReductionKind::Min:
        return "Type<" + type + ">::highest()";
    }
    KCPP_UNREACHABLE();
  }
  [[nodiscard]] static std::string combined(const LoopReduction& reduction, const std::string& a,
                                            const std::string& b) {
    const char* const function = reduction.kind == ReductionKind::Prod  ? "op_multiply"
                                 : reduction.kind == ReductionKind::Max ? "op_maximum"
                                 : reduction.kind == ReductionKind::Min ? "op_minimum"
                                 : reduction.kind == ReductionKind::Any ? "op_logical_or"
                                 : reduction.kind == ReductionKind::All ? "op_logical_and"
                                                                        : "op_add";
    return text_of(function, "(", a, ", ", b, ")");
  }
  /// Stores a result whose kept coordinates are declared.
  [[nodiscard]] std::string finished(const LoopReduction& reduction, const std::string& value) const {
    const std::string mean =
        text_of(accumulator(reduction) == "float" ? "float" : "double", "(", value, ") / ", reduced_);
    return text_of("put(", LoopParameters::name(reduction.buffer, true), "[",
                   offset_text(coordinates_, reduction.strides, kept_dims_), "], ",
                   reduction.kind == ReductionKind::Mean ? mean : value, ");\n");
  }

  void write_parts() {
    const std::int64_t chunk = (reduced_ + shape_.splits - 1) / shape_.splits;
    const std::string lanes = std::to_string(shape_.lanes), columns = std::to_string(shape_.columns);
    std::vector<bool> reduced_dims = loop_.reduced;
    std::string body;
    body += shape_.lanes_are_neighbours
                ? text_of("const int lane = threadIdx.x % ", lanes, ";\nconst int64 column = int64(blockIdx.x) * ",
                          columns, " + threadIdx.x / ", lanes, ";\n")
                : text_of("const int lane = threadIdx.x / ", columns, ";\nconst int64 column = int64(blockIdx.x) * ",
                          columns, " + threadIdx.x % ", columns, ";\n");
    for (std::size_t k = 0; k < loop_.reductions.size(); ++k)
      body += text_of(accumulator(loop_.reductions[k]), " a", k, " = ", neutral(loop_.reductions[k]), ";\n");
    body += text_of("if (column < ", kept_, ") {\n");
    body += coordinates_text(loop_.dims, "int64", "column", kept_dims_);
    for (std::size_t k = 0; k < loop_.operands.size(); ++k)
      body += text_of("const ", type_name(loop_.operands[k].dtype), "* p", k, " = ",
                      LoopParameters::name(loop_.operands[k].buffer, false), " + (",
                      offset_text(coordinates_, loop_.operands[k].strides, kept_dims_), ");\n");
    const std::string index(index_type(reduced_ + kThreads));
    body += text_of("const ", index, " first = ", index, "(blockIdx.y) * ", chunk, ", last = first + ", chunk, " < ",
                    reduced_, " ? first + ", chunk, " : ", reduced_, ";\nfor (", index,
                    " r = first + lane; r < last; r += ", lanes, ") {\n");
    body += coordinates_text(loop_.dims, index, "r", reduced_dims);
    for (std::size_t n = 0; n < loop_.instructions.size(); ++n) {
      const auto& instruction = loop_.instructions[n];
      std::string loaded;
      if (instruction.opcode == Opcode::Load)
        loaded = text_of("p", instruction.index, "[",
                         offset_text(coordinates_, loop_.operands[static_cast<std::size_t>(instruction.index)].strides,
                                     reduced_dims),
                         "]");
      body += instruction_text(loop_, n, loaded);
    }
    for (const auto& store : loop_.stores)
      body += text_of("put(", LoopParameters::name(store.buffer, true), "[", offset_text(coordinates_, store.strides),
                      "], v", store.value, ");\n");
    for (std::size_t k = 0; k < loop_.reductions.size(); ++k) {
      const LoopReduction& reduction = loop_.reductions[k];
      body += text_of("a", k, " = ",
                      combined(reduction, text_of("a", k), text_of(accumulator(reduction), "(v", reduction.value, ")")),
                      ";\n");
    }
    body += "}\n}\n";
    if (shape_.lanes > 1) body += join_lanes();
    body += text_of("if (lane == 0 && column < ", kept_, ") {\n");
    if (shape_.splits > 1) {
      for (std::size_t k = 0; k < loop_.reductions.size(); ++k)
        body += text_of("part", k, "[int64(blockIdx.y) * ", kept_, " + column] = a", k, ";\n");
    } else {
      body += coordinates_text(loop_.dims, "int64", "column", kept_dims_);
      for (std::size_t k = 0; k < loop_.reductions.size(); ++k) body += finished(loop_.reductions[k], text_of("a", k));
    }
    body += "}\n";
    const std::string name = kernel_.new_name();
    std::string declarations;
    for (const std::string& declaration : parameters_.declarations)
      declarations += (declarations.empty() ? "" : ", ") + declaration;
    kernel_.add(text_of("extern \"C\" __global__ void __launch_bounds__(", kThreads, ") ", name, "(", declarations,
                        ") {\n", body, "}\n"));
    kernel_.launch(name, (kept_ + shape_.columns - 1) / shape_.columns, kThreads, parameters_.arguments, shape_.splits);
  }

  /// A tree over the lanes of each result, in shared memory: for a few reductions at once, as many as it holds.
  [[nodiscard]] std::string join_lanes() const {
    constexpr std::size_t kTogether = 16;  // of 8 bytes for each thread: 32 of 48 KiB
    const std::size_t count = loop_.reductions.size();
    const std::int64_t step = shape_.lanes_are_neighbours ? 1 : shape_.columns;
    std::string text = text_of("__shared__ uint64 shared[", std::min(count, kTogether) * kThreads, "];\n");
    for (std::size_t first = 0; first < count; first += kTogether) {
      const std::size_t last = std::min(count, first + kTogether);
      text += first > 0 ? "__syncthreads();\n{\n" : "{\n";
      for (std::size_t k = first; k < last; ++k) {
        const std::string type = accumulator(loop_.reductions[k]);
        text += text_of(type, "* const s", k, " = reinterpret_cast<", type, "*>(shared + ", (k - first) * kThreads,
                        ");\ns", k, "[threadIdx.x] = a", k, ";\n");
      }
      text += text_of("__syncthreads();\nfor (int half = ", shape_.lanes / 2,
                      "; half > 0; half /= 2) {\nif (lane < half) {\n");
      for (std::size_t k = first; k < last; ++k) {
        const std::string mine = text_of("s", k, "[threadIdx.x]");
        text +=
            text_of(mine, " = ",
                    combined(loop_.reductions[k], mine, text_of("s", k, "[threadIdx.x + half * ", step, "]")), ";\n");
      }
      text += "}\n__syncthreads();\n}\n";
      for (std::size_t k = first; k < last; ++k) text += text_of("a", k, " = s", k, "[threadIdx.x];\n");
      text += "}\n";
    }
    return text;
  }

  /// Brings the parts of each result together, in order.
  void write_join() {
    std::vector<std::string> declarations;
    std::vector<Parameter> arguments;
    std::string body = coordinates_text(loop_.dims, "int64", "int64(i)", kept_dims_);
    for (std::size_t k = 0; k < loop_.reductions.size(); ++k) {
      const LoopReduction& reduction = loop_.reductions[k];
      declarations.push_back(text_of("const ", accumulator(reduction), "* part", k));
      arguments.push_back(parts_[k]);
      const std::string target =
          text_of(type_name(reduction.dtype), "* ", LoopParameters::name(reduction.buffer, true));
      const auto found = std::find(parameters_.declarations.begin(), parameters_.declarations.end(), target);
      declarations.push_back(target);
      arguments.push_back(parameters_.arguments[static_cast<std::size_t>(found - parameters_.declarations.begin())]);
      body += text_of(accumulator(reduction), " a", k, " = part", k, "[i];\nfor (int s = 1; s < ", shape_.splits,
                      "; ++s) a", k, " = ",
                      combined(reduction, text_of("a", k), text_of("part", k, "[int64(s) * ", kept_, " + i]")), ";\n");
      body += finished(reduction, text_of("a", k));
    }
    kernel_.for_each(kept_, declarations, body, std::move(arguments));
  }

  KernelBuilder& kernel_;
  const FusedLoop& loop_;
  LoopParameters parameters_;
  std::vector<Parameter> parts_;
  std::vector<bool> kept_dims_;
  std::vector<std::string> coordinates_;
  std::int64_t kept_ = 1, reduced_ = 1;
  Shape2 shape_;
};

}  // namespace

void add_reduction(KernelBuilder& kernel, const FusedLoop& loop, const std::vector<Parameter>& temporaries) {
  ReductionWriter(kernel, loop, temporaries).write();
}

}  // namespace kerascpp::cuda
