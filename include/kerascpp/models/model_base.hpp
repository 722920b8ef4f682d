#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

class Trainer;

/// Base of models. A model of your own makes its layers, names them in `sublayers`, and computes in `call`.
class KCPP_API ModelBase : public LayerBase {
 public:
  explicit ModelBase(std::string name = {}, bool trainable = true);
  ~ModelBase() override;

  [[nodiscard]] std::string class_name() const override { return "Model"; }
  /// Layers in the order of Keras's `model.layers`.
  [[nodiscard]] virtual std::vector<Layer> layers() const;
  /// The symbols that the model is a function of and gives; empty until its input shapes are known.
  [[nodiscard]] const SymbolList& inputs() const { return inputs_; }
  [[nodiscard]] const SymbolList& outputs() const { return outputs_; }
  /// Names by which data is fed and results are named.
  [[nodiscard]] virtual std::vector<std::string> input_names() const;
  [[nodiscard]] virtual std::vector<std::string> output_names() const;
  /// Makes `inputs` and `outputs` for data of these shapes, batch axis first, if they are not known yet.
  /// Throws ShapeError when the shapes do not fit the model.
  virtual void ensure_graph(const std::vector<TensorSpec>& data);

  /// With what it was compiled with as well, as Keras 3 writes models.
  [[nodiscard]] Config serialize() const override;
  [[nodiscard]] Config get_build_config() const override;

  [[nodiscard]] Trainer& trainer();
  bool stop_training = false;

 protected:
  void set_graph(SymbolList inputs, SymbolList outputs);

 private:
  SymbolList inputs_;
  SymbolList outputs_;
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace kerascpp
