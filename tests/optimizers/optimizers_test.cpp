// Optimizers and schedules apart from whole trainings: names, configs, arguments, use with K::function.

#include <cmath>
#include <limits>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

namespace K = kerascpp::backend;

/// A function whose call lowers sum(w^2) by one step.
Function descent(const Optimizer& optimizer, const std::vector<Variable>& variables) {
  Symbol loss;
  for (const Variable& w : variables) {
    const Symbol part = ops::sum(ops::square(w));
    loss = loss.defined() ? loss + part : part;
  }
  return K::function({}, {loss}, {.updates = optimizer->get_updates(loss, variables)});
}

}  // namespace

TEST_CASE("every optimizer that Keras knows is known by the same names", "[optimizers][names]") {
  check_names("optimizers", "optimizer", " Optimizer optimizer OptimizerMap optimizermap ");
  check_names("optimizers.schedules", "schedule", " LearningRateSchedule ");
}

TEST_CASE("optimizers and schedules save what Keras saves", "[optimizers][config]") {
  check_configs("optimizers", "optimizer", " LossScaleOptimizer MultiOptimizer ");
  check_configs("optimizers.schedules", "schedule");
}

TEST_CASE("optimizers around optimizers are saved and read with them", "[optimizers][config]") {
  const Optimizer scaled = optimizers::LossScaleOptimizer(optimizers::Adam({.learning_rate = 0.5}),
                                                          {.initial_scale = 64, .dynamic_growth_steps = 10});
  const Optimizer several = optimizers::MultiOptimizer(
      optimizers::OptimizerMap(optimizers::SGD(), {{"hidden/.*", optimizers::RMSprop({.rho = 0.5})}}));
  for (const Optimizer& optimizer : {scaled, several}) {
    const Config config = serialize_object("optimizer", *optimizer.object());
    const auto again = deserialize_object("optimizer", parse_json(to_json(config)));
    CHECK(serialize_object("optimizer", *again) == config);
  }
  CHECK(scaled->get_config().at("inner_optimizer").at("config").at("learning_rate") == Config(0.5));
  const Config map = several->get_config().at("optimizer_map").at("config").at("optimizer_map");
  CHECK(map.at("hidden/.*").at("config").at("rho") == Config(0.5));
}

TEST_CASE("schedules are the functions that Keras documents", "[optimizers][schedules]") {
  namespace S = optimizers::schedules;
  const LearningRate warm = S::CosineDecay(0.1, 10, {.alpha = 0.2, .warmup_target = 0.5, .warmup_steps = 4});
  CHECK(warm(0) == Approx(0.1));
  CHECK(warm(2) == Approx(0.3));
  CHECK(warm(4) == Approx(0.5));
  CHECK(warm(9) == Approx(0.5 * (0.8 * 0.5 + 0.2)));
  CHECK(warm(100) == Approx(0.1));
  const LearningRate pieces = S::PiecewiseConstantDecay({3, 5}, {1.0, 0.5, 0.25});
  CHECK(pieces(3) == Approx(1));
  CHECK(pieces(4) == Approx(0.5));
  CHECK(pieces(6) == Approx(0.25));
  CHECK(S::ExponentialDecay(0.1, 4, 0.5, {.staircase = true})(7) == Approx(0.05));
  CHECK(S::InverseTimeDecay(0.1, 4, 0.5)(8) == Approx(0.05));
  CHECK(S::PolynomialDecay(0.1, 10, {.end_learning_rate = 0, .power = 2})(5) == Approx(0.025));
  CHECK(S::CosineDecayRestarts(0.1, 4)(4) == Approx(0.1));
  CHECK(LearningRate(0.3)(17) == 0.3);
}

TEST_CASE("a rate is a number, a schedule or a callable", "[optimizers][schedules]") {
  const auto rate_after = [](const LearningRate& rate) {
    const Optimizer optimizer = optimizers::SGD({.learning_rate = rate});
    const Variable w(ones({2}));
    const Function step = descent(optimizer, {w});
    step();
    step();
    return optimizer->learning_rate();
  };
  CHECK(rate_after(0.25) == Approx(0.25));
  CHECK(rate_after(optimizers::schedules::ExponentialDecay(1, 1, 0.5)) == Approx(0.25));
  CHECK(rate_after([](const Symbol& step) { return 1 / (step + 2); }) == Approx(0.25));
  const Optimizer callable = optimizers::SGD({.learning_rate = [](const Symbol& step) { return 1 / (step + 2); }});
  CHECK_THROWS_WITH(callable->get_config(), ContainsSubstring("cannot be saved"));
}

TEST_CASE("updates for a function of one's own lower its loss", "[optimizers][functions]") {
  for (const Optimizer& optimizer :
       {Optimizer("adam"), optimizers::SGD({.learning_rate = 0.1, .momentum = 0.9}), optimizers::Muon(),
        optimizers::LossScaleOptimizer("rmsprop"), optimizers::MultiOptimizer(optimizers::OptimizerMap("adam"))}) {
    INFO(optimizer->class_name());
    const Variable w(full({3, 4}, 2.0), "w"), b(full({4}, -1.0), "b");
    const Function step = descent(optimizer, {w, b});
    const double first = step()[0].item<double>();
    double last = first;
    for (int i = 0; i < 20; ++i) last = step()[0].item<double>();
    CHECK(last < first);
  }
}

TEST_CASE("the learning rate is set between steps without a new plan", "[optimizers]") {
  const Optimizer optimizer = optimizers::SGD({.learning_rate = 0.1});
  const Variable w(ones({3}));
  const Function step = descent(optimizer, {w});
  step();
  CHECK(w.get_value().item<double>(0) == Approx(0.8));
  optimizer->set_learning_rate(0.5);
  step();
  CHECK(w.get_value().item<double>(0) == Approx(0).margin(1e-6));
  CHECK(step.counters().plans == 1);
  CHECK(optimizer->lr().get_value().item<double>() == 0.5);
  CHECK(optimizer->learning_rate() == 0.5);
}

TEST_CASE("variables are left out of weight decay one by one or by pattern", "[optimizers]") {
  const Variable w(ones({2}), "kernel"), b(ones({2}), "bias"), g(ones({2}), "gamma");
  const Optimizer optimizer = optimizers::SGD({.learning_rate = 0.1, .weight_decay = 0.5});
  optimizer->set_paths({{w, "hidden/kernel"}, {b, "hidden/bias"}, {g, "norm/gamma"}});
  optimizer->exclude_from_weight_decay({b}, {"norm/.*"});
  const std::vector<Symbol> zero(3, constant(zeros({2})));
  const Function step =
      K::function({}, SymbolList(std::vector<Symbol>{}), {.updates = optimizer->apply_gradients(zero, {w, b, g})});
  step();
  CHECK(w.get_value().item<double>(0) == Approx(0.95));
  CHECK(b.get_value().item<double>(0) == 1);
  CHECK(g.get_value().item<double>(0) == 1);
}

TEST_CASE("a gradient that is not finite changes nothing but the loss scale", "[optimizers]") {
  const Variable w(ones({2})), gradient(ones({2}));
  const Optimizer optimizer = optimizers::LossScaleOptimizer(optimizers::SGD({.learning_rate = 1}),
                                                             {.initial_scale = 8, .dynamic_growth_steps = 2});
  const Function step = K::function({}, SymbolList(std::vector<Symbol>{}),
                                    {.updates = optimizer->apply_gradients({gradient.symbol() * 8}, {w})});
  Variable handle = gradient;
  const auto scale = [&] { return optimizer->variables()[3].get_value().item<double>(); };
  handle.set_value(full({2}, std::numeric_limits<double>::infinity()));
  step();
  CHECK(w.get_value().item<double>(0) == 1);
  CHECK(scale() == 4);
  CHECK(optimizer->iterations().get_value().item<double>() == 0);
  handle.set_value(full({2}, 0.125));  // times 8, by a scale of 4
  step();
  CHECK(w.get_value().item<double>(0) == Approx(0.75));
  step();
  CHECK(scale() == 8);
}

TEST_CASE("the pattern for the whole path chooses a variable's optimizer", "[optimizers]") {
  const Optimizer sgd = "sgd", adam = "adam", lion = "lion";
  const optimizers::OptimizerMap map(sgd, {{"hidden/.*", adam}, {".*/bias", lion}});
  CHECK(map.at("out/kernel").object() == sgd.object());
  CHECK(map.at("hidden/kernel").object() == adam.object());
  CHECK(map.at("out/bias").object() == lion.object());
  CHECK_THROWS_WITH(map.at("hidden/bias"), ContainsSubstring("several patterns match variable \"hidden/bias\""));
}

TEST_CASE("optimizers refuse what they cannot mean", "[optimizers][errors]") {
  using namespace optimizers;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(optimizers::SGD({.learning_rate = nan}),
                    ContainsSubstring("learning_rate must be a finite number"));
  CHECK_THROWS_WITH(optimizers::SGD({.momentum = 1.5}), ContainsSubstring("[SGD] momentum must be in [0, 1]"));
  CHECK_THROWS_WITH(Adam({.beta_1 = nan}), ContainsSubstring("[Adam] beta_1 must be in [0, 1], received nan"));
  CHECK_THROWS_WITH(AdamW({.weight_decay = nan}), ContainsSubstring("weight_decay must be a finite number"));
  CHECK_THROWS_WITH(Adam({.clipnorm = 1, .clipvalue = 1}), ContainsSubstring("only one of clipnorm, clipvalue"));
  CHECK_THROWS_WITH(Adam({.use_ema = true, .ema_momentum = 2}), ContainsSubstring("ema_momentum must be in [0, 1]"));
  CHECK_THROWS_WITH(Adam({.ema_overwrite_frequency = 0}),
                    ContainsSubstring("ema_overwrite_frequency must be at least 1"));
  CHECK_THROWS_WITH(Adam({.gradient_accumulation_steps = 1}), ContainsSubstring("must be at least 2, received 1"));
  CHECK_THROWS_WITH(Adam({.loss_scale_factor = -1}), ContainsSubstring("loss_scale_factor must be a positive number"));
  CHECK_THROWS_WITH(optimizers::RMSprop({.rho = 2}), ContainsSubstring("[RMSprop] rho"));
  CHECK_THROWS_WITH(Adagrad({.initial_accumulator_value = -1}),
                    ContainsSubstring("[Adagrad] initial_accumulator_value"));
  CHECK_THROWS_WITH(Ftrl({.learning_rate_power = 1}), ContainsSubstring("at most 0, received 1"));
  CHECK_THROWS_WITH(Lion({.beta_1 = 0}), ContainsSubstring("[Lion] beta_1 must be in (0, 1]"));
  CHECK_THROWS_WITH(Adafactor({.clip_threshold = 0}), ContainsSubstring("[Adafactor] clip_threshold"));
  CHECK_THROWS_WITH(Muon({.ns_steps = 0}), ContainsSubstring("[Muon] ns_steps"));
  CHECK_THROWS_WITH(LossScaleOptimizer("adam", {.initial_scale = 0}),
                    ContainsSubstring("initial_scale must be positive"));
  CHECK_THROWS_WITH(MultiOptimizer(OptimizerMap(LossScaleOptimizer("adam"))),
                    ContainsSubstring("cannot be used inside"));
  CHECK_THROWS_WITH(MultiOptimizer(OptimizerMap("adam"))->learning_rate(),
                    ContainsSubstring("no learning rate of its own"));
  CHECK_THROWS_WITH(Optimizer("adan"), ContainsSubstring("no optimizer named \"adan\""));
  CHECK_THROWS_WITH(deserialize_object("optimizer", parse_json(R"({"class_name": "Adam", "config": {"beta1": 0.5}})")),
                    ContainsSubstring("beta1"));

  const Optimizer scheduled = optimizers::SGD({.learning_rate = schedules::ExponentialDecay(0.1, 5, 0.5)});
  CHECK_THROWS_WITH(scheduled->set_learning_rate(0.1), ContainsSubstring("follows a schedule"));
  CHECK_THROWS_WITH(schedules::ExponentialDecay(0.1, 0, 0.5), ContainsSubstring("decay_steps must be at least 1"));
  CHECK_THROWS_WITH(schedules::ExponentialDecay(nan, 5, 0.5), ContainsSubstring("expected finite numbers"));
  CHECK_THROWS_WITH(schedules::PiecewiseConstantDecay({1, 2}, {0.1}),
                    ContainsSubstring("one value more than boundaries"));
  CHECK_THROWS_WITH(schedules::PiecewiseConstantDecay({2, 1}, {1, 2, 3}), ContainsSubstring("boundaries must grow"));

  const Variable w(ones({2})), other(ones({2}));
  const Optimizer built = "adam";
  built->build({w});
  CHECK_THROWS_WITH(built->build({other}), ContainsSubstring("was built for 1 variables"));
}

}  // namespace kerascpp::test
