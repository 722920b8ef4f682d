// summary, predict, convert, export and plot.
#include <memory>

#include <kerascpp/saving/cpp_export.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/utils/plot_model.hpp>

#include "arrays.hpp"
#include "commands.hpp"
#include "formats.hpp"

namespace kerascpp::tool {

Action add_summary(CLI::App& app) {
  struct Arguments {
    std::string file;
    SummaryOptions options;
    std::int64_t line_length = 0;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5, .onnx, .json or .yaml")->required();
  app.add_option("--line-length", a->line_length, "Characters per line")->check(at_least(1));
  app.add_flag("--expand-nested", a->options.expand_nested, "Show the layers of models inside the model");
  app.add_flag("--show-trainable", a->options.show_trainable, "Show which layers are trained");
  return [a] {
    if (a->line_length > 0) a->options.line_length = a->line_length;
    read_any(a->file).summary(a->options);
  };
}

Action add_predict(CLI::App& app) {
  struct Arguments {
    std::string file, input, output;
    std::int64_t batch_size = 32;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5 or .onnx")->required();
  app.add_option("--input", a->input, "Inputs: .npy, or .npz with arrays named by input")->required();
  app.add_option("--output", a->output, "Where the outputs go: .npy, or .npz named by output")->required();
  app.add_option("--batch-size", a->batch_size, "Samples per batch")->check(at_least(1));
  return [a] {
    const Model model = load_model(a->file, {.compile = false});
    PredictOptions options;
    options.batch_size = a->batch_size;
    options.verbose = 0;
    check_arrays_path(a->output, model.output_names().size());
    const TensorList outputs = model.predict(read_arrays(a->input, input_arrays(model)), options);
    KCPP_CHECK(outputs.size() == model.output_names().size(), ValueError, "\"", a->input, "\" holds no samples");
    write_arrays(a->output, outputs, model.output_names());
  };
}

Action add_convert(CLI::App& app) {
  struct Arguments {
    std::string in, out, model;
    bool for_keras2 = false;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("IN", a->in, "What to read: .keras, .h5, .weights.h5 (with --model), .json, .yaml or .onnx")
      ->required();
  app.add_option("OUT", a->out, "What to write: .keras, .h5, .weights.h5, .json, .yaml or .onnx")->required();
  app.add_option("--model", a->model, "The model that weights alone belong to");
  app.add_flag("--keras2", a->for_keras2, "Write .h5 and .json as Keras 2 (tf_keras) reads them, without optimizer");
  return [a] { write_any(read_any(a->in, a->model), a->out, a->for_keras2); };
}

Action add_export(CLI::App& app) {
  struct Arguments {
    std::string file, folder;
    saving::ExportCppOptions options;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5 or .onnx")->required();
  app.add_option("--cpp", a->folder, "Folder for the C++ source")->required();
  app.add_option("--name", a->options.name, "Namespace of the source instead of the model's name")
      ->check([](const std::string& name) {
        const bool is_name = !name.empty() && name.find_first_not_of(
                                                  "abcdefghijklmnopqrstuvwxyz"
                                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
        return is_name ? std::string() : "a namespace has letters, digits and _ alone";
      });
  return [a] { saving::export_cpp(load_model(a->file, {.compile = false}), a->folder, a->options); };
}

Action add_plot(CLI::App& app) {
  struct Arguments {
    std::string file;
    utils::PlotModelOptions options;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5, .onnx, .json or .yaml")->required();
  app.add_option("OUT", a->options.to_file, "Picture: .svg or .png; for Graphviz: .dot or .gv")->required();
  app.add_flag("--show-shapes", a->options.show_shapes, "Show the shapes of inputs and outputs");
  app.add_flag("--show-dtype", a->options.show_dtype, "Show the dtypes of outputs");
  app.add_flag("--show-layer-names", a->options.show_layer_names, "Show names besides classes");
  app.add_flag("--show-layer-activations", a->options.show_layer_activations, "Show activations");
  app.add_flag("--show-trainable", a->options.show_trainable, "Show which layers are trained");
  app.add_flag("--expand-nested", a->options.expand_nested, "Show the layers of models inside the model");
  app.add_option("--rankdir", a->options.rankdir, "Where data flows")->check(CLI::IsMember({"TB", "BT", "LR", "RL"}));
  return [a] { utils::plot_model(read_any(a->file), a->options); };
}

}  // namespace kerascpp::tool
