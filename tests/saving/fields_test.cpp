#include <kerascpp/saving/fields.hpp>

#include <string>
#include <vector>

#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

/// Types of a user in files.
namespace kerascpp::test {
namespace {

struct Position {
  std::int64_t epoch = 0;
  std::int64_t step = 0;
  KCPP_FIELDS(epoch, step)
};

struct Experiment {
  Tensor data;
  Variable weights;
  backend::RandomStreams streams{7};
  Function predict;
  Position position;
  std::string note;
  double rate = 0;
  std::vector<std::string> classes;
  Tensor unsaved;  // the type chooses: not among its fields
  KCPP_FIELDS(data, weights, streams, predict, position, note, rate, classes)
};

Experiment made() {
  Experiment experiment;
  experiment.data = Tensor{{1.5, -2.0}, {0.25, 8.0}}.astype(DType::BFloat16);
  experiment.weights = Variable(Tensor{1.0, 2.0}, "weights");
  const Symbol x = placeholder({None, 2}, DType::Float32, "x");
  experiment.predict = Function(x, x * experiment.weights + 1);
  experiment.position = {3, 40};
  experiment.note = "with \"quotes\" and ü";
  experiment.rate = 0.1;
  experiment.classes = {"cat", "dog"};
  return experiment;
}

}  // namespace

TEST_CASE("a type of the user is saved by the fields that it names", "[saving][fields]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("experiment.zip");
  Experiment experiment = made();
  const Symbol draw = experiment.streams.uniform({3});
  const Function draws({}, {draw});
  (void)draws();
  save_fields(experiment, path);
  const Tensor next = draws()[0];

  Experiment loaded;
  const Symbol other_draw = loaded.streams.uniform({3});
  loaded.weights = Variable(Tensor{0.0, 0.0}, "mine");
  const Variable mine = loaded.weights;
  load_fields(loaded, path);
  CHECK(identical(loaded.data, experiment.data));
  CHECK(mine.get_value().to_vector<float>() == std::vector<float>{1, 2});
  CHECK(identical(Function({}, {other_draw})()[0], next));
  CHECK(loaded.predict(Tensor{{1.0, 1.0}})[0].to_vector<float>() == std::vector<float>{2, 3});
  CHECK(loaded.position.epoch == 3);
  CHECK(loaded.position.step == 40);
  CHECK(loaded.note == experiment.note);
  CHECK(loaded.rate == 0.1);
  CHECK(loaded.classes == experiment.classes);

  Variable undefined;
  FieldReader(path).read("weights", undefined);
  CHECK(undefined.get_value().to_vector<float>() == std::vector<float>{1, 2});
}

TEST_CASE("graphs are fields too", "[saving][fields]") {
  const TemporaryFolder folder;
  const Symbol x = placeholder({2}, DType::Float32, "x");
  Graph graph;
  graph.inputs = {x};
  graph.outputs = {x * 3};
  FieldWriter writer(folder.file("graph.zip"));
  writer.write("graph", graph);
  writer.commit();
  Graph loaded;
  FieldReader(folder.file("graph.zip")).read("graph", loaded);
  const Function f(loaded.inputs, loaded.outputs);
  CHECK(f(Tensor{1.0, 2.0})[0].to_vector<float>() == std::vector<float>{3, 6});
}

TEST_CASE("fields that are not there or of another kind are named", "[saving][fields]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("position.zip");
  save_fields(Position{1, 2}, path);
  Experiment experiment;
  CHECK_THROWS_WITH(load_fields(experiment, path), ContainsSubstring("has no field \"data\""));
  Tensor tensor;
  CHECK_THROWS_WITH(FieldReader(path).read("epoch", tensor),
                    ContainsSubstring("field \"epoch\"") && ContainsSubstring("is no array"));
  std::string text;
  CHECK_THROWS_WITH(FieldReader(path).read("epoch", text), ContainsSubstring("while reading epoch of"));
  CHECK_THROWS_WITH(save_fields(Experiment(), path), ContainsSubstring("field \"data\" is an undefined tensor"));
  FieldWriter writer(folder.file("twice.zip"));
  writer.write("a", 1.0);
  CHECK_THROWS_WITH(writer.write("a", 2.0), ContainsSubstring("field \"a\" is written twice"));
  CHECK_THROWS_WITH(writer.write("", 2.0), ContainsSubstring("a field needs a name"));
  CHECK_THROWS_AS(FieldReader(folder.file("none.zip")), IoError);
  CHECK_THROWS_WITH(FieldReader(folder.write("text.zip", "no archive")), ContainsSubstring("text.zip"));
  Experiment whole = made(), other = made();
  (void)other.streams.uniform({2});
  save_fields(whole, path);
  CHECK_THROWS_WITH(load_fields(other, path), ContainsSubstring("expected states of shape (1, 2)"));
}

}  // namespace kerascpp::test
