// Bounding boxes against keras.utils.bounding_boxes (tests/data/boxes).

#include <fstream>
#include <iterator>
#include <set>

#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/utils/bounding_boxes.hpp>

#include "support/catch.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace utils::bounding_boxes;

const std::string kFolder = KERASCPP_TEST_DATA "/boxes/";

/// One row of tests/data/boxes/index.json.
class Call {
 public:
  Call(const Config& row, const Dict& arrays) : row_(row) {
    for (const auto* key : {"inputs", "outputs"})
      for (const Config& name : row.at(key).as_list())
        (key[0] == 'i' ? inputs : outputs).push_back(*arrays.find(name.as_string())->tensor());
  }

  [[nodiscard]] std::string function() const { return row_.at("function").as_string(); }
  [[nodiscard]] std::string text(const char* key, const std::string& otherwise = {}) const {
    const Config* value = row_.at("arguments").find(key);
    return value == nullptr ? otherwise : value->as_string();
  }
  [[nodiscard]] std::optional<std::int64_t> integer(const char* key) const {
    const Config* value = row_.at("arguments").find(key);
    return value == nullptr ? std::optional<std::int64_t>() : value->as_int();
  }
  [[nodiscard]] double number(const char* key, double otherwise) const {
    const Config* value = row_.at("arguments").find(key);
    return value == nullptr ? otherwise : value->as_double();
  }
  template <class T>
  [[nodiscard]] std::vector<T> numbers(const char* key) const {
    std::vector<T> found;
    if (const Config* value = row_.at("arguments").find(key))
      for (const Config& item : value->as_list()) found.push_back(static_cast<T>(item.as_double()));
    return found;
  }

  std::vector<Tensor> inputs, outputs;

 private:
  Config row_;
};

std::vector<Call> calls() {
  std::ifstream file(kFolder + "index.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Dict arrays = load_npz(kFolder + "boxes.npz");
  std::vector<Call> found;
  const Config index = parse_json(text, "index.json");
  for (const Config& row : index.at("calls").as_list()) found.emplace_back(row, arrays);
  return found;
}

DeltaOptions delta_options(const Call& call) {
  return {.encoding_format = call.text("encoding_format", call.text("encoded_format")),
          .variance = call.numbers<double>("variance"),
          .image_shape = call.numbers<std::int64_t>("image_shape")};
}

std::vector<Tensor> results_of(const Call& call) {
  const std::string function = call.function();
  const std::vector<Tensor>& x = call.inputs;
  if (function == "convert_format")
    return {convert_format(x[0], call.text("source"), call.text("target"),
                           {.height = call.integer("height"), .width = call.integer("width")})};
  if (function == "clip_to_image_size") {
    const LabeledBoxes<Tensor> clipped =
        clip_to_image_size(LabeledBoxes<Tensor>{x[0], x[1]}, {.height = call.integer("height"),
                                                              .width = call.integer("width"),
                                                              .bounding_box_format = call.text("bounding_box_format")});
    return {clipped.boxes, clipped.labels};
  }
  if (function == "crop")
    return {crop(x[0], *call.integer("top"), *call.integer("left"), *call.integer("height"), *call.integer("width"))};
  if (function == "pad") return {pad(x[0], *call.integer("top"), *call.integer("left"))};
  if (function == "affine_transform")
    return {affine_transform(x[0], AffineMap<Tensor>{x[1], x[2], x[3], x[4], x[5], x[6]}, *call.integer("height"),
                             *call.integer("width"),
                             {.center_x = call.number("center_x", 0.5), .center_y = call.number("center_y", 0.5)})};
  if (function == "encode_box_to_deltas")
    return {encode_box_to_deltas(x[0], x[1], call.text("anchor_format"), call.text("box_format"), delta_options(call))};
  if (function == "decode_deltas_to_boxes")
    return {
        decode_deltas_to_boxes(x[0], x[1], call.text("anchor_format"), call.text("box_format"), delta_options(call))};
  if (function == "compute_iou")
    return {compute_iou(x[0], x[1], call.text("bounding_box_format"),
                        {.use_masking = call.number("mask_val", 0) != 0,
                         .mask_val = call.number("mask_val", -1),
                         .image_shape = call.numbers<std::int64_t>("image_shape")})};
  REQUIRE(function == "compute_ciou");
  return {compute_ciou(x[0], x[1], call.text("bounding_box_format"))};
}

}  // namespace

TEST_CASE("bounding boxes are converted, moved and compared as in Keras", "[utils][boxes][keras]") {
  std::set<std::string> functions;
  for (const Call& call : calls()) {
    INFO(call.function() << " " << call.text("source") << " " << call.text("target"));
    functions.insert(call.function());
    const std::vector<Tensor> received = results_of(call);
    REQUIRE(received.size() == call.outputs.size());
    for (std::size_t i = 0; i < received.size(); ++i) {
      CHECK(received[i].dtype() == call.outputs[i].dtype());
      CHECK(received[i].shape() == call.outputs[i].shape());
      CHECK(allclose(received[i].astype(DType::Float64), call.outputs[i].astype(DType::Float64), 2e-5, 2e-5));
    }
  }
  CHECK(functions.size() == 9);
}

TEST_CASE("bounding boxes say what is wrong", "[utils][boxes][errors]") {
  const Tensor boxes = zeros({2, 4});
  CHECK_THROWS_WITH(convert_format(boxes, "xyxy", "corners"), ContainsSubstring("received \"corners\""));
  CHECK_THROWS_WITH(convert_format(boxes, "rel_center_yxhw", "xyxy"), ContainsSubstring("a format must be one of"));
  CHECK_THROWS_WITH(convert_format(boxes, "xyxy", "rel_xyxy"), ContainsSubstring("needs the height and width"));
  CHECK_THROWS_WITH(convert_format(zeros({2, 3}), "xyxy", "xywh"), ContainsSubstring("a last axis of 4"));
  CHECK_THROWS_WITH(clip_to_image_size(LabeledBoxes<Tensor>{boxes, {}}),
                    ContainsSubstring("needs the height and width"));
  CHECK_THROWS_WITH(clip_to_image_size(LabeledBoxes<Tensor>{boxes, {}}, {.bounding_box_format = "xywh"}),
                    ContainsSubstring("must be \"xyxy\" or \"rel_xyxy\""));
  CHECK_THROWS_WITH(encode_box_to_deltas(boxes, boxes, "xyxy", "xyxy", {.variance = {1, 2}}),
                    ContainsSubstring("variance must be four numbers, received 2"));
  CHECK_THROWS_WITH(decode_deltas_to_boxes(boxes, boxes, "xyxy", "xyxy", {.encoding_format = "xyxy"}),
                    ContainsSubstring("encoding_format must be \"center_xywh\" or"));
  CHECK_THROWS_WITH(encode_box_to_deltas(boxes, boxes, "xyxy", "xyxy", {.image_shape = {3, 4}}),
                    ContainsSubstring("image_shape must be (height, width, channels)"));
  CHECK_THROWS_WITH(compute_iou(zeros({4}), boxes, "xyxy"), ContainsSubstring("expected boxes (N, 4) or (B, N, 4)"));
  CHECK_THROWS_WITH(compute_ciou(boxes, boxes, "rel_xyxy"), ContainsSubstring("a format that is not relative"));
}

}  // namespace kerascpp::test
