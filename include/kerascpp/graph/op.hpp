#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/attributes.hpp>

namespace kerascpp {

class Node;
class Symbol;

/// What is known of a value before it is computed.
struct TensorSpec {
  DType dtype = DType::Float32;
  Shape shape;

  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};
/// "float32 (None, 10)"
[[nodiscard]] KCPP_API std::string to_string(const TensorSpec& spec);

/// What passes may assume about an operation. Passes, gradients and serializers ask traits, never names.
enum class Trait : std::uint32_t {
  Elementwise = 1u << 0,         ///< each output element depends on the input elements at its (broadcast) place
  Reduction = 1u << 1,           ///< attributes `axis` and `keepdims`; a fused loop may end with it
  View = 1u << 2,                ///< the output is the first input's bytes under another shape
  Random = 1u << 3,              ///< the first input is the key of a random stream
  Commutative = 1u << 4,         ///< f(a, b) = f(b, a)
  Associative = 1u << 5,         ///< f(f(a, b), c) = f(a, f(b, c)) up to rounding
  Idempotent = 1u << 6,          ///< f(f(x)) = f(x)
  ZeroPreserving = 1u << 7,      ///< f(0) = 0 (all inputs zero)
  Opaque = 1u << 8,              ///< has an effect or reads outside state: never merged, folded or dropped
  Leaf = 1u << 9,                ///< placeholder, variable or constant
  NonDifferentiable = 1u << 10,  ///< its gradient is zero wherever it exists (comparison, rounding, index)
  Monotonic = 1u << 11,          ///< non-decreasing: commutes with maximum
  LikeLast = 1u << 12,           ///< of the last input only the shape is used, never the values
  TakesEpilogue = 1u << 13,      ///< takes attribute `epilogue` and inputs for it after its own (matmul, conv)
  Planned = 1u << 14,            ///< made by the compiler alone, after gradients; users have no way to make one
};
using Traits = std::uint32_t;
constexpr Traits operator|(Trait a, Trait b) { return static_cast<Traits>(a) | static_cast<Traits>(b); }
constexpr Traits operator|(Traits a, Trait b) { return a | static_cast<Traits>(b); }

/// What shape and dtype inference sees and fills in.
struct InferContext {
  std::string_view op;  // for messages
  const std::vector<TensorSpec>& inputs;
  const Attributes& attributes;
  /// Constant values of the inputs where known, else undefined tensors: an output shape may depend on them.
  const std::vector<Tensor>& constants;

  std::vector<TensorSpec> outputs;
};

/// One paragraph that declares an operation.
struct OpDef {
  std::string name;                 ///< as in keras.ops
  std::vector<std::string> inputs;  ///< input names; a last name of "..." allows any number
  Traits traits = 0;
  /// Fills `outputs`; throws ShapeError, DTypeError or ValueError.
  void (*infer)(InferContext& context) = nullptr;
  /// The gradient of each input from those of the outputs, in public ops. Undefined symbols in the result mean zero,
  /// as do undefined ones among `output_gradients`. nullptr: not differentiable (an error when it is asked for,
  /// unless the op has Trait::NonDifferentiable).
  std::vector<Symbol> (*gradient)(const Node& node, const std::vector<Symbol>& output_gradients) = nullptr;

  [[nodiscard]] bool has(Trait trait) const { return (traits & static_cast<Traits>(trait)) != 0; }
};

/// All operations by name. Families are registered explicitly, from one list.
class KCPP_API OpRegistry {
 public:
  /// The registry with the built-in operations.
  static OpRegistry& global();

  /// Adds an operation; the reference stays valid for the life of the program. Throws ValueError on a second use of
  /// a name.
  const OpDef& add(OpDef op);
  /// Throws LookupError for an unknown name.
  [[nodiscard]] const OpDef& get(std::string_view name) const;
  [[nodiscard]] const OpDef* find(std::string_view name) const;
  /// In order of registration.
  [[nodiscard]] std::vector<const OpDef*> all() const;

  OpRegistry();
  ~OpRegistry();
  OpRegistry(const OpRegistry&) = delete;
  OpRegistry& operator=(const OpRegistry&) = delete;

 private:
  struct Impl;
  Impl* impl_;
};

}  // namespace kerascpp
