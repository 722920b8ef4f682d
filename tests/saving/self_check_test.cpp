// A sample and its outputs kept in files, and models that must compute the same of it when they are loaded.

#include <kerascpp/core/random.hpp>
#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/verify.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/self_check.hpp"
#include "saving/zip_archive.hpp"
#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

const std::string kModels = KERASCPP_TEST_DATA "/models/";

Model small_model() {
  return Sequential{layers::Input({5}), layers::Dense(4, {.activation = "tanh", .name = "hidden"}),
                    layers::Dense(3, {.name = "score"})};
}

/// The members of an archive, written again with `change` made to one of them.
template <class F>
void rewrite(const std::string& from, const std::string& to, const std::string& member, F change) {
  const ZipReader archive(from);
  ZipWriter copy(to);
  for (const ZipMember& item : archive.members()) {
    std::string bytes = archive.read(item.name);
    if (item.name == member) bytes = change(bytes);
    copy.add(item.name, std::move(bytes));
  }
  copy.commit();
}

}  // namespace

TEST_CASE("a model saved with a self-check is verified when it is loaded", "[saving][self_check]") {
  const TemporaryFolder folder;
  set_random_seed(5);
  const Model model = small_model();
  for (const char* ending : {"m.keras", "m.h5"}) {
    INFO(ending);
    const std::string path = folder.file(ending);
    model.save(path, {.self_check = true});
    CHECK(load_model(path, {.verify = true}).count_params() == model.count_params());
    // a sample of one's own
    const Tensor x = random_normal({3, 5});
    model.save(path, {.self_check = x});
    CHECK(load_model(path, {.verify = true}).defined());
    CHECK_THROWS_AS(model.save(path, {.self_check = random_normal({3, 6})}), ShapeError);
    CHECK(load_model(path, {.verify = true}).defined());  // what failed left the file as it was
    model.save(path);
    CHECK_THROWS_WITH(load_model(path, {.verify = true}),
                      ContainsSubstring("keeps no sample and outputs to verify by: save it with self_check"));
  }
}

TEST_CASE("a model that computes something else fails to load, naming the output", "[saving][self_check]") {
  const TemporaryFolder folder;
  set_random_seed(6);
  const Model model = small_model();
  const std::string good = folder.file("good.keras"), bad = folder.file("bad.keras");
  model.save(good, {.self_check = true});

  // another activation: the weights are the same, the outputs are not
  rewrite(good, bad, "config.json", [](std::string text) {
    const std::size_t at = text.find("\"tanh\"");
    REQUIRE(at != std::string::npos);
    return text.replace(at, 6, "\"relu\"");
  });
  CHECK(load_model(bad).defined());
  CHECK_THROWS_AS(load_model(bad, {.verify = true}), FormatError);
  CHECK_THROWS_WITH(load_model(bad, {.verify = true}),
                    ContainsSubstring("output \"score\" differs from the stored one at (0, 0): computed ") &&
                        ContainsSubstring(", stored ") && ContainsSubstring("allowed difference"));

  // other weights of the same shapes
  set_random_seed(7);
  const std::string other = folder.file("other.keras");
  small_model().save(other);
  const std::string weights = ZipReader(other).read("model.weights.h5");
  rewrite(good, bad, "model.weights.h5", [&](const std::string&) { return weights; });
  CHECK_THROWS_WITH(load_model(bad, {.verify = true}), ContainsSubstring("the weights are not those that were saved"));

  // damage of what is kept
  rewrite(good, bad, "kerascpp/self_check/check.json", [](const std::string&) { return "{}"; });
  CHECK(load_model(bad).defined());
  CHECK_THROWS_AS(load_model(bad, {.verify = true}), Error);
  rewrite(good, bad, "kerascpp/self_check/outputs/0.npy", [](std::string bytes) {
    bytes.resize(bytes.size() - 4);
    return bytes;
  });
  CHECK_THROWS_WITH(load_model(bad, {.verify = true}), ContainsSubstring("kerascpp/self_check/outputs/0.npy"));
}

TEST_CASE("computing a self-check leaves states and random streams as they are", "[saving][self_check]") {
  const TemporaryFolder folder;
  const Sequential model{layers::Input({4, 3}, {.batch_size = 2}), layers::LSTM(2, {.stateful = true}),
                         layers::Dropout(0.5), layers::Dense(1)};
  const Tensor x = random_normal({2, 4, 3});
  const Tensor before = model.predict(x, {.verbose = 0});
  const Tensor after_one = model.predict(x, {.verbose = 0});
  CHECK_FALSE(allclose(before, after_one));
  const Sequential again{layers::Input({4, 3}, {.batch_size = 2}), layers::LSTM(2, {.stateful = true}),
                         layers::Dropout(0.5), layers::Dense(1)};
  again.set_weights(model.get_weights());
  static_cast<void>(again.predict(x, {.verbose = 0}));
  again.save(folder.file("m.keras"), {.self_check = true});
  CHECK(identical(Tensor(again.predict(x, {.verbose = 0})), after_one));
}

TEST_CASE("every model of the fixtures keeps a self-check and is verified", "[saving][self_check][keras]") {
  const TemporaryFolder folder;
  for (const char* name : {"cnn_sequential", "nested", "two_inputs_two_outputs"}) {
    INFO(name);
    const Model model = load_model(kModels + name + ".keras");
    const std::string path = folder.file("model.keras");
    model.save(path, {.self_check = true});
    const saving::Verification found = saving::verify_model(path);
    CHECK(found.has_self_check);
    CHECK(found.parameters == static_cast<std::int64_t>(model.count_params()));
    CHECK_THAT(found.hashes, ContainsSubstring("all CRC-32 sums right, SHA-256 of the weights right"));
    CHECK_FALSE(saving::verify_model(kModels + name + ".keras").has_self_check);
  }
}

TEST_CASE("Keras opens files with a self-check", "[saving][self_check][keras][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with Keras 3");
  const TemporaryFolder folder;
  const Model model = small_model();
  const Tensor x = random_normal({2, 5});
  for (const char* ending : {"a.keras", "b.h5"}) model.save(folder.file(ending), {.self_check = true});
  for (const char* name : {"a.npz", "b.npz"})
    save_npz(folder.file(name), Dict{{"x0", x}, {"y0", Tensor(model.predict(x, {.verbose = 0}))}});
  const auto [status, output] =
      run_command(keras_python() + " " KERASCPP_SOURCE_DIR "/scripts/fixtures/read_back.py " + folder.path());
  INFO(output);
  CHECK(status == 0);
}

}  // namespace kerascpp::test
