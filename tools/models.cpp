// summary, predict and convert.
#include <cstdio>
#include <fstream>
#include <memory>

#include <kerascpp/saving/saving.hpp>

#include "arrays.hpp"
#include "commands.hpp"

namespace kerascpp::tool {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  KCPP_CHECK(file.good(), IoError, "cannot open \"", path, "\"");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A model from any format that is read; weights alone need a model to go into.
Model read_any(const std::string& path, const std::string& model) {
  if (ends_with(path, ".weights.h5")) {
    KCPP_CHECK(!model.empty(), ValueError, "\"", path, "\" holds weights alone: name their model with --model");
    Model target = read_any(model, "");
    target.load_weights(path);
    return target;
  }
  if (ends_with(path, ".json")) {
    std::fprintf(stderr, "kerascpp: \"%s\" holds no weights: they are freshly initialized\n", path.c_str());
    return model_from_json(read_text(path));
  }
  return load_model(path);
}

void write_any(const Model& model, const std::string& path) {
  if (ends_with(path, ".weights.h5")) return model.save_weights(path);
  if (ends_with(path, ".json")) {
    std::ofstream file(path);
    file << model.to_json() << '\n';
    KCPP_CHECK(file.good(), IoError, "cannot write \"", path, "\"");
    return;
  }
  model.save(path);
}

}  // namespace

Action add_summary(CLI::App& app) {
  struct Arguments {
    std::string file;
    SummaryOptions options;
    std::int64_t line_length = 0;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras or .h5")->required();
  app.add_option("--line-length", a->line_length, "Characters per line")->check(CLI::PositiveNumber);
  app.add_flag("--expand-nested", a->options.expand_nested, "Show the layers of models inside the model");
  app.add_flag("--show-trainable", a->options.show_trainable, "Show which layers are trained");
  return [a] {
    if (a->line_length > 0) a->options.line_length = a->line_length;
    load_model(a->file).summary(a->options);
  };
}

Action add_predict(CLI::App& app) {
  struct Arguments {
    std::string file, input, output;
    std::int64_t batch_size = 32;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras or .h5")->required();
  app.add_option("--input", a->input, "Inputs: .npy, or .npz with arrays named by input")->required();
  app.add_option("--output", a->output, "Where the outputs go: .npy, or .npz named by output")->required();
  app.add_option("--batch-size", a->batch_size, "Samples per batch")->check(CLI::PositiveNumber);
  return [a] {
    const Model model = load_model(a->file, {.compile = false});
    PredictOptions options;
    options.batch_size = a->batch_size;
    options.verbose = 0;
    const TensorList outputs = model.predict(read_arrays(a->input), options);
    write_arrays(a->output, outputs, model.output_names());
  };
}

Action add_convert(CLI::App& app) {
  struct Arguments {
    std::string in, out, model;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("IN", a->in, "What to read: .keras, .h5, .weights.h5 (with --model) or .json")->required();
  app.add_option("OUT", a->out, "What to write: .keras, .h5, .weights.h5 or .json")->required();
  app.add_option("--model", a->model, "The model that weights alone belong to");
  return [a] { write_any(read_any(a->in, a->model), a->out); };
}

}  // namespace kerascpp::tool
