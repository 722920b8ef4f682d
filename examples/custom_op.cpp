// An operation of your own with its gradient and a kernel for the CPU: shrink(x) = sign(x) max(|x| - threshold, 0).
#include <cstdio>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;

namespace {

Symbol shrink(const Symbol& x, double threshold) { return make_symbol("shrink", {x}, {{"threshold", threshold}}); }

void infer_shrink(InferContext& context) { context.outputs = {context.inputs[0]}; }

// in public operations, so that gradients of gradients come free
std::vector<Symbol> gradient_of_shrink(const Node& node, const std::vector<Symbol>& g) {
  return {ops::where(ops::abs(node.input(0)) > node.attributes().get<double>("threshold"), g[0], 0)};
}

class ShrinkKernel final : public runtime::Kernel {
 public:
  ShrinkKernel(std::int64_t n, float threshold) : n_(n), threshold_(threshold) {}
  void run(const runtime::KernelArguments& arguments) const override {
    const auto* x = static_cast<const float*>(arguments.inputs[0]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t i = 0; i < n_; ++i)
      y[i] = x[i] > threshold_ ? x[i] - threshold_ : x[i] < -threshold_ ? x[i] + threshold_ : 0;
  }

 private:
  std::int64_t n_;
  float threshold_;
};

runtime::Prepared prepare_shrink(const runtime::KernelQuery& query) {
  if (query.inputs[0].dtype != DType::Float32) return runtime::Prepared::refuse("takes float32 only");
  runtime::Prepared prepared;
  prepared.kernel = std::make_shared<ShrinkKernel>(query.inputs[0].shape.size(),
                                                   static_cast<float>(query.attributes.get<double>("threshold")));
  prepared.implementation = "loop";
  prepared.in_place = {{0}};
  return prepared;
}

}  // namespace

int main() {
  OpRegistry::global().add(
      {.name = "shrink", .inputs = {"x"}, .traits = Traits{}, .infer = infer_shrink, .gradient = gradient_of_shrink});
  runtime::KernelRegistry::global().add_kernel({"cpu", "example", "shrink", prepare_shrink});

  // the sparsest weights that explain the data: proximal gradient descent on least squares (ISTA)
  set_random_seed(1);
  const Tensor A = random_normal({60, 20});
  Tensor truth = zeros({20, 1});
  truth.data<float>()[3] = 2, truth.data<float>()[11] = -1.5f;
  const Tensor b = ops::matmul(A, truth);

  const Variable w(zeros({20, 1}));
  const Symbol loss = ops::sum(ops::square(ops::matmul(A, w) - b)) / 2;
  const float rate = 0.005f;
  const Function step({}, {loss}, {.updates = {{w, shrink(w - rate * gradients(loss, {w})[0], rate * 1.0)}}});
  for (int i = 0; i < 300; ++i) step();

  const Tensor found = w.get_value();
  for (std::int64_t i = 0; i < found.size(); ++i)
    if (found.item<float>(i) != 0)
      std::printf("weight %2d: %6.3f (truth %4.1f)\n", static_cast<int>(i), static_cast<double>(found.item<float>(i)),
                  static_cast<double>(truth.item<float>(i)));
}
