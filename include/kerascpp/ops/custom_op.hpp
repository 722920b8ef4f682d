#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/tensor_type.hpp>

/// Operations that users write as C++ functions of tensors.
namespace kerascpp {

[[noreturn]] KCPP_API void throw_wrong_tensor_count(std::size_t received);

/// Any callable that takes tensors one by one (up to 8) or as one TensorList, and gives a Tensor or a TensorList.
/// Throws ValueError when it is called with a number of tensors that it does not take.
class TensorFunction {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, TensorFunction>)
      TensorFunction(F function)  // NOLINT: implicit by design
      : call_([function](const std::vector<Tensor>& arguments) mutable { return call(function, arguments); }) {}

  [[nodiscard]] TensorList operator()(const std::vector<Tensor>& arguments) const { return call_(arguments); }

 private:
  static constexpr std::size_t kMostArguments = 8;

  template <std::size_t>
  using Each = const Tensor&;
  template <class F, std::size_t... i>
  static constexpr bool takes(std::index_sequence<i...>) {
    return std::is_invocable_v<F&, Each<i>...>;
  }
  template <class F, std::size_t... i>
  static TensorList spread(F& function, const std::vector<Tensor>& arguments, std::index_sequence<i...>) {
    return TensorList(function(arguments[i]...));
  }
  template <class F, std::size_t n = 0>
  static TensorList call(F& function, const std::vector<Tensor>& arguments) {
    if constexpr (n == 0 && std::is_invocable_v<F&, const TensorList&> &&
                  !std::is_invocable_v<F&, const Tensor&, const Tensor&>) {
      if (arguments.size() == 1) return TensorList(function(arguments[0]));
      if constexpr (std::is_invocable_v<F&, const std::vector<Tensor>&>)
        return TensorList(function(TensorList(arguments)));
      else
        throw_wrong_tensor_count(arguments.size());
    } else if constexpr (n > kMostArguments) {
      throw_wrong_tensor_count(arguments.size());
    } else {
      if constexpr (takes<F>(std::make_index_sequence<n>()))
        if (arguments.size() == n) return spread(function, arguments, std::make_index_sequence<n>());
      return call<F, n + 1>(function, arguments);
    }
  }

  Callable<TensorList(const std::vector<Tensor>&)> call_;
};

/// An operation in CUDA C++, for functions that run on a GPU.
struct CudaSource {
  /// Text with a function `kernel`, declared extern "C" __global__, whose parameters are pointers to the elements of
  /// the inputs, then of the outputs, all row-major. Before it stand constants of type long long: `input0_size`, the
  /// number of elements, and `input0_dim0`, the length of an axis, and so on for `input1` and `output0`.
  std::string source = {};
  std::string kernel = {};
  /// Threads of one block, 1 to 1024. Blocks and threads have one dimension.
  int block = 256;
  /// Threads in all, which are rounded up to whole blocks; empty: one for each element of the first output.
  Callable<std::int64_t(const std::vector<Shape>& inputs, const std::vector<Shape>& outputs)> threads = {};
};

struct CustomOpOptions {
  /// By which graphs show it and files find it; empty: "custom_op_1", "custom_op_2" ...
  std::string name = {};
  /// Types of the inputs; empty: any number of any type.
  std::vector<TensorType> itypes = {};
  /// Types of the outputs; empty: one, or as many as `infer_shape` gives, of the type of the first input.
  std::vector<TensorType> otypes = {};
  /// Shapes of the outputs from those of the inputs, of which dimensions may be None; empty: each output has the shape
  /// of the first input.
  Callable<std::vector<Shape>(const std::vector<Shape>& inputs)> infer_shape = {};
  /// The gradients of the inputs, in symbols, from the inputs and the gradients of the outputs: one for each input, an
  /// undefined one where none flows. Empty: not differentiable.
  Callable<SymbolList(const SymbolList& inputs, const SymbolList& output_gradients)> gradient = {};
  /// What functions on a GPU run instead of the C++ function; empty: they refuse the operation.
  CudaSource cuda = {};
};

/// An operation made of a function of tensors; see `as_op`.
class KCPP_API CustomOp {
 public:
  CustomOp(TensorFunction function, CustomOpOptions options);

  [[nodiscard]] const std::string& name() const;
  /// The outputs, one symbol or a list. Throws DTypeError or ShapeError for inputs of other types than announced.
  [[nodiscard]] SymbolList operator()(const SymbolList& inputs) const;
  template <class... Rest>
  [[nodiscard]] SymbolList operator()(const Operand& first, const Operand& second, const Rest&... rest) const {
    return (*this)(SymbolList{first, second, Operand(rest)...});
  }

  /// The same of tensors, computed at once.
  template <class... Inputs>
  requires((std::is_same_v<Inputs, Tensor> && ...) && sizeof...(Inputs) > 0) [[nodiscard]] TensorList operator()(
      const Inputs&... inputs) const {
    return compute({inputs...});
  }

 private:
  [[nodiscard]] TensorList compute(const std::vector<Tensor>& inputs) const;

  std::shared_ptr<const struct CustomOpDefinition> definition_;
};

/// Makes an operation of a function that computes tensors from tensors:
///
///   auto cube = as_op([](const Tensor& x) { return x * x * x; },
///                     {.name = "cube", .gradient = [](auto x, auto g) { return 3 * x[0] * x[0] * g[0]; }});
///
/// The function is called whenever a compiled function needs the operation, perhaps from several threads at once; the
/// tensors it gets share the memory of the call and are valid while it runs. It must depend on its inputs alone: uses
/// with equal inputs are computed once, those of constants when a function is compiled. It works inside of loops, and
/// graphs with it are saved and loaded where an operation of its name exists.
///
/// Throws ValueError for a name that is taken and for a CudaSource without a kernel or with a block out of range; while
/// a function runs, ShapeError or DTypeError naming the operation when its results are not what was announced. Source:
/// theano.compile.ops.as_op.
[[nodiscard]] KCPP_API CustomOp as_op(TensorFunction function, CustomOpOptions options = {});

}  // namespace kerascpp
