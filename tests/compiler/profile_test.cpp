#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"

namespace kerascpp::testing {
namespace {

/// Functions made while it lives collect times.
struct ProfileAll {
  ProfileAll() { set_profile(true); }
  ~ProfileAll() { set_profile(false); }
};

}  // namespace

TEST_CASE("a profiled function tells where its time went", "[compiler]") {
  const auto x = backend::placeholder({2, 3}), w = backend::placeholder({3, 4});
  const auto f =
      backend::function({x, w}, {ops::sum(ops::tanh(ops::matmul(x, w)), {1})}, {.name = "step", .profile = true});
  for (int i = 0; i < 3; ++i) (void)f(ones({2, 3}), ones({3, 4}));
  const Profile profile = f.profile();
  CHECK(profile.name == "step");
  CHECK(profile.calls == 3);
  REQUIRE_FALSE(profile.rows.empty());
  double seconds = 0;
  bool found = false;
  for (const ProfileRow& row : profile.rows) {
    CHECK(row.calls == 3);
    CHECK(row.seconds > 0);
    CHECK(row.last > 0);
    CHECK(row.last <= row.seconds);
    seconds += row.seconds;
    if (row.op.find("matmul") == std::string::npos) continue;
    found = true;
    CHECK_THAT(row.shapes, ContainsSubstring("float32 (2, 3), float32 (3, 4)"));
    CHECK(row.bytes >= 4 * (2 * 3 + 3 * 4));
    CHECK_THAT(row.kernel, ContainsSubstring("cpu:"));
  }
  CHECK(found);
  CHECK(profile.seconds == Approx(seconds));

  const std::string text = profile.summary(1);
  CHECK_THAT(text, ContainsSubstring("Function step: 3 calls"));
  CHECK_THAT(text, ContainsSubstring("matmul"));
  CHECK_THAT(text, ContainsSubstring("Slowest 1 of " + std::to_string(profile.rows.size()) + " steps"));
}

TEST_CASE("the trace of a profile is JSON with one event per step, in order", "[compiler]") {
  const auto x = backend::placeholder({5});
  const auto f = backend::function({x}, {ops::sum(x), ops::sort(x)}, {.profile = true});
  (void)f(ones({5}));
  const Profile profile = f.profile();
  const Config trace = parse_json(profile.chrome_trace());
  const auto& events = trace.at("traceEvents").as_list();
  REQUIRE(events.size() == profile.rows.size());
  double end = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(events[i].at("name").as_string() == profile.rows[i].op);
    CHECK(events[i].at("ph").as_string() == "X");
    CHECK(events[i].at("ts").as_double() >= end - 0.002);  // microseconds with three digits
    end = events[i].at("ts").as_double() + events[i].at("dur").as_double();
  }
}

TEST_CASE("without being asked a function collects no times, and says how to ask", "[compiler]") {
  const auto x = backend::placeholder({2});
  const auto f = backend::function({x}, {x * 2}, {.name = "plain"});
  (void)f(ones({2}));
  CHECK_THROWS_WITH(f.profile(), ContainsSubstring("function \"plain\" collects no times; make it with "
                                                   "FunctionOptions::profile"));
}

TEST_CASE("the training of a model is profiled layer by layer", "[compiler]") {
  const ProfileAll all;
  const Sequential model{layers::Input({3}), layers::Dense(4, {.activation = "relu", .name = "hidden"}),
                         layers::Dense(1, {.name = "out"})};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  model.fit(ones({8, 3}), ones({8, 1}), {.batch_size = 4, .epochs = 2, .verbose = 0});
  const Profile profile = model.train_function().profile();
  CHECK(profile.calls == 4);
  bool hidden = false, out = false;
  for (const ProfileRow& row : profile.rows) {
    hidden = hidden || row.layer.find("hidden") != std::string::npos;
    out = out || row.layer.find("out") != std::string::npos;
  }
  CHECK(hidden);
  CHECK(out);
}

}  // namespace kerascpp::testing
