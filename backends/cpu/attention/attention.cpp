#include <algorithm>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/attention/attention_loops.hpp"
#include "backends/cpu/families.hpp"
#include "backends/cpu/parallel.hpp"
#include "ops/attention_form.hpp"

// Memory is linear in the numbers of queries and of keys: copies of the operands as the loops want them, and the
// blocks that each thread works on.
namespace kerascpp::cpu {
namespace {

using ops::AttentionForm;
using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

AttentionLoops best_loops(DType dtype) {
  return for_best_instruction_set([dtype]<InstructionSet set>() { return attention_loops_for<set>(dtype); });
}

ScoreStrides strides_of(const Shape& shape) {
  ScoreStrides along;
  std::int64_t step = 1;
  for (int axis = 3; axis >= 0; --axis) {
    along.strides[axis] = shape[axis] == 1 ? 0 : step;
    step *= shape[axis];
  }
  return along;
}

/// What the two kernels share; operands begin at input `first`.
class AttentionKernel : public Kernel {
 public:
  AttentionKernel(const KernelQuery& query, std::size_t first)
      : form_(AttentionForm::of(query.attributes)),
        first_(first),
        scalar_bytes_(query.inputs[first].dtype == DType::Float64 ? sizeof(double) : sizeof(float)),
        workers_(num_threads()),
        loops_(best_loops(query.inputs[first].dtype)) {
    const Shape &q = query.inputs[first].shape, &k = query.inputs[first + 1].shape;
    problem_.B = q[0], problem_.T = q[1], problem_.N = q[2], problem_.H = q[3];
    problem_.S = k[1], problem_.K = k[2], problem_.E = query.inputs[first + 2].shape[3];
    problem_.scale = form_.scale, problem_.soft_cap = form_.soft_cap, problem_.dropout = form_.dropout;
    problem_.window = form_.window, problem_.is_causal = form_.is_causal;
    problem_.has_bias = form_.has_bias, problem_.zeros_unseen = form_.zeros_unseen;
    if (form_.has_bias) problem_.bias = strides_of(query.inputs[extra(form_.bias_input())].shape);
    for (std::size_t i = extra(form_.first_mask()); i < query.inputs.size(); ++i)
      masks_.push_back(strides_of(query.inputs[i].shape));
    problem_.masks = masks_.data();
    problem_.num_masks = static_cast<std::int64_t>(masks_.size());
    // heads are work enough for some threads; fewer of them share their keys out
    constexpr std::int64_t kParts = 16;
    problem_.key_parts = std::min(problem_.key_blocks(), std::max<std::int64_t>(1, kParts / (problem_.B * problem_.K)));
  }
  AttentionKernel(const AttentionKernel&) = delete;
  AttentionKernel& operator=(const AttentionKernel&) = delete;

  [[nodiscard]] std::size_t workspace_bytes() const {
    AttentionRun run;
    Pieces pieces(nullptr, scalar_bytes_);
    (void)take(run, pieces);
    return pieces.bytes();
  }

 protected:
  [[nodiscard]] std::size_t extra(std::size_t i) const { return first_ + 3 + i; }

  [[nodiscard]] AttentionRun run_of(const KernelArguments& arguments) const {
    AttentionRun run;
    run.query = arguments.inputs[first_], run.key = arguments.inputs[first_ + 1];
    run.value = arguments.inputs[first_ + 2];
    if (form_.dropout > 0) run.dropout_key = static_cast<const std::int64_t*>(arguments.inputs[extra(0)]);
    if (form_.has_bias) run.bias = arguments.inputs[extra(form_.bias_input())];
    run.masks = arguments.inputs + extra(form_.first_mask());
    return run;
  }

  /// Pieces of the workspace, one after the other.
  class Pieces {
   public:
    Pieces(void* from, std::size_t scalar_bytes) : from_(static_cast<char*>(from)), scalar_bytes_(scalar_bytes) {}
    void* take(std::int64_t elements) {
      char* const piece = from_ == nullptr ? nullptr : from_ + bytes_;
      bytes_ += (static_cast<std::size_t>(elements) * scalar_bytes_ + 63) / 64 * 64;
      return piece;
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

   private:
    char* from_;
    std::size_t scalar_bytes_, bytes_ = 0;
  };

  /// Gives the run its pieces of the workspace, and what the workers share out among them.
  virtual void* take(AttentionRun& run, Pieces& pieces) const = 0;

  void run_parts(AttentionLoops::Loop loop, const AttentionRun& run, std::int64_t parts, void* scratch,
                 std::int64_t scratch_size) const {
    const std::size_t bytes = (static_cast<std::size_t>(scratch_size) * scalar_bytes_ + 63) / 64 * 64;
    parallel_parts(parts, workers_, [&](std::int64_t part, int worker) {
      loop(problem_, run, part, static_cast<char*>(scratch) + static_cast<std::size_t>(worker) * bytes);
    });
  }

  AttentionForm form_;
  std::size_t first_, scalar_bytes_;
  int workers_;
  AttentionLoops loops_;
  AttentionProblem problem_;
  std::vector<ScoreStrides> masks_;
};

class ForwardKernel final : public AttentionKernel {
 public:
  explicit ForwardKernel(const KernelQuery& query) : AttentionKernel(query, 0) {}

  void run(const KernelArguments& arguments) const override {
    AttentionRun run = run_of(arguments);
    run.y = arguments.outputs[0], run.statistics = arguments.outputs[1];
    Pieces pieces(arguments.workspace, scalar_bytes_);
    void* const scratch = take(run, pieces);
    run_parts(loops_.pack_keys, run, problem_.pack_parts(), nullptr, 0);
    run_parts(loops_.forward, run, problem_.query_parts(), scratch, problem_.forward_scratch());
  }

 private:
  void* take(AttentionRun& run, Pieces& pieces) const override {
    run.packed_keys = pieces.take(problem_.keys_size());
    run.packed_values = pieces.take(problem_.values_size());
    return pieces.take(workers_ * AttentionProblem::padded(problem_.forward_scratch()));
  }
};

class GradientKernel final : public AttentionKernel {
 public:
  explicit GradientKernel(const KernelQuery& query) : AttentionKernel(query, 3) {}

  void run(const KernelArguments& arguments) const override {
    AttentionRun run = run_of(arguments);
    run.g = arguments.inputs[0];
    run.y = const_cast<void*>(arguments.inputs[1]);
    run.statistics = const_cast<void*>(arguments.inputs[2]);
    run.query_gradient = arguments.outputs[0], run.key_gradient = arguments.outputs[1];
    run.value_gradient = arguments.outputs[2];
    Pieces pieces(arguments.workspace, scalar_bytes_);
    void* const scratch = take(run, pieces);
    run_parts(loops_.pack_queries, run, problem_.query_parts(), nullptr, 0);
    run_parts(loops_.gradient, run, problem_.gradient_parts(), scratch, problem_.gradient_scratch());
    run_parts(loops_.join, run, problem_.query_parts(), nullptr, 0);
  }

 private:
  void* take(AttentionRun& run, Pieces& pieces) const override {
    run.packed_queries = pieces.take(problem_.queries_size());
    run.packed_gradients = pieces.take(problem_.gradients_size());
    run.products = pieces.take(problem_.products_size());
    run.query_gradients = pieces.take(problem_.query_gradients_size());
    return pieces.take(workers_ * AttentionProblem::padded(problem_.gradient_scratch()));
  }
};

template <class KernelType>
Prepared prepare(const KernelQuery& query) {
  for (const TensorSpec& input : query.inputs)
    if (input.shape.size() == 0) return Prepared::refuse("an operand without elements");
  const auto kernel = std::make_shared<KernelType>(query);
  Prepared prepared;
  prepared.kernel = kernel;
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.implementation = "blocks";
  return prepared;
}

}  // namespace

void register_attention_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "blocks", "attention", prepare<ForwardKernel>});
  registry.add_kernel({"cpu", "blocks", "attention_gradient", prepare<GradientKernel>});
}

}  // namespace kerascpp::cpu
