#include <algorithm>
#include <filesystem>

#include <kerascpp/backend/choice.hpp>
#include <kerascpp/backend/plugin.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>

#include "support/catch.hpp"
#include "support/current_folder.hpp"
#include "support/op_test.hpp"
#include "support/skip.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {

#if !defined(KERASCPP_PLUGINS)

TEST_CASE("a backend in a library of its own is loaded", "[backends]") {
  return skip("a static library cannot be shared with plug-ins");
}

#else

namespace {

const std::string kFolder = KERASCPP_PLUGINS;

/// The plug-in, while a test needs it.
class SimpleBackend {
 public:
  SimpleBackend() : name_(runtime::load_backend(kFolder + "/simple_backend.so")) {}
  ~SimpleBackend() {
    set_device("cpu");
    runtime::KernelRegistry::global().remove_backend(name_);
  }
  SimpleBackend(const SimpleBackend&) = delete;
  SimpleBackend& operator=(const SimpleBackend&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

// relu(x w + b) + x
struct Example {
  Symbol x = placeholder({None, 4}), w = placeholder({4, 4}), b = placeholder({4});
  Symbol y = ops::relu(ops::matmul(x, w) + b) + x;
  std::vector<Tensor> values = {make_values({.shape = {3, 4}}, DType::Float32, 1),
                                make_values({.shape = {4, 4}}, DType::Float32, 2),
                                make_values({.shape = {4}}, DType::Float32, 3)};

  [[nodiscard]] Function function() const { return Function({x, w, b}, y); }
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

template <class Kind>
std::string message_of(const std::string& path) {
  try {
    (void)runtime::load_backend(path);
  } catch (const Kind& error) {
    return error.what();
  }
  return "nothing of that kind was thrown";
}

}  // namespace

TEST_CASE("a graph runs partly on the kernels of a backend that was loaded", "[backends]") {
  const Example example;
  const Tensor expected = example.function()(TensorList(example.values));
  const SimpleBackend simple;
  CHECK(simple.name() == "simple");
  set_device("simple");
  const Function function = example.function();
  CHECK(first_difference(function(TensorList(example.values)), expected, 1e-6) == "");
  const std::string plan = function.describe({{3, 4}, {4, 4}, {4}});
  INFO(plan);
  CHECK(count(plan, "add [simple:loops loop]") == 1);  // the other one broadcasts
  CHECK(count(plan, "relu [simple:loops loop]") == 1);
  CHECK(count(plan, "matmul [cpu:") == 1);
  CHECK(count(plan, "add [cpu:") == 1);
}

TEST_CASE("guide: a backend of one's own", "[backends][docs]") {
  const CurrentFolder folder;
  std::filesystem::copy_file(kFolder + "/simple_backend.so", "simple_backend.so");
  // --- loading
  kerascpp::runtime::load_backend("./simple_backend.so");
  kerascpp::set_device("simple");
  // ---
  const Example example;
  CHECK(count(example.function().describe({{3, 4}, {4, 4}, {4}}), "add [simple:loops loop]") == 1);
  set_device("cpu");
  runtime::KernelRegistry::global().remove_backend("simple");
}

TEST_CASE("a refusal of a loaded backend is reported with its reason", "[backends]") {
  const SimpleBackend simple;
  const OpDef& add = OpRegistry::global().get("add");
  const TensorSpec wide{DType::Float64, {2, 3}}, row{DType::Float32, {3}}, matrix{DType::Float32, {2, 3}};
  const runtime::KernelChoice other_dtype = runtime::choose_kernel("simple", add, {}, {wide, wide}, {wide});
  CHECK(other_dtype.kernel.starts_with("cpu:"));
  REQUIRE(other_dtype.refusals.size() == 1);
  CHECK(other_dtype.refusals[0].kernel == "simple:loops");
  CHECK(other_dtype.refusals[0].reason == "adds float32 only, not float64");
  const runtime::KernelChoice broadcast = runtime::choose_kernel("simple", add, {}, {matrix, row}, {matrix});
  CHECK(broadcast.refusals.at(0).reason == "does not broadcast (2, 3) with (3,)");
  CHECK(runtime::choose_kernel("simple", add, {}, {matrix, matrix}, {matrix}).kernel == "simple:loops");
}

TEST_CASE("a backend is loaded once and can be loaded again after it was removed", "[backends]") {
  {
    const SimpleBackend simple;
    CHECK_THAT(message_of<ValueError>(kFolder + "/simple_backend.so"),
               ContainsSubstring("a backend named \"simple\" is registered already"));
  }
  const std::vector<runtime::BackendDef> backends = runtime::KernelRegistry::global().backends();
  CHECK(std::none_of(backends.begin(), backends.end(), [](const auto& backend) { return backend.name == "simple"; }));
  const SimpleBackend again;
  CHECK(again.name() == "simple");
}

TEST_CASE("what is no plug-in is refused with a reason", "[backends]") {
  const TemporaryFolder folder;
  CHECK_THAT(message_of<IoError>(folder.file("absent.so")),
             ContainsSubstring("cannot load " + folder.file("absent.so")));
  CHECK_THAT(message_of<IoError>(folder.write("text.so", "no library")),
             ContainsSubstring("[load_backend] cannot load"));
  CHECK_THAT(message_of<BackendError>(kFolder + "/no_plugin.so"), ContainsSubstring("has no function kerascpp_plugin"));
  CHECK_THAT(message_of<BackendError>(kFolder + "/old_plugin.so"),
             ContainsSubstring("was compiled for plug-in version -1, this library has version 2"));
}

#endif

TEST_CASE("a device without a backend is refused", "[backends]") {
  try {
    set_device("abacus:1");
    FAIL_CHECK("nothing was thrown");
  } catch (const BackendError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("there is no backend named \"abacus\"; there are reference, cpu"));
  }
  CHECK(default_device().backend == "cpu");
}

}  // namespace kerascpp::test
