#include "op_samples.hpp"

#include <algorithm>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

namespace kerascpp::tool {
namespace {

using Use = Symbol (*)(DType dtype);

Symbol input(const Shape& shape, DType dtype) { return placeholder(shape, dtype); }
Symbol indices(const Shape& shape) { return placeholder(shape, DType::Int32); }

// what stands in models: sizes that no kernel finds too small to be worth its while
const Use kUses[] = {
    [](DType d) {
      return ops::matmul(input({32, 48}, d), input({48, 64}, d));
    },
    [](DType d) {
      return ops::conv(input({2, 12, 12, 16}, d), input({3, 3, 16, 32}, d));
    },
    [](DType d) {
      return ops::conv_transpose(input({2, 12, 12, 16}, d), input({3, 3, 32, 16}, d));
    },
    [](DType d) {
      return ops::max_pool(input({2, 12, 12, 16}, d), 2);
    },
    [](DType d) {
      return ops::average_pool(input({2, 12, 12, 16}, d), 2);
    },
    [](DType d) {
      return ops::softmax(input({32, 10}, d));
    },
    [](DType d) {
      return ops::log_softmax(input({32, 10}, d));
    },
    [](DType d) {
      return ops::batch_normalization_training(input({2, 12, 12, 16}, d), input({16}, d), input({16}, d)).y;
    },
    [](DType d) {
      return ops::cast(input({4, 5}, d), DType::Float32);
    },
    [](DType d) {
      return ops::cast(input({4, 5}, DType::Float32), d);
    },
    [](DType d) {
      return ops::transpose(input({4, 5, 6}, d), {2, 0, 1});
    },
    [](DType d) {
      return ops::broadcast_to(input({5, 1}, d), {4, 5, 6});
    },
    [](DType d) {
      return ops::broadcast_like(input({5, 1}, d), input({4, 5, 6}, d));
    },
    [](DType d) {
      return ops::reduce_to_like(input({4, 5, 6}, d), input({5, 1}, d));
    },
    [](DType d) {
      return ops::reshape_like(input({4, 5}, d), input({2, 10}, d));
    },
    [](DType d) {
      return ops::tile(input({4, 5}, d), {2, 3});
    },
    [](DType d) {
      return ops::roll(input({4, 5}, d), 2, 1);
    },
    [](DType d) {
      return ops::pad(input({4, 5}, d), 1);
    },
    [](DType d) {
      return ops::pad(input({4, 5}, d), 1, "reflect");
    },
    [](DType d) {
      return ops::concatenate({input({4, 5}, d), input({4, 6}, d)}, 1);
    },
    [](DType d) {
      return ops::concatenate({input({4, None}, d), input({4, None}, d)}, 1);
    },
    [](DType d) {
      return ops::get_item(input({4, 5}, d), {Slice(1, 3)});
    },
    [](DType d) {
      return ops::set_subtensor(input({4, 5}, d), {Slice(1, 3)}, input({2, 5}, d));
    },
    [](DType d) {
      return ops::slice(input({4, 5}, d), indices({2}), {2, 3});
    },
    [](DType d) {
      return ops::slice_update(input({4, 5}, d), indices({2}), input({2, 3}, d));
    },
    [](DType d) {
      return ops::take(input({50, 8}, d), indices({7}), 0);
    },
    [](DType d) {
      return ops::take_along_axis(input({4, 5}, d), indices({4, 2}), 1);
    },
    [](DType d) {
      return ops::gather_nd(input({4, 5}, d), indices({7, 1}));
    },
    [](DType d) {
      return ops::scatter_update(input({4, 5}, d), indices({7, 1}), input({7, 5}, d));
    },
    [](DType d) {
      return ops::segment_sum(input({7, 5}, d), indices({7}), 3);
    },
    [](DType d) {
      return ops::sort(input({4, 5}, d));
    },
    [](DType d) {
      return ops::argsort(input({4, 5}, d));
    },
    [](DType d) {
      return ops::top_k(input({4, 5}, d), 2).values;
    },
    [](DType d) { return ops::searchsorted(input({5}, d), input({3}, d)); },
    [](DType d) {
      return ops::cumsum(input({4, 5}, d), 1);
    },
    [](DType d) {
      return ops::cumprod(input({4, 5}, d), 1);
    },
    [](DType d) {
      return ops::diagonal(input({4, 5}, d));
    },
    [](DType d) { return ops::diag(input({4}, d)); },
    [](DType d) {
      return ops::cholesky(input({4, 4}, d));
    },
    [](DType d) {
      return ops::lu_factor(input({4, 4}, d)).lu;
    },
    [](DType d) {
      return ops::qr(input({5, 4}, d)).q;
    },
    [](DType d) {
      return ops::det(input({4, 4}, d));
    },
    [](DType d) {
      return ops::slogdet(input({4, 4}, d)).logabsdet;
    },
    [](DType d) {
      return ops::inv(input({4, 4}, d));
    },
    [](DType d) {
      return ops::solve(input({4, 4}, d), input({4, 3}, d));
    },
    [](DType d) {
      return ops::solve_triangular(input({4, 4}, d), input({4, 3}, d));
    },
    [](DType d) {
      return ops::eigh(input({4, 4}, d)).v;
    },
    [](DType d) {
      return ops::eig(input({4, 4}, d)).w;
    },
    [](DType d) {
      return ops::svd(input({5, 4}, d), false).u;
    },
    [](DType d) {
      return ops::pinv(input({5, 4}, d));
    },
    [](DType d) {
      return ops::fft({input({4, 8}, d), input({4, 8}, d)}).real;
    },
    [](DType d) {
      return ops::rfft(input({4, 8}, d)).real;
    },
    [](DType d) {
      return ops::irfft({input({4, 5}, d), input({4, 5}, d)});
    },
    [](DType d) {
      return ops::shape(input({4, 5}, d));
    },
    [](DType d) {
      return ops::axis_size(input({4, 5}, d), 1);
    },
    [](DType d) {
      return ops::iota_like(input({4, 5}, d), 1);
    },
    [](DType d) {
      return ops::view(input({4, 5}, d), d);
    },
    [](DType d) {
      return ops::polygamma(1, input({4, 5}, d));
    },
    [](DType d) {
      return ops::expand_dims(input({4, 5}, d), 1);
    },
    [](DType d) {
      return ops::squeeze(input({4, 1}, d), 1);
    },
    [](DType d) {
      return ops::random::uniform({4, 5}, {.dtype = d, .seed = 1});
    },
    [](DType d) {
      return ops::random::normal({4, 5}, {.dtype = d, .seed = 1});
    },
    [](DType d) {
      return ops::random::truncated_normal({4, 5}, {.dtype = d, .seed = 1});
    },
    [](DType d) {
      return ops::random::randint({4, 5}, 0, 9, {.dtype = d, .seed = 1});
    },
    [](DType d) {
      return ops::random::gamma({4, 5}, 2, {.dtype = d, .seed = 1});
    },
    [](DType d) {
      return ops::random::poisson({4, 5}, 2, {.dtype = d, .seed = 1});
    },
    [](DType d) {
      return ops::random::binomial({4, 5}, 7, 0.5, {.dtype = d, .seed = 1});
    },
    [](DType) { return ops::random::permutation(9, 1); },
};

/// The first use of each operation.
class Collector {
 public:
  void add(const Symbol& y) {
    Graph graph;
    graph.outputs = {y};
    for (const auto& node : graph.nodes()) add(*node);
  }
  void add(const Node& node) {
    OpSample sample{&node.op(), node.attributes(), {}, node.outputs()};
    for (const Symbol& x : node.inputs()) sample.inputs.push_back(x.spec());
    const auto is_known = [](const TensorSpec& spec) { return spec.shape.is_known(); };
    if (node.op().has(Trait::Leaf) || !std::all_of(sample.inputs.begin(), sample.inputs.end(), is_known) ||
        !std::all_of(sample.outputs.begin(), sample.outputs.end(), is_known) || !seen_.insert(&node.op()).second)
      return;
    samples.push_back(std::move(sample));
  }

  std::vector<OpSample> samples;

 private:
  std::set<const OpDef*> seen_;
};

// Operations of which the traits tell how they are used.
void add_by_traits(Collector& collector, const OpDef& op, DType dtype) {
  const bool is_reduction = op.has(Trait::Reduction);
  if (!is_reduction && !op.has(Trait::Elementwise)) return;
  std::vector<Symbol> inputs;
  for (std::size_t i = 0; i < op.inputs.size(); ++i)
    inputs.push_back(input({4, 5}, op.name == "where" && i == 0 ? DType::Bool : dtype));
  Attributes attributes;
  if (is_reduction) attributes = {{"axis", std::vector<std::int64_t>{1}}, {"keepdims", false}};
  try {
    collector.add(*make_node(op, inputs, attributes).front().node());
  } catch (const Error&) {
    // not defined for the dtype, or it has attributes of its own and stands among the uses
  }
}

}  // namespace

std::vector<OpSample> op_samples(DType dtype) {
  Collector collector;
  for (const OpDef* op : OpRegistry::global().all()) add_by_traits(collector, *op, dtype);
  for (const Use use : kUses) try {
      const Symbol y = use(dtype);
      collector.add(y);
      if (!is_differentiable(y.dtype())) continue;
      Graph graph;
      graph.outputs = {y};
      std::vector<Symbol> leaves;
      for (const auto& node : graph.nodes())
        if (node->op().name == "placeholder" && is_differentiable(node->outputs()[0].dtype))
          leaves.push_back(node->output());
      if (leaves.empty()) continue;
      // of the square, so that second gradients are met as well
      const std::vector<Symbol> first = gradients(ops::sum(ops::square(y)), leaves, {.disconnected_inputs = "ignore"});
      for (const Symbol& gradient : first) collector.add(gradient);
      for (const Symbol& gradient :
           gradients(ops::sum(ops::square(first[0])), leaves, {.disconnected_inputs = "ignore"}))
        collector.add(gradient);
    } catch (const Error&) {
      // not defined for the dtype, or without a gradient
    }
  return std::move(collector.samples);
}

}  // namespace kerascpp::tool
