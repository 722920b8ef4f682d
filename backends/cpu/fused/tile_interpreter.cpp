#include "backends/cpu/fused/tile_interpreter.hpp"

#include <algorithm>
#include <cstring>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/fused/wide_accumulator.hpp"

namespace kerascpp::cpu {
namespace {

using compiler::FusedLoop;
using compiler::LoopInstruction;
using compiler::Opcode;

// registers of one thread, kept on its stack
constexpr std::size_t kScratchBytes = 65536;
constexpr std::int64_t kMaxTile = 1024;
constexpr std::int64_t kLeastTile = 16;
constexpr std::size_t kMaxValues = 1024;

struct Strides2 {
  std::int64_t row = 0;
  std::int64_t col = 0;
};

Strides2 inner_strides(const std::vector<std::int64_t>& strides) {
  return {strides[strides.size() - 2], strides[strides.size() - 1]};
}

template <class T>
void gather(void* to, const std::byte* from, std::int64_t rows, std::int64_t cols, Strides2 strides) {
  T* out = static_cast<T*>(to);
  for (std::int64_t r = 0; r < rows; ++r, out += cols) {
    const T* row = reinterpret_cast<const T*>(from) + r * strides.row;
    if (strides.col == 1) {
      std::memcpy(out, row, static_cast<std::size_t>(cols) * sizeof(T));
    } else if (strides.col == 0) {
      std::fill_n(out, cols, row[0]);
    } else {
      for (std::int64_t c = 0; c < cols; ++c) out[c] = row[c * strides.col];
    }
  }
}

template <class T>
void scatter(std::byte* to, const void* from, std::int64_t rows, std::int64_t cols, Strides2 strides) {
  const T* in = static_cast<const T*>(from);
  for (std::int64_t r = 0; r < rows; ++r, in += cols) {
    T* row = reinterpret_cast<T*>(to) + r * strides.row;
    if (strides.col == 1) {
      std::memcpy(row, in, static_cast<std::size_t>(cols) * sizeof(T));
    } else {
      for (std::int64_t c = 0; c < cols; ++c) row[c * strides.col] = in[c];
    }
  }
}

using Gather = void (*)(void*, const std::byte*, std::int64_t, std::int64_t, Strides2);
using Scatter = void (*)(std::byte*, const void*, std::int64_t, std::int64_t, Strides2);

Gather gather_of(std::size_t bytes) {
  return bytes == 1   ? &gather<std::uint8_t>
         : bytes == 2 ? &gather<std::uint16_t>
         : bytes == 4 ? &gather<std::uint32_t>
                      : &gather<std::uint64_t>;
}

Scatter scatter_of(std::size_t bytes) {
  return bytes == 1   ? &scatter<std::uint8_t>
         : bytes == 2 ? &scatter<std::uint16_t>
         : bytes == 4 ? &scatter<std::uint32_t>
                      : &scatter<std::uint64_t>;
}

/// The elements of a tile: `rows` rows of `cols`.
struct Tile {
  std::int64_t row = 0, col = 0;  // of the first element in the box
  std::int64_t rows = 0, cols = 0;

  [[nodiscard]] std::int64_t size() const { return rows * cols; }
  /// Whether elements with these strides lie one after the other.
  [[nodiscard]] bool is_contiguous(Strides2 strides) const {
    return (cols == 1 || strides.col == 1) && (rows == 1 || strides.row == cols);
  }
};

struct LoadStep {
  int value = -1;
  int operand = -1;
  int slot = -1;
  int staging = -1;  // where 16-bit elements are gathered
  std::size_t bytes = 0;
  Strides2 strides;
  Gather gather = nullptr;
  TileFunction convert = nullptr;  // of 16-bit elements
  /// The same for every tile of a box: filled once.
  [[nodiscard]] bool is_uniform() const { return strides.row == 0 && strides.col == 0; }
};

struct ConstantStep {
  int value = -1;
  int slot = -1;
  std::uint64_t bits = 0;
  std::size_t bytes = 0;
};

struct ComputeStep {
  TileFunction function = nullptr;
  int value = -1;
  int slot = -1;
  int args[3] = {-1, -1, -1};
};

struct StoreStep {
  int value = -1;
  int store = -1;
  int staging = -1;
  std::size_t bytes = 0;
  Strides2 strides;
  Scatter scatter = nullptr;
  TileFunction convert = nullptr;
};

struct ReduceStep {
  TileReduction function = nullptr;
  int value = -1;
  int reduction = -1;
};

class TileInterpreter final : public BoxKernel {
 public:
  void run(const Box& box) const override {
    alignas(64) std::byte scratch[kScratchBytes];
    const void* values[kMaxValues];
    const auto slot = [&](int number) { return scratch + static_cast<std::size_t>(number) * slot_bytes_; };
    const std::int64_t cols = std::min(box.cols, tile_);
    const std::int64_t rows = std::min(box.rows, std::max<std::int64_t>(1, tile_ / std::max<std::int64_t>(1, cols)));
    for (const ConstantStep& step : constants_) {
      values[step.value] = slot(step.slot);
      fill_constant(step, slot(step.slot), rows * cols);
    }
    for (const LoadStep& step : loads_)
      if (step.is_uniform()) values[step.value] = load(step, box, {0, 0, rows, cols}, slot);
    Tile tile;
    for (tile.row = 0; tile.row < box.rows; tile.row += rows) {
      tile.rows = std::min(rows, box.rows - tile.row);
      for (tile.col = 0; tile.col < box.cols; tile.col += cols) {
        tile.cols = std::min(cols, box.cols - tile.col);
        run_tile(box, tile, values, slot);
      }
    }
  }

  [[nodiscard]] std::string implementation() const override { return text_of("tiles ", isa_); }

 private:
  friend class InterpreterBuilder;

  template <class Slot>
  void run_tile(const Box& box, const Tile& tile, const void** values, const Slot& slot) const {
    for (const LoadStep& step : loads_)
      if (!step.is_uniform()) values[step.value] = load(step, box, tile, slot);
    for (const ComputeStep& step : computes_) {
      const void* args[3] = {};
      for (int a = 0; a < 3; ++a)
        if (step.args[a] >= 0) args[a] = values[step.args[a]];
      step.function(slot(step.slot), args, tile.size());
      values[step.value] = slot(step.slot);
    }
    for (const ReduceStep& step : reductions_) {
      std::byte* const into =
          box.accumulators[step.reduction] +
          kWideBytes * static_cast<std::size_t>(tile.row * kept_strides_.row + tile.col * kept_strides_.col);
      step.function(into, values[step.value], tile.rows, tile.cols, kept_strides_.row, kept_strides_.col);
    }
    // after all loads: an output may lie where an input lay
    for (const StoreStep& step : stores_) {
      std::byte* const to = box.stores[step.store] + at(tile, step.strides, step.bytes);
      const void* from = values[step.value];
      if (step.convert != nullptr && tile.is_contiguous(step.strides)) {
        step.convert(to, &from, tile.size());
        continue;
      }
      if (step.convert != nullptr) {
        step.convert(slot(step.staging), &from, tile.size());
        from = slot(step.staging);
      }
      if (tile.is_contiguous(step.strides)) {
        std::memcpy(to, from, static_cast<std::size_t>(tile.size()) * step.bytes);
      } else {
        step.scatter(to, from, tile.rows, tile.cols, step.strides);
      }
    }
  }

  static std::ptrdiff_t at(const Tile& tile, Strides2 strides, std::size_t bytes) {
    return (tile.row * strides.row + tile.col * strides.col) * static_cast<std::ptrdiff_t>(bytes);
  }

  static void fill_constant(const ConstantStep& step, std::byte* to, std::int64_t count) {
    // on a little-endian machine the low bytes come first
    gather_of(step.bytes)(to, reinterpret_cast<const std::byte*>(&step.bits), 1, count, {0, 0});
  }

  /// Elements of an operand as a register: its own memory where that will do.
  template <class Slot>
  static const void* load(const LoadStep& step, const Box& box, const Tile& tile, const Slot& slot) {
    const std::byte* from = box.operands[step.operand] + at(tile, step.strides, step.bytes);
    const void* elements = from;
    if (!tile.is_contiguous(step.strides)) {
      std::byte* const to = slot(step.convert != nullptr ? step.staging : step.slot);
      step.gather(to, from, tile.rows, tile.cols, step.strides);
      elements = to;
    }
    if (step.convert == nullptr) return elements;
    step.convert(slot(step.slot), &elements, tile.size());
    return slot(step.slot);
  }

  std::vector<ConstantStep> constants_;
  std::vector<LoadStep> loads_;
  std::vector<ComputeStep> computes_;
  std::vector<StoreStep> stores_;
  std::vector<ReduceStep> reductions_;
  Strides2 kept_strides_;
  std::int64_t tile_ = kMaxTile;
  std::size_t slot_bytes_ = 0;
  std::string_view isa_;
};

/// Chooses functions and gives each value a slot of the scratch memory while it is needed.
class InterpreterBuilder {
 public:
  InterpreterBuilder(const FusedLoop& loop, const LoopSchedule& schedule, const TileFunctions& functions)
      : loop_(loop), functions_(functions), interpreter_(std::make_unique<TileInterpreter>()) {
    interpreter_->isa_ = functions.isa;
    interpreter_->kept_strides_ = inner_strides(schedule.kept_strides);
  }

  std::unique_ptr<const BoxKernel> build(std::string& refusal) {
    if (loop_.instructions.size() > kMaxValues) {
      refusal = text_of("a loop of ", loop_.instructions.size(), " instructions");
      return nullptr;
    }
    find_last_uses();
    for (std::size_t n = 0; n < loop_.instructions.size(); ++n)
      if (!add_instruction(static_cast<int>(n), refusal)) return nullptr;
    for (std::size_t s = 0; s < loop_.stores.size(); ++s) add_store(static_cast<int>(s));
    for (std::size_t r = 0; r < loop_.reductions.size(); ++r)
      if (!add_reduction(static_cast<int>(r), refusal)) return nullptr;
    interpreter_->tile_ = tile_size();
    interpreter_->slot_bytes_ = static_cast<std::size_t>(interpreter_->tile_) * widest_;
    if (interpreter_->tile_ < kLeastTile) {
      refusal = text_of("a loop that keeps ", num_slots_, " values at once");
      return nullptr;
    }
    return std::move(interpreter_);
  }

 private:
  [[nodiscard]] const LoopInstruction& at(int value) const {
    return loop_.instructions[static_cast<std::size_t>(value)];
  }
  [[nodiscard]] static bool is_half(DType dtype) { return register_dtype(dtype) != dtype; }

  void find_last_uses() {
    last_use_.assign(loop_.instructions.size(), -1);
    const int end = static_cast<int>(loop_.instructions.size());
    for (int n = 0; n < end; ++n)
      for (int a = 0; a < info(at(n).opcode).arity; ++a) last_use_[static_cast<std::size_t>(at(n).args[a])] = n;
    for (const auto& store : loop_.stores) last_use_[static_cast<std::size_t>(store.value)] = end;
    for (const auto& reduction : loop_.reductions) last_use_[static_cast<std::size_t>(reduction.value)] = end;
    slots_.assign(loop_.instructions.size(), -1);
  }

  int take_slot() {
    if (free_slots_.empty()) return num_slots_++;
    const int slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
  }

  /// Slots of values that are used for the last time by instruction n.
  void release_arguments(int n) {
    for (int a = 0; a < info(at(n).opcode).arity; ++a) {
      const auto arg = static_cast<std::size_t>(at(n).args[a]);
      if (last_use_[arg] != n || slots_[arg] < 0 || info(at(at(n).args[a]).opcode).arity == 0) continue;
      free_slots_.push_back(slots_[arg]);
      slots_[arg] = -1;  // an argument may come twice
    }
  }

  bool add_instruction(int n, std::string& refusal) {
    const LoopInstruction& instruction = at(n);
    widest_ = std::max(widest_, itemsize(register_dtype(instruction.dtype)));
    if (instruction.opcode == Opcode::Load) {
      add_load(n);
      return true;
    }
    if (instruction.opcode == Opcode::Constant) {
      add_constant(n);
      return true;
    }
    const DType argument = at(instruction.args[instruction.opcode == Opcode::Where ? 1 : 0]).dtype;
    if (!has_tile_function(functions_, instruction.opcode, argument)) {
      refusal = text_of("\"", name(instruction.opcode), "\" of ", argument);
      return false;
    }
    const DType from = register_dtype(argument);
    const TileFunction function = instruction.opcode == Opcode::Cast
                                      ? functions_.convert(from, register_dtype(instruction.dtype))
                                      : functions_.compute(instruction.opcode, from);
    int slot = take_slot();
    interpreter_->computes_.push_back(
        {function, n, slot, {instruction.args[0], instruction.args[1], instruction.args[2]}});
    if (needs_rounding(n)) {
      const int rounded = take_slot();
      interpreter_->computes_.push_back({functions_.round_to(instruction.dtype), n, rounded, {n, -1, -1}});
      free_slots_.push_back(slot);
      slot = rounded;
    }
    slots_[static_cast<std::size_t>(n)] = slot;
    release_arguments(n);
    if (last_use_[static_cast<std::size_t>(n)] < 0) free_slots_.push_back(slot);
    return true;
  }

  /// Whether a 16-bit result may need more digits than its dtype has.
  [[nodiscard]] bool needs_rounding(int n) const {
    if (!is_half(at(n).dtype)) return false;
    switch (at(n).opcode) {
      case Opcode::Cast:
        return at(at(n).args[0]).dtype != at(n).dtype;
      case Opcode::Negative:
      case Opcode::Abs:
      case Opcode::Sign:
      case Opcode::Relu:
      case Opcode::Maximum:
      case Opcode::Minimum:
      case Opcode::Fmax:
      case Opcode::Fmin:
      case Opcode::Copysign:
      case Opcode::Where:
        return false;
      default:
        return true;
    }
  }

  void add_load(int n) {
    const auto& operand = loop_.operands[static_cast<std::size_t>(at(n).index)];
    LoadStep step{n, at(n).index};
    step.bytes = itemsize(operand.dtype);
    step.strides = inner_strides(operand.strides);
    step.gather = gather_of(step.bytes);
    // loads come before all computation: their slots are not shared
    step.slot = num_slots_++;
    slots_[static_cast<std::size_t>(n)] = step.slot;
    if (is_half(operand.dtype)) {
      step.convert = functions_.convert(operand.dtype, DType::Float32);
      step.staging = staging_slot();
    }
    interpreter_->loads_.push_back(step);
  }

  void add_constant(int n) {
    const auto& constant = loop_.constants[static_cast<std::size_t>(at(n).index)];
    ConstantStep step{n, num_slots_++};
    // rounded to its dtype first, then held as a register
    const DType held = register_dtype(constant.dtype);
    step.bytes = itemsize(held);
    const Tensor exact = is_floating(constant.dtype)
                             ? full({}, constant.number, constant.dtype)
                             : Tensor(&constant.integer, {}, DType::Int64).astype(constant.dtype);
    std::memcpy(&step.bits, exact.astype(held).raw(), step.bytes);
    slots_[static_cast<std::size_t>(n)] = step.slot;
    interpreter_->constants_.push_back(step);
  }

  void add_store(int s) {
    const auto& store = loop_.stores[static_cast<std::size_t>(s)];
    const DType dtype = at(store.value).dtype;
    StoreStep step{store.value, s};
    step.bytes = itemsize(dtype);
    step.strides = inner_strides(store.strides);
    step.scatter = scatter_of(step.bytes);
    if (is_half(dtype)) {
      step.convert = functions_.convert(DType::Float32, dtype);
      step.staging = staging_slot();
    }
    interpreter_->stores_.push_back(step);
  }

  bool add_reduction(int r, std::string& refusal) {
    const auto& reduction = loop_.reductions[static_cast<std::size_t>(r)];
    const DType dtype = register_dtype(at(reduction.value).dtype);
    const TileReduction function = functions_.reduce(reduction.kind, dtype);
    if (function == nullptr) {
      refusal = text_of("\"", name(reduction.kind), "\" of ", dtype);
      return false;
    }
    interpreter_->reductions_.push_back({function, reduction.value, r});
    return true;
  }

  int staging_slot() {
    if (staging_ < 0) staging_ = num_slots_++;
    return staging_;
  }

  [[nodiscard]] std::int64_t tile_size() const {
    const std::size_t slots = static_cast<std::size_t>(std::max(1, num_slots_));
    const auto fits = static_cast<std::int64_t>(kScratchBytes / (slots * widest_));
    return std::min(kMaxTile, fits / kLeastTile * kLeastTile);
  }

  const FusedLoop& loop_;
  const TileFunctions& functions_;
  std::unique_ptr<TileInterpreter> interpreter_;
  std::vector<int> last_use_;
  std::vector<int> slots_;  // of values that are alive
  std::vector<int> free_slots_;
  int num_slots_ = 0;
  int staging_ = -1;
  std::size_t widest_ = 1;
};

}  // namespace

std::unique_ptr<const BoxKernel> make_tile_interpreter(const FusedLoop& loop, const LoopSchedule& schedule,
                                                       const TileFunctions& functions, std::string& refusal) {
  return InterpreterBuilder(loop, schedule, functions).build(refusal);
}

}  // namespace kerascpp::cpu
