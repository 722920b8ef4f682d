// t-SNE and MDS beside scikit-learn: the divergence computed from its definition, and how many neighbours stay.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/utils/embeddings.hpp>

#include <algorithm>
#include <cmath>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/message_of.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace utils;

Tensor array(const std::string& name) {
  static const Dict all = load_npz(KERASCPP_TEST_DATA "/embeddings/arrays.npz");
  return *all.find(name)->tensor();
}

double number(const char* key) { return fixtures("embeddings/index").at(key).as_double(); }

using Matrix = std::vector<std::vector<double>>;

Matrix squared_distances(const Tensor& x) {
  const auto n = static_cast<std::size_t>(x.dim(0)), width = static_cast<std::size_t>(x.dim(1));
  const std::vector<double> values = x.to_vector<double>();
  Matrix result(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t d = 0; d < width; ++d)
        result[i][j] +=
            (values[i * width + d] - values[j * width + d]) * (values[i * width + d] - values[j * width + d]);
  return result;
}

/// The joint probabilities of van der Maaten and Hinton, JMLR 9 (2008), of each sample and its nearest ones; the width
/// of each Gaussian by bisection.
Matrix probabilities(const Tensor& x, double perplexity, std::size_t neighbors) {
  const Matrix distances = squared_distances(x);
  const std::size_t n = distances.size();
  Matrix p(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) {
    double low = 0, high = 1e3;
    std::vector<double> sorted = distances[i];
    std::sort(sorted.begin(), sorted.end());
    const double furthest = sorted[neighbors];  // the first is the sample itself
    for (int step = 0; step < 200; ++step) {
      const double beta = (low + high) / 2;
      double sum = 0, entropy = 0;
      for (std::size_t j = 0; j < n; ++j)
        sum += p[i][j] = j == i || distances[i][j] > furthest ? 0 : std::exp(-beta * distances[i][j]);
      for (std::size_t j = 0; j < n; ++j) {
        p[i][j] /= sum;
        if (p[i][j] > 0) entropy -= p[i][j] * std::log(p[i][j]);
      }
      (std::exp(entropy) > perplexity ? low : high) = beta;
    }
  }
  Matrix joint = p;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) joint[i][j] = (p[i][j] + p[j][i]) / (2 * static_cast<double>(n));
  return joint;
}

double divergence(const Matrix& p, const Tensor& points) {
  const Matrix distances = squared_distances(points);
  double sum = 0, result = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t j = 0; j < p.size(); ++j)
      if (i != j) sum += 1 / (1 + distances[i][j]);
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t j = 0; j < p.size(); ++j)
      if (i != j && p[i][j] > 1e-300) result += p[i][j] * std::log(p[i][j] * sum * (1 + distances[i][j]));
  return result;
}

/// Share of the points whose nearest point has the same label.
double same_label(const Tensor& points, const Tensor& labels) {
  const Matrix distances = squared_distances(points);
  int same = 0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    std::size_t nearest = i == 0 ? 1 : 0;
    for (std::size_t j = 0; j < distances.size(); ++j)
      if (j != i && distances[i][j] < distances[i][nearest]) nearest = j;
    if (labels.item<int>(static_cast<std::int64_t>(i)) == labels.item<int>(static_cast<std::int64_t>(nearest))) ++same;
  }
  return same / static_cast<double>(distances.size());
}

}  // namespace

TEST_CASE("trustworthiness is that of scikit-learn", "[utils][embeddings]") {
  for (const int neighbors : {5, 12})
    CHECK(trustworthiness(array("x"), array("tsne"), neighbors) ==
          Approx(number(("trustworthiness_" + std::to_string(neighbors)).c_str()))
              .margin(1e-5));  // equally near ones in any order
}

TEST_CASE("t-SNE reaches the divergence of scikit-learn and keeps as many neighbours", "[utils][embeddings]") {
  const Tensor x = array("x"), labels = array("y");
  const Matrix p = probabilities(x, 30, 91), all = probabilities(x, 30, 299);
  const double reference = divergence(p, array("tsne"));
  CHECK(reference == Approx(number("tsne_divergence")).epsilon(0.02));  // which is told by coarse cells
  const double reference_neighbors = trustworthiness(x, array("tsne"));
  for (const auto& options : std::vector<TsneOptions>{{.verbose = false},
                                                      {.init = "random", .verbose = false, .random_state = 2},
                                                      {.verbose = false, .method = "exact"}}) {
    INFO(options.init << " " << options.method);
    const Embedding embedding = tsne(x, options);
    CHECK(embedding.points.shape() == Shape{300, 2});
    const double reached = divergence(options.method == "exact" ? all : p, embedding.points);
    INFO(reached << " " << reference << ", told " << embedding.divergence);
    CHECK(reached < reference * 1.05);
    CHECK(embedding.divergence == Approx(reached).epsilon(0.02));
    CHECK(trustworthiness(x, embedding.points) > reference_neighbors - 0.01);
    CHECK(same_label(embedding.points, labels) > 0.95);
  }
}

TEST_CASE("t-SNE ends where scikit-learn does", "[utils][embeddings]") {
  const Tensor x = array("x").rows(0, 120);
  for (const Config& row : fixtures("embeddings/index").at("ends").as_list()) {
    TsneOptions options{.perplexity = 20, .verbose = false};
    options.min_grad_norm = row.at("min_grad_norm").as_double();
    if (const Config* patience = row.find("n_iter_without_progress"))
      options.n_iter_without_progress = patience->as_int();
    INFO(options.min_grad_norm << ", " << options.n_iter_without_progress);
    const Embedding ended = tsne(x, options);
    const std::int64_t expected = row.at("iterations").as_int();
    CHECK(ended.iterations >= 300);  // never before the exaggeration is over
    // rounding in float32 and in float64 leads apart: a look earlier or later
    if (options.n_iter_without_progress > 0)
      CHECK(std::abs(ended.iterations - expected) <= (options.min_grad_norm > 0.01 ? 0 : 50));
    CHECK(ended.divergence < 1.3 * row.at("divergence").as_double());
  }
}

TEST_CASE("t-SNE is repeatable, in space as well, and copes with equal samples", "[utils][embeddings]") {
  const Tensor x = array("x").rows(0, 90);
  const TsneOptions options{
      .n_components = 3, .perplexity = 10, .max_iter = 1000, .init = "random", .verbose = false, .random_state = 7};
  const Embedding a = tsne(x, options), b = tsne(x, options);
  CHECK(a.points.shape() == Shape{90, 3});
  CHECK(identical(a.points, b.points));
  CHECK(trustworthiness(x, a.points) > 0.95);
  const Tensor twice = ops::concatenate({x.rows(0, 30), x.rows(0, 30), x.rows(0, 30)}, 0);
  const Embedding equal = tsne(twice, {.perplexity = 5, .max_iter = 300, .verbose = false});
  for (std::int64_t i = 0; i < equal.points.size(); ++i) REQUIRE(std::isfinite(equal.points.item<float>(i)));
}

TEST_CASE("MDS is that of scikit-learn", "[utils][embeddings]") {
  const Tensor distances = array("distances"), start = array("start");
  const Embedding embedding =
      mds(distances, {.start = start, .max_iter = 25, .eps = 0, .dissimilarity = "precomputed"});
  CHECK(embedding.iterations == 25);
  const double stress = embedding.divergence;
  CHECK(stress == Approx(number("stress")).epsilon(0.01));
  const Tensor from_samples = classical_mds(array("x").rows(0, 40));
  const Tensor expected = array("classical");
  for (std::int64_t c = 0; c < 2; ++c) {
    const double sign = from_samples.item<double>(c) * expected.item<double>(c) < 0 ? -1 : 1;
    for (std::int64_t i = 0; i < 40; ++i)
      CHECK(from_samples.item<double>(2 * i + c) == Approx(sign * expected.item<double>(2 * i + c)).margin(1e-3));
  }
  const Embedding best = mds(array("x").rows(0, 40));
  CHECK(best.divergence < stress);
  CHECK(best.divergence < mds(array("x").rows(0, 40), {.max_iter = 1}).divergence);
  // what has two dimensions is found again
  const Tensor plane = RandomStream(3).normal({12, 2});
  CHECK(mds(plane, {.max_iter = 2000, .eps = 0}).divergence < 1e-3);
  double least = INFINITY;  // a random start may end in a local minimum
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const MdsOptions options{.init = "random", .max_iter = 2000, .eps = 0, .random_state = seed};
    least = std::min(least, mds(plane, options).divergence);
  }
  CHECK(least < 1e-3);
}

TEST_CASE("what embeddings refuse", "[utils][embeddings]") {
  const Tensor x = array("x").rows(0, 20);
  const auto refused = [&](const TsneOptions& options) {
    return message_of<ValueError>([&] { static_cast<void>(tsne(x, options)); });
  };
  CHECK_THAT(refused({}), ContainsSubstring("below the number of samples, 20; received 30"));
  CHECK_THAT(refused({.n_components = 4, .perplexity = 5}), ContainsSubstring("2 or 3, received 4"));
  CHECK_THAT(refused({.perplexity = 5, .angle = 2}), ContainsSubstring("angle"));
  CHECK_THAT(refused({.perplexity = 5, .max_iter = 10}), ContainsSubstring("max_iter"));
  CHECK_THAT(refused({.perplexity = 5, .init = "circle"}), ContainsSubstring("\"circle\""));
  CHECK_THAT(refused({.perplexity = 5, .method = "fft"}), ContainsSubstring("\"fft\""));
  CHECK_THAT(message_of<ShapeError>([] { static_cast<void>(tsne(zeros({3}))); }), ContainsSubstring("(N, D)"));
  Tensor broken = x.astype(DType::Float32).copy();
  broken.data<float>()[70] = NAN;
  CHECK_THAT(message_of<ValueError>([&] { static_cast<void>(tsne(broken)); }), ContainsSubstring("in row 1"));
  CHECK_THAT(message_of<ValueError>([] {
               static_cast<void>(mds(Tensor{{0, 1}, {2, 0}}, {.dissimilarity = "precomputed"}));
             }),
             ContainsSubstring("symmetric"));
  CHECK_THAT(message_of<ShapeError>([&] { static_cast<void>(mds(x, {.dissimilarity = "precomputed"})); }),
             ContainsSubstring("(N, N)"));
  CHECK_THAT(message_of<ShapeError>([&] {
               static_cast<void>(mds(x, {.start = zeros({3, 2})}));
             }),
             ContainsSubstring("a start"));
  CHECK_THAT(message_of<ValueError>([&] { static_cast<void>(mds(x, {.init = "pca"})); }), ContainsSubstring("\"pca\""));
  CHECK_THAT(message_of<ValueError>([&] { static_cast<void>(classical_mds(x, 0)); }),
             ContainsSubstring("n_components"));
  CHECK_THAT(message_of<ValueError>([&] { static_cast<void>(trustworthiness(x, x, 12)); }),
             ContainsSubstring("n_neighbors"));
}

}  // namespace kerascpp::test
