#include <algorithm>
#include <regex>

#include "optimizers/common.hpp"
#include "optimizers/families.hpp"
#include "optimizers/nested.hpp"

namespace kerascpp::optimizers {
namespace {

Config map_config(const OptimizerMap& map) {
  Config by_pattern = Config::map();
  for (const auto& [pattern, optimizer] : map.items())
    by_pattern.set(pattern, serialize_object("optimizer", *optimizer.object()));
  return Config::map(
      {{"module", "keras.optimizers"},
       {"class_name", "OptimizerMap"},
       {"config", Config::map({{"default_optimizer", serialize_object("optimizer", *map.default_optimizer().object())},
                               {"optimizer_map", by_pattern}})},
       {"registered_name", Config()}});
}

OptimizerMap map_from(const Config& config) {
  const Config& inner = config.at("config");
  std::vector<OptimizerMap::Item> items;
  for (const auto& [pattern, optimizer] : inner.at("optimizer_map").as_map())
    items.emplace_back(pattern, optimizer_from(optimizer));
  return {optimizer_from(inner.at("default_optimizer")), std::move(items)};
}

class MultiOptimizerClass final : public NestingOptimizer {
 public:
  MultiOptimizerClass(OptimizerMap map, const MultiOptimizerOptions& options)
      : NestingOptimizer({.loss_scale_factor = options.loss_scale_factor, .name = options.name}),
        map_(std::move(map)),
        options_(options) {
    for (const auto& item : map_.items()) add(item.second);
    add(map_.default_optimizer());
  }
  [[nodiscard]] std::string class_name() const override { return "MultiOptimizer"; }

  void build(const std::vector<Variable>& variables) override {
    for (std::size_t i = 0; i < inner_.size(); ++i)
      if (const std::vector<Variable> own = select(variables, variables, i); !own.empty()) inner_[i]->build(own);
    built_ = built_ || !variables.empty();
  }
  [[nodiscard]] bool built() const override { return built_; }

  [[nodiscard]] std::vector<Update> apply_gradients(const std::vector<Symbol>& gradients,
                                                    const std::vector<Variable>& variables) override {
    build(variables);
    std::vector<Update> updates{{OptimizerBase::iterations(), ops::add(OptimizerBase::iterations(), 1)}};
    for (std::size_t i = 0; i < inner_.size(); ++i) {
      const std::vector<Variable> own = select(variables, variables, i);
      if (own.empty()) continue;
      for (Update& update : inner_[i]->apply_gradients(select(gradients, variables, i), own))
        updates.push_back(std::move(update));
    }
    return updates;
  }
  void finalize_variable_values() override {
    for (const Optimizer& optimizer : inner_) optimizer->finalize_variable_values();
  }

  void set_learning_rate(double) override { refuse_rate(); }
  [[nodiscard]] double learning_rate() const override { refuse_rate(); }
  [[nodiscard]] Variable lr() const override { return {}; }
  void set_paths(const std::vector<std::pair<Variable, std::string>>& paths) override {
    OptimizerBase::set_paths(paths);
    for (const Optimizer& optimizer : inner_) optimizer->set_paths(paths);
  }

  [[nodiscard]] std::vector<Variable> variables() const override {
    std::vector<Variable> all = OptimizerBase::variables();
    for (const Optimizer& optimizer : inner_)
      for (const Variable& variable : optimizer->variables()) all.push_back(variable);
    return all;
  }
  [[nodiscard]] std::vector<std::pair<std::string, Optimizer>> inner_optimizers() const override {
    std::vector<std::pair<std::string, Optimizer>> all;
    for (const Optimizer& optimizer : inner_) all.emplace_back("optimizers/" + optimizer->arguments().name, optimizer);
    return all;
  }
  [[nodiscard]] Config get_config() const override {
    return Config::map({{"optimizer_map", map_config(map_)},
                        {"loss_scale_factor", to_config(options_.loss_scale_factor)},
                        {"name", options_.name}});
  }

 private:
  void add(const Optimizer& optimizer) {
    KCPP_CHECK(optimizer.defined(), ValueError, "[MultiOptimizer] expected an optimizer, received none");
    KCPP_CHECK(optimizer->inner_optimizers().empty(), ValueError, "[MultiOptimizer] ", optimizer->class_name(),
               " cannot be used inside of a MultiOptimizer");
    const bool known = std::any_of(inner_.begin(), inner_.end(),
                                   [&](const Optimizer& other) { return other.object() == optimizer.object(); });
    if (known) return;
    optimizer->set_loss_scale_factor(options_.loss_scale_factor);
    inner_.push_back(optimizer);
  }

  [[noreturn]] static void refuse_rate() {
    throw ValueError("[MultiOptimizer] it has no learning rate of its own: ask and set those of its optimizers");
  }

  /// Those of `items`, which belong to `variables`, that go to inner optimizer `i`.
  template <class T>
  [[nodiscard]] std::vector<T> select(const std::vector<T>& items, const std::vector<Variable>& variables,
                                      std::size_t i) const {
    std::vector<T> own;
    for (std::size_t v = 0; v < variables.size(); ++v)
      if (map_.at(path_of(variables[v])).object() == inner_[i].object()) own.push_back(items.at(v));
    return own;
  }

  OptimizerMap map_;
  MultiOptimizerOptions options_;
  std::vector<Optimizer> inner_;
  bool built_ = false;
};

}  // namespace

const Optimizer& OptimizerMap::at(const std::string& path) const {
  const Optimizer* found = nullptr;
  for (const auto& [pattern, optimizer] : items_) {
    if (pattern == path) return optimizer;
    if (!std::regex_match(path, std::regex(pattern))) continue;
    KCPP_CHECK(found == nullptr, ValueError, "[OptimizerMap] several patterns match variable \"", path, "\"");
    found = &optimizer;
  }
  return found != nullptr ? *found : default_;
}

Optimizer MultiOptimizer(const OptimizerMap& optimizer_map, const MultiOptimizerOptions& options) {
  return std::make_shared<MultiOptimizerClass>(optimizer_map, options);
}

void register_multi_optimizer(ObjectRegistry& registry) {
  registry.add({"optimizer",
                "MultiOptimizer",
                "keras.optimizers",
                "",
                {"multioptimizer"},
                [](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, "MultiOptimizer");
                  MultiOptimizerOptions options;
                  reader.fields(options);
                  const OptimizerMap map = map_from(reader.required_config("optimizer_map"));
                  reader.finish();
                  return MultiOptimizer(map, options).object();
                }});
}

}  // namespace kerascpp::optimizers
