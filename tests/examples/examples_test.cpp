// The example programs in their small settings: each must beat its trivial baseline by a stated margin, and write its
// pictures. A program of its own, as it takes minutes.

#include <kerascpp/kerascpp.hpp>

#include <cstdlib>
#include <filesystem>
#include <tuple>

#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

/// What an example wrote in a folder of its own.
class Run {
 public:
  explicit Run(const std::string& program, const std::string& arguments = "quick") {
    std::tie(status_, output_) = run_command("cd \"" + folder_.path() + "\" && \"" KERASCPP_EXAMPLES "/" + program +
                                             "\" " + arguments + " 2>&1");
    UNSCOPED_INFO(output_.substr(output_.size() - std::min<std::size_t>(output_.size(), 2000)));
  }

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& output() const { return output_; }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  /// The number behind `name` in the last line.
  [[nodiscard]] double number(const std::string& name) const {
    const std::size_t line = output_.rfind('\n', output_.size() - 2), at = output_.find(name + " ", line);
    if (at == std::string::npos) throw LookupError("the last line of the example holds no \"" + name + "\"");
    return std::strtod(output_.c_str() + at + name.size(), nullptr);
  }

  /// How often `part` is in a file.
  [[nodiscard]] std::size_t count(const std::string& file, const std::string& part) const {
    const std::string text = bytes_of_file(folder_.file(file));
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
    return found;
  }

  [[nodiscard]] Shape picture(const std::string& file) const { return utils::load_img(folder_.file(file)).shape(); }

 private:
  TemporaryFolder folder_;
  int status_ = -1;
  std::string output_;
};

}  // namespace

TEST_CASE("example: the program of the README", "[examples]") {
  const Run run("ten_lines");
  REQUIRE(run.status() == 0);
  const Model model = load_model(run.folder().file("digits.keras"));
  const auto test = datasets::digits().test;
  CHECK(model.evaluate(test.x, test.y, {.verbose = 0}).at("accuracy") > 0.1 + 0.8);
}

TEST_CASE("example: pictures of a folder are classified", "[examples]") {
  const Run run("image_folder");
  REQUIRE(run.status() == 0);
  CHECK(run.number("accuracy") > run.number("guessing") + 0.4);
  CHECK(run.count("image_folder_history.svg", "<g class=\"chart\">") == 2);
  CHECK(run.count("image_folder_confusion.svg", "<g class=\"cell\">") == 36);
  for (const char* file : {"image_folder_filters.png", "image_folder_activations.png", "image_folder_grad_cam.png"})
    CHECK(run.picture(file)[2] == 3);
}

TEST_CASE("example: a series is forecast", "[examples]") {
  const Run run("time_series");
  REQUIRE(run.status() == 0);
  CHECK(run.number("error") < 0.75 * std::min(run.number("now"), run.number("yesterday")));
  CHECK(run.count("time_series_history.svg", "<g class=\"curve\">") == 4);
}

TEST_CASE("example: a text is continued", "[examples]") {
  const Run run("character_text");
  REQUIRE(run.status() == 0);
  CHECK(run.number("letter") < 0.35 * run.number("frequencies"));
  CHECK_THAT(run.output(), ContainsSubstring("temperature 1.0: "));
  const std::string cold = run.output().substr(run.output().find("temperature 0.2: "), 170);
  CHECK(cold.find(". ") != std::string::npos);  // it has learned where sentences end
}

TEST_CASE("example: noise is taken out of pictures", "[examples]") {
  const Run run("autoencoder");
  REQUIRE(run.status() == 0);
  CHECK(run.number("error") < 0.6 * run.number("mean picture"));
  CHECK(run.number("error") < 0.6 * run.number("noisy pictures"));
  CHECK(run.picture("autoencoder.png")[1] > 10 * 2 * 28);
}

TEST_CASE("example: digits are drawn from two numbers", "[examples]") {
  const Run run("variational_autoencoder");
  REQUIRE(run.status() == 0);
  CHECK(run.number("entropy") < 0.93 * run.number("mean picture"));
  CHECK(run.count("variational_autoencoder_points.svg", "<circle") == 500);
  CHECK(run.picture("variational_autoencoder_map.png")[0] > 12 * 2 * 28);
}

TEST_CASE("example: pairs of pictures are told apart", "[examples]") {
  const Run run("siamese");
  REQUIRE(run.status() == 0);
  CHECK(run.number("accuracy") > run.number("pixels") + 0.1);
}

TEST_CASE("example: one network learns to make what another takes for real", "[examples]") {
  const Run run("gan");
  REQUIRE(run.status() == 0);
  CHECK(run.number("radius") < 0.25 * run.number("training"));
  CHECK(run.number("sectors") >= 12);
  CHECK(run.count("gan.svg", "<circle") == 2000);
}

TEST_CASE("example: a trained network is used for other classes", "[examples]") {
  const Run run("transfer_learning");
  REQUIRE(run.status() == 0);
  CHECK(run.number("frozen base") > run.number("guessing") + 0.25);
  CHECK(run.number("fine-tuned") > run.number("guessing") + 0.25);
}

TEST_CASE("example: a trained network is used for other classes of CIFAR-10", "[examples]") {
  const std::string archive = shared_data_file("cifar10/cifar10_jpeg.tar");
  if (archive.empty()) return;
  const TemporaryFolder folder;
  utils::extract_archive(archive, folder.file("pictures"));
  const Run run("transfer_learning", "quick \"" + folder.file("pictures/cifar10/train") + "\"");
  REQUIRE(run.status() == 0);
  CHECK(run.number("guessing") == Approx(0.2));
  CHECK(run.number("fine-tuned") > 0.2 + 0.1);
}

TEST_CASE("example: sound is continued", "[examples]") {
  const Run run("causal_convolutions");
  REQUIRE(run.status() == 0);
  CHECK(run.number("levels") > run.number("before") + 0.15);
  const utils::Audio sound = utils::load_wav(run.folder().file("causal_convolutions.wav"));
  CHECK(sound.sample_rate == 4000);
  CHECK(sound.samples.shape() == Shape{512 + 400, 1});
}

TEST_CASE("example: a picture is changed until more is seen in it", "[examples]") {
  const Run run("deep_dream");
  REQUIRE(run.status() == 0);
  CHECK(run.number("strength") > 3 * run.number("before"));
  CHECK(run.number("strength") > 2 * run.number("that size"));
  CHECK(run.picture("deep_dream.png") == Shape{96, 96, 3});
}

TEST_CASE("example: dates are translated", "[examples]") {
  const Run run("sequence_to_sequence");
  REQUIRE(run.status() == 0);
  CHECK(run.number("dates") > run.number("one") + 0.5);
}

TEST_CASE("example: the order of words tells praise from blame", "[examples]") {
  const Run run("transformer_text");
  REQUIRE(run.status() == 0);
  CHECK(run.number("accuracy") > run.number("alone") + 0.2);
}

TEST_CASE("example: film reviews are told apart, word after word and by groups of words", "[examples]") {
  const std::string data = shared_data_file("imdb/imdb.npz");
  if (data.empty()) return;
  const std::string folder = data.substr(0, data.rfind('/'));
  for (const char* network : {"lstm", "convolution"}) {
    const Run run("film_reviews", std::string(network) + " \"" + folder + "\" quick");
    REQUIRE(run.status() == 0);
    CHECK(run.number("accuracy") > run.number("guessing") + 0.18);
  }
  CHECK(Run("film_reviews", "gru").status() == 2);
}

TEST_CASE("example: topics of newswires are found", "[examples]") {
  const std::string data = shared_data_file("reuters/reuters.npz");
  if (data.empty()) return;
  const Run run("newswire_topics", "\"" + data.substr(0, data.rfind('/')) + "\" quick");
  REQUIRE(run.status() == 0);
  CHECK(run.number("accuracy") > 0.8);
  CHECK(run.number("accuracy") > run.number("guessing") + 0.3);
}

TEST_CASE("example: a residual network learns CIFAR-10", "[examples]") {
  const std::string archive = shared_data_file("cifar10/cifar10_jpeg.tar");
  if (archive.empty()) return;
  const TemporaryFolder folder;
  utils::extract_archive(archive, folder.file("pictures"));
  const Run run("cifar10_residual", "\"" + folder.file("pictures/cifar10") + "\" quick");
  REQUIRE(run.status() == 0);
  CHECK(run.number("accuracy") > run.number("guessing") + 0.15);
}

TEST_CASE("example: features are mapped", "[examples]") {
  const Run run("feature_map");
  REQUIRE(run.status() == 0);
  CHECK(run.number("class") > run.number("guessing") + 0.7);
  CHECK(run.number("class") > run.number("pixels"));
  CHECK(run.count("feature_map.svg", "<circle") == 400);
  CHECK(run.count("feature_map.svg", "<g class=\"class\">") == 10);
  CHECK(run.count("feature_map_classes.svg", "<circle") == 10);
  CHECK(run.picture("feature_map.png")[2] == 3);
}

TEST_CASE("example: a photo is classified with weights from a file", "[examples]") {
  const TemporaryFolder folder;
  set_random_seed(1);
  const Model model = applications::MobileNetV2({.weights = "none"});
  model.save_weights(folder.file("random.weights.h5"));
  utils::save_img(folder.file("photo.jpg"), random_uniform({60, 80, 3}, 0, 255), {.scale = false});
  const Run run("predict_image", "\"" + folder.file("photo.jpg") + "\" \"" + folder.file("random.weights.h5") + "\"");
  CHECK(run.status() == 0);
  std::size_t lines = 0;
  for (const char c : run.output()) lines += c == '\n' ? 1 : 0;
  CHECK(lines >= 5);
  CHECK_THAT(run.output(), ContainsSubstring(" %  "));
  const Run missing("predict_image",
                    "\"" + folder.file("none.jpg") + "\" \"" + folder.file("random.weights.h5") + "\"");
  CHECK(missing.status() == 1);
  CHECK_THAT(missing.output(), ContainsSubstring("predict_image: error: ") && ContainsSubstring("none.jpg"));
  CHECK(Run("predict_image", "").status() == 2);
}

}  // namespace kerascpp::test
