#include "saving/keras1/output_shapes.hpp"

#include <map>
#include <string>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/models/model_base.hpp>

namespace kerascpp {
namespace {

/// Calls f(class name, config) for every layer in a config.
template <class C, class F>
void for_layers(C& config, F&& f) {
  if (config.is_list())
    for (auto& item : config.as_list()) for_layers(item, f);
  if (!config.is_map()) return;
  auto *kind = config.find("class_name"), *inner = config.find("config");
  if (kind != nullptr && kind->is_string() && inner != nullptr && inner->is_map()) f(kind->as_string(), *inner);
  for (auto& [key, value] : config.as_map()) for_layers(value, f);
}

std::string name_in(const Config& config) {
  const Config* name = config.find("name");
  return name != nullptr && name->is_string() ? name->as_string() : std::string();
}

/// The layer of that name, inside of models too.
Layer find_layer(const Layer& layer, const std::string& name) {
  if (layer.name() == name) return layer;
  for (const auto& [attribute, inner] : layer->sublayers())
    if (const Layer found = find_layer(inner, name); found.defined()) return found;
  return {};
}

/// What the layer's padding must grow by on each spatial axis; empty when nothing.
std::vector<std::int64_t> missing_padding(const Layer& layer, const Config& config, const Shape& wanted) {
  const Shape made = layer.get_output_at(0).shape();
  const Config* format = config.find("data_format");
  const int first = format != nullptr && *format == Config("channels_first") ? 2 : 1;
  std::vector<std::int64_t> missing;
  bool any = false;
  for (int axis = first; axis < first + 2; ++axis) {
    const bool is_known = made.ndim() == wanted.ndim() && made[axis] != None && wanted[axis] != None;
    missing.push_back(is_known ? wanted[axis] - made[axis] : 0);
    any = any || missing.back() != 0;
  }
  return any ? missing : std::vector<std::int64_t>{};
}

}  // namespace

bool set_output_padding(const Config& given, const Model& model, Config& config) {
  std::map<std::string, Shape> wanted;
  for_layers(given, [&](const std::string& kind, const Config& layer) {
    const Config* shape = layer.find("output_shape");
    if (kind != "Deconvolution2D" || shape == nullptr || !shape->is_list() || shape->size() != 4) return;
    from_config(*shape, wanted[name_in(layer)]);
  });
  bool changed = false;
  for_layers(config, [&](const std::string& kind, Config& layer) {
    const auto found = wanted.find(name_in(layer));
    if (kind != "Conv2DTranspose" || found == wanted.end()) return;
    const Layer made = find_layer(model, found->first);
    if (!made.defined()) return;
    const std::vector<std::int64_t> missing = missing_padding(made, layer, found->second);
    if (missing.empty()) return;
    const Config& kernel = layer.at("kernel_size");
    const Config* strides = layer.find("strides");
    Config::List padding;
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const std::int64_t size = kernel.as_list().at(axis).as_int(),
                         stride = strides == nullptr ? 1 : strides->as_list().at(axis).as_int();
      // without output_padding "valid" pads what a stride beyond the kernel leaves, "same" up to whole strides
      const Config* border = layer.find("padding");
      const bool is_same = border != nullptr && *border == Config("same");
      const std::int64_t before = is_same ? stride - size + 2 * (size / 2) : std::max<std::int64_t>(stride - size, 0);
      const std::int64_t needed = before + missing[axis];
      KCPP_CHECK(needed >= 0 && needed < stride, FormatError, "layer \"", found->first,
                 "\" (Deconvolution2D) was saved with the output shape ", found->second,
                 ", which its strides and kernel cannot give; they give ", made.get_output_at(0).shape());
      padding.push_back(to_config(needed));
    }
    layer.set("output_padding", Config(std::move(padding)));
    changed = true;
  });
  return changed;
}

}  // namespace kerascpp
