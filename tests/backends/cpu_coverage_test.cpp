#include <algorithm>
#include <set>
#include <sstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/pooling.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"
#include "support/op_families.hpp"

/// On the CPU, float32 work is done by kernels that were made for it.
namespace kerascpp::test {
namespace {

// Without values there is no plan to look at.
const std::set<std::string> kSizedByValues = {"iota"};

// What the reference kernels still do there: rare operations whose time does not count, or is spent elsewhere.
const std::set<std::string> kLeftToReference = {
    "argsort", "axis_size", "complex", "ctc_beam_search", "ctc_loss",
    "custom_gradient",  // of modes without passes
    "custom_op",        // what users compute
    "dynamic_slice", "gammainc", "iota_like", "max_pool_select", "nextafter",
    "pad_gradient",  // of modes that show elements again
    "polygamma", "random_binomial", "random_gamma", "random_integers", "random_permutation", "random_poisson",
    "counting_sort", "csr_gather", "csr_to_dense",  // with indices in uint8
    "scatter_winners", "searchsorted", "shape", "slice_update", "sort",

    "print", "top_k",
    // by LAPACK, in float64
    "cholesky", "det", "eig", "eigh", "inv", "lu_factor", "pinv", "qr", "slogdet", "solve", "solve_triangular", "svd",
    "angle", "conj", "imag",
    "real",  // of real numbers
};

// Rows with complex numbers, and gradients of convolutions with attributes that no layer gives them (the cases below
// hold the others).
bool is_left_out(const OpCase& row, const Built& built) {
  Graph graph;
  graph.outputs = built.outputs;
  for (const auto& node : graph.nodes())
    for (const TensorSpec& output : node->outputs())
      if (is_complex(output.dtype)) return true;
  return row.op == "conv_input_gradient" || row.op == "conv_kernel_gradient";
}

// Steps that the reference backend computes, as lines of the plan.
std::vector<std::string> reference_steps(const Function& function) {
  std::vector<Shape> shapes;
  for (const Symbol& input : function.inputs()) shapes.push_back(input.shape());
  std::istringstream plan(function.describe(shapes));
  std::vector<std::string> steps;
  for (std::string line; std::getline(plan, line);)
    if (line.find(" [reference:") != std::string::npos) steps.push_back(line);
  return steps;
}

void check_plan(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs, const std::string& mode) {
  const Function function{SymbolList(inputs), SymbolList(outputs), {.mode = mode}};
  for (const std::string& step : reference_steps(function)) {
    const std::string op = step.substr(0, step.find(' '));
    INFO(step << " in mode " << mode);
    CHECK(kLeftToReference.contains(op));
  }
}

// Outputs and their gradients, with all passes and with none.
void check_uses(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs, bool differentiate) {
  std::vector<Symbol> wanted = outputs, sources;
  for (const Symbol& input : inputs)
    if (is_floating(input.dtype())) sources.push_back(input);
  Symbol loss;
  for (const Symbol& output : outputs)
    if (is_floating(output.dtype())) loss = loss.defined() ? loss + ops::sum(output) : ops::sum(output);
  if (differentiate && loss.defined() && !sources.empty())
    for (const Symbol& gradient : gradients(loss, sources, {.disconnected_inputs = "ignore"}))
      wanted.push_back(gradient);
  for (const char* mode : {"fast_run", "fast_compile"}) check_plan(inputs, wanted, mode);
}

bool has_row_in(const OpCase& row, DType dtype) {
  return std::find(row.dtypes.begin(), row.dtypes.end(), dtype) != row.dtypes.end();
}

Symbol floats(const Shape& shape) { return placeholder(shape, DType::Float32); }

Shape image(int rank, std::int64_t channels, const std::string& format) {
  Shape shape{2};
  if (format == "channels_first") shape.push_back(channels);
  for (int i = 0; i < rank; ++i) shape.push_back(9 - i);
  if (format == "channels_last") shape.push_back(channels);
  return shape;
}

Shape kernel_shape(int rank, std::int64_t in, std::int64_t out) {
  Shape shape;
  for (int i = 0; i < rank; ++i) shape.push_back(i == 0 ? 3 : 2);
  shape.push_back(in);
  shape.push_back(out);
  return shape;
}

struct Channels {
  std::int64_t in, groups, out;
};

}  // namespace

TEST_CASE("no float32 operation of the battery runs on the reference backend", "[backends][coverage]") {
  for (const OpFamily& family : op_families())
    for (const OpCase& row : family.cases()) {
      if (!has_row_in(row, DType::Float32) || kSizedByValues.contains(row.op)) continue;
      within("operation " + row.op + " " + row.label, [&] {
        const Built built = build(row, DType::Float32, true);
        if (!is_left_out(row, built)) check_uses(built.inputs, built.outputs, row.gradient);
      });
    }
}

TEST_CASE("what is left to the reference backend is known to the registry", "[backends][coverage]") {
  for (const std::string& op : kLeftToReference) {
    INFO(op);
    CHECK(OpRegistry::global().find(op) != nullptr);
  }
}

TEST_CASE("no float32 convolution runs on the reference backend", "[backends][coverage]") {
  for (const int rank : {1, 2, 3})
    for (const char* format : {"channels_last", "channels_first"})
      for (const char* padding : {"valid", "same", "full", "causal"})
        for (const auto& [stride, dilation] : {std::pair{1, 1}, {2, 1}, {1, 2}})
          for (const Channels& channels : {Channels{3, 1, 5}, {16, 1, 32}, {6, 2, 4}, {5, 5, 5}, {1, 1, 7}}) {
            if (std::string(padding) == "causal" && (rank != 1 || std::string(format) == "channels_first")) continue;
            const Symbol x = floats(image(rank, channels.in, format));
            const Symbol w = floats(kernel_shape(rank, channels.in / channels.groups, channels.out));
            within(
                text_of("conv ", x.shape(), " with ", w.shape(), " ", padding, " ", format, " stride ", stride,
                        " dilation ", dilation),
                [&, s = stride, d = dilation] {
                  check_uses(
                      {x, w},
                      {ops::conv(x, w, {.strides = s, .padding = padding, .data_format = format, .dilation_rate = d})},
                      true);
                });
          }
}

TEST_CASE("no float32 depthwise convolution runs on the reference backend", "[backends][coverage]") {
  for (const int rank : {1, 2})
    for (const char* format : {"channels_last", "channels_first"})
      for (const char* padding : {"valid", "same"})
        for (const std::int64_t multiplier : {1, 2}) {
          const Symbol x = floats(image(rank, 5, format)), w = floats(kernel_shape(rank, 5, multiplier));
          within(text_of("depthwise ", x.shape(), " with ", w.shape(), " ", padding, " ", format), [&] {
            check_uses({x, w}, {ops::depthwise_conv(x, w, {.padding = padding, .data_format = format})}, true);
          });
        }
}

TEST_CASE("no float32 transposed convolution runs on the reference backend", "[backends][coverage]") {
  for (const int rank : {1, 2, 3})
    for (const char* format : {"channels_last", "channels_first"})
      for (const char* padding : {"valid", "same"})
        for (const auto& [stride, dilation] : {std::pair{1, 1}, {2, 1}, {3, 1}, {1, 2}})
          for (const Channels& channels : {Channels{3, 1, 5}, {16, 1, 32}}) {
            const Symbol x = floats(image(rank, channels.in, format));
            const Symbol w = floats(kernel_shape(rank, channels.out, channels.in));
            within(text_of("conv_transpose ", x.shape(), " with ", w.shape(), " ", padding, " ", format, " stride ",
                           stride, " dilation ", dilation),
                   [&, s = stride, d = dilation] {
                     check_uses(
                         {x, w},
                         {ops::conv_transpose(
                             x, w, {.strides = s, .padding = padding, .data_format = format, .dilation_rate = d})},
                         true);
                   });
          }
}

TEST_CASE("no float32 pooling runs on the reference backend", "[backends][coverage]") {
  for (const int rank : {1, 2, 3})
    for (const char* format : {"channels_last", "channels_first"})
      for (const char* padding : {"valid", "same"})
        for (const int size : {2, 3})
          for (const int stride : {1, 2, 3})
            for (const std::int64_t channels : {1, 5, 32}) {
              const Symbol x = floats(image(rank, channels, format));
              const ops::PoolOptions options{.strides = stride, .padding = padding, .data_format = format};
              within(text_of("pooling of ", x.shape(), " by ", size, " stride ", stride, " ", padding, " ", format),
                     [&] {
                       check_uses({x}, {ops::max_pool(x, size, options)}, true);
                       check_uses({x}, {ops::average_pool(x, size, options)}, true);
                     });
            }
}

}  // namespace kerascpp::test
