#include <algorithm>
#include <bit>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

#include <kerascpp/core/error.hpp>

#include "compiler/body.hpp"
#include "compiler/control_flow_kernels.hpp"

// The kernels of ops/table_rows.cpp. Only memory of the rows in question is touched.

namespace kerascpp::compiler {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::size_t kAlignment = 64;
std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

/// Bytes of a row along the first axis.
std::size_t row_bytes(const TensorSpec& table) {
  return static_cast<std::size_t>(table.shape.slice(1, table.shape.ndim()).size()) * itemsize(table.dtype);
}

/// Runs work(part, begin, end) for parts of [0, rows). Errors leave the threads.
template <class Work>
void for_parts(RunParts run_parts, std::int64_t parts, std::int64_t rows, const Work& work) {
  struct Context {
    const Work& work;
    std::int64_t parts, rows;
    std::mutex mutex;
    std::exception_ptr error;
  } context{work, parts, rows, {}, {}};
  run_parts(
      parts,
      [](void* opaque, std::int64_t part) {
        Context& c = *static_cast<Context*>(opaque);
        try {
          c.work(part, c.rows * part / c.parts, c.rows * (part + 1) / c.parts);
        } catch (...) {  // must not leave the thread
          const std::lock_guard lock(c.mutex);
          c.error = std::current_exception();
        }
      },
      &context);
  if (context.error) std::rethrow_exception(context.error);
}

/// Parts of work on so many bytes.
std::int64_t parts_for(std::size_t bytes) {
  constexpr std::size_t kGrain = 1 << 15;
  return static_cast<std::int64_t>(std::clamp<std::size_t>(bytes / kGrain, 1, 16));
}

/// Indices in a table of hashes, whose size is a power of two and at least twice their number.
class DistinctRowsKernel final : public runtime::Kernel {
 public:
  explicit DistinctRowsKernel(const KernelQuery& query) : length_(query.attributes.integer("length")) {
    std::size_t count = 0;
    for (const TensorSpec& indices : query.inputs) {
      arrays_.push_back({indices.dtype, indices.shape.size()});
      count += static_cast<std::size_t>(indices.shape.size());
    }
    most_ = query.outputs[0].shape.size();
    slots_ = std::bit_ceil(std::max<std::size_t>(2 * count, 16));
  }
  [[nodiscard]] std::size_t workspace_bytes() const { return slots_ * sizeof(std::int32_t); }

  void run(const KernelArguments& arguments) const override {
    auto* const slots = static_cast<std::int32_t*>(arguments.workspace);  // places in `rows`; -1: free
    auto* const rows = static_cast<std::int32_t*>(arguments.outputs[0]);
    std::fill_n(slots, slots_, -1);
    std::int32_t found = 0;
    for (std::size_t a = 0; a < arrays_.size(); ++a) {
      auto* const places = static_cast<std::int32_t*>(arguments.outputs[1 + a]);
      const auto each = [&]<class T>(const T* indices) {
        for (std::int64_t i = 0; i < arrays_[a].size; ++i)
          places[i] = place(row_of(static_cast<std::int64_t>(indices[i])), slots, rows, found);
      };
      switch (arrays_[a].dtype) {
        case DType::Int64:
        case DType::UInt64:
          each(static_cast<const std::int64_t*>(arguments.inputs[a]));
          break;
        default:
          each(static_cast<const std::int32_t*>(arguments.inputs[a]));
      }
    }
    std::fill(rows + found, rows + most_, -1);
  }

 private:
  [[nodiscard]] std::int32_t row_of(std::int64_t index) const {
    KCPP_CHECK(index >= -length_ && index < length_, ValueError, "[take] index ", index,
               " is out of range for an axis of length ", length_);
    return static_cast<std::int32_t>(index < 0 ? index + length_ : index);
  }
  std::int32_t place(std::int32_t row, std::int32_t* slots, std::int32_t* rows, std::int32_t& found) const {
    std::size_t at = (static_cast<std::uint32_t>(row) * 2654435761u) & (slots_ - 1);
    while (slots[at] >= 0) {
      if (rows[slots[at]] == row) return slots[at];
      at = (at + 1) & (slots_ - 1);
    }
    slots[at] = found;
    rows[found] = row;
    return found++;
  }

  struct Indices {
    DType dtype;
    std::int64_t size;
  };
  std::int64_t length_, most_ = 0;
  std::vector<Indices> arrays_;
  std::size_t slots_;
};

class WriteRowsKernel final : public runtime::Kernel {
 public:
  WriteRowsKernel(const KernelQuery& query, RunParts run_parts)
      : rows_(query.inputs[1].shape.size()),
        table_rows_(query.inputs[0].shape[0]),
        row_bytes_(row_bytes(query.inputs[0])),
        table_bytes_(row_bytes_ * static_cast<std::size_t>(table_rows_)),
        run_parts_(run_parts) {}

  void run(const KernelArguments& arguments) const override {
    auto* const table = static_cast<char*>(arguments.outputs[0]);
    if (table != arguments.inputs[0]) std::memcpy(table, arguments.inputs[0], table_bytes_);
    const auto* const rows = static_cast<const std::int32_t*>(arguments.inputs[1]);
    const auto* const values = static_cast<const char*>(arguments.inputs[2]);
    for_parts(run_parts_, parts_for(static_cast<std::size_t>(rows_) * row_bytes_), rows_,
              [&](std::int64_t, std::int64_t begin, std::int64_t end) {
                for (std::int64_t k = begin; k < end; ++k) {
                  KCPP_CHECK(rows[k] < table_rows_, ValueError, "[write_rows] row ", rows[k], " of ", table_rows_);
                  if (rows[k] >= 0)
                    std::memcpy(table + static_cast<std::size_t>(rows[k]) * row_bytes_,
                                values + static_cast<std::size_t>(k) * row_bytes_, row_bytes_);
                }
              });
  }

 private:
  std::int64_t rows_, table_rows_;
  std::size_t row_bytes_, table_bytes_;
  RunParts run_parts_;
};

/// The steps of one row after the other, in memory of a few rows.
class CurrentRowsKernel final : public runtime::Kernel {
 public:
  CurrentRowsKernel(const KernelQuery& query, std::string_view backend, RunParts run_parts)
      : all_(query.attributes.flag("all")),
        rests_(query.attributes.flag("rests")),
        first_(all_ ? 3 : 4),
        numbers_(query.inputs[first_ - 1].shape[1]),
        capacity_(query.inputs[first_ - 1].shape[0]),
        number_bytes_(itemsize(query.inputs[first_ - 1].dtype)),
        step_(graph_of(query, "body"), backend, std::vector<bool>()),
        run_parts_(run_parts) {
    if (query.attributes.contains("round")) {
      round_.emplace(graph_of(query, "round"), backend, std::vector<bool>());
      steps_of_round_ =
          (static_cast<std::int64_t>(round_->num_inputs()) - static_cast<std::int64_t>(num_tables())) / numbers_;
    }
    std::size_t bytes = 0;
    for (std::size_t t = 0; t < num_tables(); ++t) {
      row_bytes_.push_back(row_bytes(query.inputs[first_ + t]));
      bytes += row_bytes_.back();
      table_rows_ = query.inputs[first_ + t].shape[0];
    }
    rows_ = query.outputs[0].shape[0];
    parts_ = parts_for(bytes * static_cast<std::size_t>(rows_));
    lay_out();
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return part_bytes_ * static_cast<std::size_t>(parts_); }
  [[nodiscard]] std::vector<std::vector<int>> in_place() const {
    std::vector<std::vector<int>> allowed;
    for (std::size_t t = 0; all_ && t < num_tables(); ++t) allowed.push_back({static_cast<int>(first_ + t)});
    return allowed;
  }

  void run(const KernelArguments& arguments) const override {
    const std::int64_t count = *static_cast<const std::int64_t*>(arguments.inputs[first_ - 2]);
    KCPP_CHECK(count <= capacity_, ValueError, "[current_rows] ", count, " steps, the history has room for ",
               capacity_);
    for_parts(run_parts_, parts_, rows_, [&](std::int64_t part, std::int64_t begin, std::int64_t end) {
      run_part(arguments, count, part, begin, end);
    });
  }

 private:
  [[nodiscard]] std::size_t num_tables() const { return step_.num_outputs(); }
  static const Graph& graph_of(const KernelQuery& query, const char* key) {
    return *query.attributes.get<std::shared_ptr<const Graph>>(key);
  }

  void lay_out() {
    part_bytes_ = aligned(step_.workspace_bytes());
    round_offset_ = part_bytes_;
    if (round_) part_bytes_ += aligned(round_->workspace_bytes());
    for (const std::size_t bytes : row_bytes_) {
      spare_offsets_.push_back(part_bytes_);
      part_bytes_ += 2 * aligned(bytes);
    }
    pointers_offset_ = part_bytes_;
    part_bytes_ += aligned(2 * num_tables() * sizeof(void*));
  }

  void run_part(const KernelArguments& arguments, std::int64_t count, std::int64_t part, std::int64_t begin,
                std::int64_t end) const {
    char* const memory = static_cast<char*>(arguments.workspace) + part_bytes_ * static_cast<std::size_t>(part);
    Body::Run step(step_, memory, nullptr);
    std::optional<Body::Run> round;
    if (round_) round.emplace(*round_, memory + round_offset_, nullptr);
    auto** const current = reinterpret_cast<const char**>(memory + pointers_offset_);
    const auto* const rows = all_ ? nullptr : static_cast<const std::int32_t*>(arguments.inputs[0]);
    const auto* const done = static_cast<const std::int32_t*>(arguments.inputs[first_ - 3]);
    const auto* const history = static_cast<const char*>(arguments.inputs[first_ - 1]);
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t row = all_ ? i : rows[i];
      if (row < 0) {
        for (std::size_t t = 0; t < num_tables(); ++t) std::memset(output(arguments, t, i), 0, row_bytes_[t]);
        continue;
      }
      KCPP_CHECK(row < table_rows_, ValueError, "[current_rows] row ", row, " of ", table_rows_);
      for (std::size_t t = 0; t < num_tables(); ++t)
        current[t] =
            static_cast<const char*>(arguments.inputs[first_ + t]) + row_bytes_[t] * static_cast<std::size_t>(row);
      std::int64_t j = rests_ && done[row] < count && rest(current) ? count : done[row];
      for (std::size_t side = 0; j < count; side = 1 - side) {
        const bool whole = round_ && count - j >= steps_of_round_;
        advance(whole ? *round_ : step_, whole ? *round : step, current, memory, side,
                history + static_cast<std::size_t>(j * numbers_) * number_bytes_,
                whole ? steps_of_round_ * numbers_ : numbers_);
        j += whole ? steps_of_round_ : 1;
      }
      for (std::size_t t = 0; t < num_tables(); ++t)
        if (char* const to = output(arguments, t, i); to != current[t]) std::memcpy(to, current[t], row_bytes_[t]);
    }
  }

  /// Whether all tables but the first have zeros there.
  [[nodiscard]] bool rest(const char* const* current) const {
    for (std::size_t t = 1; t < num_tables(); ++t)
      for (std::size_t i = 0; i < row_bytes_[t]; i += sizeof(float)) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, current[t] + i, sizeof bits);
        if (bits != 0) return false;
      }
    return true;
  }

  [[nodiscard]] char* output(const KernelArguments& arguments, std::size_t t, std::int64_t i) const {
    return static_cast<char*>(arguments.outputs[t]) + row_bytes_[t] * static_cast<std::size_t>(i);
  }

  /// One run of a body: from the rows `current` to others, which become the current ones.
  void advance(const Body& body, Body::Run& run, const char** current, char* memory, std::size_t side,
               const char* numbers, std::int64_t num_numbers) const {
    const char** const next = current + num_tables();
    for (std::int64_t s = 0; s < num_numbers; ++s)
      run.set_input(num_tables() + static_cast<std::size_t>(s), numbers + static_cast<std::size_t>(s) * number_bytes_);
    for (std::size_t t = 0; t < num_tables(); ++t) {
      run.set_input(t, current[t]);
      char* const to = memory + spare_offsets_[t] + side * aligned(row_bytes_[t]);
      run.set_output(t, to);
      next[t] = to;
    }
    run.run_steps();
    for (std::size_t t = 0; t < num_tables(); ++t) {
      const Body::Source& source = body.source(t);
      if (source.kind == Body::Source::Kind::Written) continue;
      if (source.kind == Body::Source::Kind::Input && source.index == t) {
        next[t] = current[t];  // it stays where it is
        continue;
      }
      const void* const from = source.kind == Body::Source::Kind::Input    ? current[source.index]
                               : source.kind == Body::Source::Kind::Output ? next[source.index]
                                                                           : run.memory(t);
      std::memcpy(const_cast<char*>(next[t]), from, row_bytes_[t]);
    }
    for (std::size_t t = 0; t < num_tables(); ++t) current[t] = next[t];
  }

  bool all_, rests_;
  std::size_t first_;  // of the tables
  std::int64_t numbers_, capacity_;
  std::size_t number_bytes_;
  Body step_;
  std::optional<Body> round_;
  std::int64_t steps_of_round_ = 1;
  RunParts run_parts_;
  std::vector<std::size_t> row_bytes_, spare_offsets_;
  std::int64_t rows_ = 0, table_rows_ = 0, parts_ = 1;
  std::size_t part_bytes_ = 0, round_offset_ = 0, pointers_offset_ = 0;
};

}  // namespace

void register_table_row_kernels(runtime::KernelRegistry& registry, const std::string& backend, RunParts run_parts) {
  registry.add_kernel({backend, "rows", "distinct_rows", [](const KernelQuery& query) {
                         for (const TensorSpec& indices : query.inputs)
                           if (itemsize(indices.dtype) < 4) return Prepared::refuse("indices of less than 32 bits");
                         const auto kernel = std::make_shared<const DistinctRowsKernel>(query);
                         Prepared prepared;
                         prepared.workspace_bytes = kernel->workspace_bytes();
                         prepared.kernel = kernel;
                         return prepared;
                       }});
  registry.add_kernel({backend, "rows", "write_rows", [run_parts](const KernelQuery& query) {
                         Prepared prepared;
                         prepared.kernel = std::make_shared<const WriteRowsKernel>(query, run_parts);
                         prepared.in_place = {{0}};
                         return prepared;
                       }});
  registry.add_kernel({backend, "rows", "current_rows", [backend, run_parts](const KernelQuery& query) {
                         const auto kernel = std::make_shared<const CurrentRowsKernel>(query, backend, run_parts);
                         Prepared prepared;
                         prepared.workspace_bytes = kernel->workspace_bytes();
                         prepared.in_place = kernel->in_place();
                         prepared.kernel = kernel;
                         return prepared;
                       }});
}

}  // namespace kerascpp::compiler
