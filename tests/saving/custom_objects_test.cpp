#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

/// x times a number.
class Scaled final : public LayerBase {
 public:
  explicit Scaled(double factor) : factor_(factor) {}
  static std::shared_ptr<Scaled> from_config(const Config& config) {
    return std::make_shared<Scaled>(config.at("factor").as_double());
  }
  [[nodiscard]] std::string class_name() const override { return "ScopedScaled"; }
  [[nodiscard]] Config get_config() const override { return Config::map({{"factor", factor_}}); }
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs[0] * factor_; }

 private:
  double factor_;
};

}  // namespace

TEST_CASE("classes are known for as long as a scope lasts", "[saving][custom]") {
  const Sequential model{layers::Input({2}), make_layer<Scaled>(3.0)};
  const std::string json = model.to_json();
  CHECK_THROWS_WITH(models::model_from_json(json), ContainsSubstring("there is no layer named \"ScopedScaled\""));
  {
    const saving::custom_object_scope scope({saving::custom_object<Scaled>("ScopedScaled")});
    const Model again = models::model_from_json(json);
    CHECK(allclose(again.predict(Tensor{{1.0f, 2.0f}}, {.verbose = 0}), Tensor{{3.0f, 6.0f}}));
    CHECK(utils::get_custom_objects().contains("Custom>ScopedScaled"));
    CHECK(utils::get_registered_name(Scaled(1)) == "Custom>ScopedScaled");
    REQUIRE(utils::get_registered_object("Custom>ScopedScaled") != nullptr);
    CHECK(utils::get_registered_object("Custom>ScopedScaled")->kind == "layer");
  }
  CHECK(utils::get_registered_object("Custom>ScopedScaled") == nullptr);
  CHECK_THROWS(models::model_from_json(json));
}

TEST_CASE("a class of a scope stands before one that is registered", "[saving][custom]") {
  const Sequential model{layers::Input({2}), layers::ReLU()};
  const auto doubles = [](const Config&) -> std::shared_ptr<Object> { return std::make_shared<Scaled>(2.0); };
  const saving::CustomObjectScope outer({{"layer", "ReLU", "", "Mine", {}, doubles}});
  const Tensor x{{-1.0f, 2.0f}};
  CHECK(allclose(models::model_from_json(model.to_json()).predict(x, {.verbose = 0}), Tensor{{-2.0f, 4.0f}}));
  CHECK(utils::get_registered_name(Scaled(1)) == "ScopedScaled");  // nobody registered it
}

TEST_CASE("files name classes that are given with them", "[saving][custom]") {
  const TemporaryFolder folder;
  const Sequential model{layers::Input({2}), make_layer<Scaled>(3.0)};
  for (const char* name : {"model.keras", "model.h5"}) {
    model.save(folder.file(name));
    CHECK_THROWS_WITH(load_model(folder.file(name)), ContainsSubstring("there is no layer named \"ScopedScaled\""));
    const Model again =
        load_model(folder.file(name), {.custom_objects = {saving::custom_object<Scaled>("ScopedScaled")}});
    CHECK(allclose(again.predict(Tensor{{1.0f, 2.0f}}, {.verbose = 0}), Tensor{{3.0f, 6.0f}}));
  }
  CHECK(utils::get_registered_object("Custom>ScopedScaled") == nullptr);
}

}  // namespace kerascpp::test
