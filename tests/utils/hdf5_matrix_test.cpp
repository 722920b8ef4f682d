// HDF5Matrix: parts of arrays in files as inputs and targets of models.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/utils/hdf5_matrix.hpp>

#include <thread>

#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using utils::HDF5Matrix;

const std::string kFile = KERASCPP_TEST_DATA "/tables/tables.h5";

/// What scripts/fixtures/hdf5_tables.py wrote.
Tensor expected_x() { return (arange(53 * 12) * 0.5f).reshape({53, 3, 4}); }

std::vector<std::int64_t> expected_y() {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < 53; ++i) values.push_back(i * 7 % 5);
  return values;
}

Model regression() {
  set_random_seed(3);
  Sequential model{layers::Input({3, 4}), layers::Rescaling(1.0 / 320), layers::Flatten(), layers::Dense(1)};
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.05}), .loss = "mse"});
  return model;
}

}  // namespace

TEST_CASE("parts of arrays are read from HDF5 files of any layout", "[utils][hdf5]") {
  const Tensor x = expected_x();
  for (const char* name : {"group/whole", "rows", "blocks", "big"}) {
    INFO(name);
    const HDF5Matrix all(kFile, name);
    CHECK(all.shape() == x.shape());
    CHECK(all.dtype() == (std::string(name) == "big" ? DType::Float64 : DType::Float32));
    CHECK(allclose(Tensor(all).astype(DType::Float32), x));
    const HDF5Matrix part(kFile, name, {.start = 9, .end = 47});
    CHECK(part.size() == 38);
    for (const auto& [first, last] :
         std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 38}, {0, 1}, {3, 3}, {1, 11}, {5, 29}, {37, 38}})
      CHECK(allclose(part.rows(first, last).astype(DType::Float32), x.rows(9 + first, 9 + last)));
    CHECK(allclose(part[-1].astype(DType::Float32), x[46]));
  }
  const std::vector<std::int64_t> labels = expected_y();
  CHECK(HDF5Matrix(kFile, "labels", {.start = 2}).rows(0, 51).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>(labels.begin() + 2, labels.end()));
}

TEST_CASE("a model learns from HDF5 files as from arrays", "[utils][hdf5]") {
  const HDF5Matrix x(kFile, "blocks", {.start = 3, .end = 43}), y(kFile, "labels", {.start = 3, .end = 43});
  const Tensor labels(expected_y());
  const Model from_file = regression(), from_arrays = regression();
  const FitOptions options{.batch_size = 7, .epochs = 3, .verbose = 0, .shuffle = false};
  const History a = from_file.fit(x, y, options);
  const History b = from_arrays.fit(expected_x().rows(3, 43), labels.rows(3, 43), options);
  CHECK(a["loss"] == b["loss"]);
  CHECK(from_file.evaluate(x, y, {.verbose = 0}).at("loss") ==
        from_arrays.evaluate(expected_x().rows(3, 43), labels.rows(3, 43), {.verbose = 0}).at("loss"));
  CHECK(identical(from_file.predict(x, {.batch_size = 7, .verbose = 0}),
                  from_arrays.predict(expected_x().rows(3, 43), {.batch_size = 7, .verbose = 0})));
  // the targets may be an array
  CHECK(from_file.evaluate(x, labels.rows(3, 43), {.verbose = 0}).at("loss") ==
        Approx(from_file.evaluate(x, y, {.verbose = 0}).at("loss")));
}

TEST_CASE("rows of HDF5 files are split, weighted and shuffled in batches", "[utils][hdf5]") {
  const HDF5Matrix x(kFile, "rows"), y(kFile, "labels");
  const Tensor labels(expected_y());
  const FitOptions options{.batch_size = 8, .epochs = 2, .verbose = 0, .validation_split = 0.3, .shuffle = false};
  const Model from_file = regression(), from_arrays = regression();
  const History a = from_file.fit(x, y, options), b = from_arrays.fit(expected_x(), labels, options);
  CHECK(a["loss"] == b["loss"]);
  CHECK(a["val_loss"] == b["val_loss"]);
  const auto shuffled = [&] {
    return regression().fit(x, y, {.batch_size = 8, .verbose = 0, .shuffle_seed = 5})["loss"];
  };
  CHECK(shuffled() == shuffled());
  CHECK(shuffled() != regression().fit(x, y, {.batch_size = 8, .verbose = 0, .shuffle_seed = 6})["loss"]);
  const History weighted =
      regression().fit(x, y, {.batch_size = 8, .verbose = 0, .shuffle = false, .sample_weight = zeros({53})});
  CHECK(weighted["loss"][0] == 0);
}

TEST_CASE("a normalizer sees the rows of a batch", "[utils][hdf5]") {
  std::int64_t most = 0;
  const HDF5Matrix x(kFile, "group/whole", {.end = 30, .normalizer = [&most](const Tensor& rows) {
                                              most = std::max(most, rows.dim(0));
                                              return ops::mean(rows, {2}) / 100.0f;
                                            }});
  CHECK(x.shape() == Shape{30, 3});
  Sequential model{layers::Input({3}), layers::Dense(1, {.kernel_initializer = "ones"})};
  const Tensor y = model.predict(x, {.batch_size = 4, .verbose = 0});
  CHECK(allclose(y, ops::sum(ops::mean(expected_x().rows(0, 30), {2}), {1}, true) / 100.0f, 1e-5));
  CHECK(most == 4);
}

TEST_CASE("threads read one HDF5Matrix at the same time", "[utils][hdf5][threads]") {
  const HDF5Matrix x(kFile, "blocks");
  const Tensor expected = expected_x();
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      for (std::int64_t i = 0; i < 53; ++i)
        if (!allclose(x[(i * 11 + static_cast<std::int64_t>(t)) % 53],
                      expected[(i * 11 + static_cast<std::int64_t>(t)) % 53]))
          ++wrong[t];
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("what HDF5Matrix refuses", "[utils][hdf5]") {
  CHECK_THAT(message_of<IoError>([] { HDF5Matrix("nowhere.h5", "x"); }), ContainsSubstring("nowhere.h5"));
  CHECK_THAT(message_of<FormatError>([] { HDF5Matrix(kFile, "cats"); }), ContainsSubstring("has no array \"cats\""));
  CHECK_THAT(message_of<FormatError>([] { HDF5Matrix(kFile, "number"); }), ContainsSubstring("has no rows"));
  CHECK_THAT(message_of<ValueError>([] { HDF5Matrix(kFile, "rows", {.start = 5, .end = 54}); }),
             ContainsSubstring("rows 5 to 54") && ContainsSubstring("it has 53"));
  const HDF5Matrix x(kFile, "rows", {.end = 20}), y(kFile, "labels", {.end = 19});
  CHECK_THAT(message_of<ValueError>([&] { static_cast<void>(x.rows(0, 21)); }), ContainsSubstring("it has 20"));
  const Model model = regression();
  CHECK_THAT(message_of<ShapeError>([&] { model.fit(x, y, {.verbose = 0}); }), ContainsSubstring("20 and 19"));
  CHECK_THAT(message_of<ValueError>([&] {
               model.fit(x, HDF5Matrix(kFile, "labels", {.end = 20}), {.verbose = 0, .validation_split = 0.99});
             }),
             ContainsSubstring("leaves nothing"));
  const TemporaryFolder folder;
  const std::string bytes = bytes_of_file(kFile);
  for (std::size_t size = 0; size < bytes.size(); size += bytes.size() / 40 + 1) {
    const std::string cut = folder.write("cut.h5", bytes.substr(0, size));
    CHECK_THROWS_AS(HDF5Matrix(cut, "blocks").rows(0, 53), Error);
  }
}

}  // namespace kerascpp::test
