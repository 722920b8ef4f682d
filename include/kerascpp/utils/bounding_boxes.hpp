#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Boxes in images, (N, 4) or (B, N, 4). The functions on symbols compute in graphs, with gradients; those on tensors
/// at once. Formats, upper or lower case:
///   "xyxy"  left, top, right, bottom      "xywh"         left, top, width, height
///   "yxyx"  top, left, bottom, right      "center_xywh"  x and y of the middle, width, height
///                                         "center_yxhw"  y and x of the middle, height, width
/// and "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh": the same as shares of the image's width and height.
/// Source: keras.utils.bounding_boxes.
namespace kerascpp::utils::bounding_boxes {

/// Boxes and, where there are some, their labels, (N,) or (B, N); -1 stands for no box.
template <class T>
struct LabeledBoxes {
  T boxes = {};
  T labels = {};
};

struct ConvertFormatOptions {
  std::optional<std::int64_t> height = {};  ///< of the image; needed for relative formats
  std::optional<std::int64_t> width = {};
  std::string dtype = "float32";
};
/// Boxes in another format. Throws ValueError for formats that are not known or lack the size of the image, ShapeError
/// unless the last axis is 4.
[[nodiscard]] KCPP_API Symbol convert_format(const Operand& boxes, const std::string& source, const std::string& target,
                                             const ConvertFormatOptions& options = {});
[[nodiscard]] KCPP_API Tensor convert_format(const Tensor& boxes, const std::string& source, const std::string& target,
                                             const ConvertFormatOptions& options = {});

struct ClipOptions {
  std::optional<std::int64_t> height = {};
  std::optional<std::int64_t> width = {};
  std::string bounding_box_format = "xyxy";  ///< or "rel_xyxy"
};
/// The parts of boxes within the image; the labels of boxes without any become -1.
/// Throws ValueError for another format, and for "xyxy" without the size of the image.
[[nodiscard]] KCPP_API LabeledBoxes<Symbol> clip_to_image_size(const LabeledBoxes<Symbol>& bounding_boxes,
                                                               const ClipOptions& options = {});
[[nodiscard]] KCPP_API LabeledBoxes<Tensor> clip_to_image_size(const LabeledBoxes<Tensor>& bounding_boxes,
                                                               const ClipOptions& options = {});

/// A turn, shift, zoom and shear for each image of a batch: (B,), or numbers for all.
template <class T>
struct AffineMap {
  T angle;  ///< degrees
  T translate_x;
  T translate_y;  ///< shares of the width and height less 1
  T scale;
  T shear_x;
  T shear_y;  ///< degrees
};
struct AffineTransformOptions {
  double center_x = 0.5;  ///< what stays, as shares of the width and height
  double center_y = 0.5;
};
/// The boxes around turned, moved, zoomed and sheared ones, in "xyxy".
///
/// boxes (B, N, 4) -> (B, N, 4); height and width are those of the image
[[nodiscard]] KCPP_API Symbol affine_transform(const Operand& boxes, const AffineMap<Operand>& map, std::int64_t height,
                                               std::int64_t width, const AffineTransformOptions& options = {});
[[nodiscard]] KCPP_API Tensor affine_transform(const Tensor& boxes, const AffineMap<Tensor>& map, std::int64_t height,
                                               std::int64_t width, const AffineTransformOptions& options = {});

/// The parts of boxes ("xyxy") within a region of an image, in its coordinates.
[[nodiscard]] KCPP_API Symbol crop(const Operand& boxes, std::int64_t top, std::int64_t left, std::int64_t height,
                                   std::int64_t width);
[[nodiscard]] KCPP_API Tensor crop(const Tensor& boxes, std::int64_t top, std::int64_t left, std::int64_t height,
                                   std::int64_t width);
/// Boxes ("xyxy") in an image with rows and columns added in front.
[[nodiscard]] KCPP_API Symbol pad(const Operand& boxes, std::int64_t top, std::int64_t left);
[[nodiscard]] KCPP_API Tensor pad(const Tensor& boxes, std::int64_t top, std::int64_t left);

struct DeltaOptions {
  std::string encoding_format = "center_yxhw";  ///< or "center_xywh": the order of the deltas
  std::vector<double> variance = {};            ///< four numbers that deltas are divided by
  std::vector<std::int64_t> image_shape = {};   ///< (height, width, channels); needed for relative formats
};
/// How far boxes are from anchors: (middle - middle of anchor) / size of anchor, log(size / size of anchor).
///
/// anchors (N, 4), boxes (N, 4) or (B, N, 4)
/// Throws ValueError for another encoding format and unless variance has four numbers.
[[nodiscard]] KCPP_API Symbol encode_box_to_deltas(const Operand& anchors, const Operand& boxes,
                                                   const std::string& anchor_format, const std::string& box_format,
                                                   const DeltaOptions& options = {});
[[nodiscard]] KCPP_API Tensor encode_box_to_deltas(const Tensor& anchors, const Tensor& boxes,
                                                   const std::string& anchor_format, const std::string& box_format,
                                                   const DeltaOptions& options = {});
/// The other way round.
[[nodiscard]] KCPP_API Symbol decode_deltas_to_boxes(const Operand& anchors, const Operand& deltas,
                                                     const std::string& anchor_format, const std::string& box_format,
                                                     const DeltaOptions& options = {});
[[nodiscard]] KCPP_API Tensor decode_deltas_to_boxes(const Tensor& anchors, const Tensor& deltas,
                                                     const std::string& anchor_format, const std::string& box_format,
                                                     const DeltaOptions& options = {});

struct IouOptions {
  bool use_masking = false;  ///< `mask_val` for boxes whose numbers are all below 0
  double mask_val = -1;
  std::vector<std::int64_t> image_shape = {};  ///< (height, width, channels); needed for relative formats
};
/// The areas that boxes have in common, as shares of the areas that they cover together.
///
/// boxes1 (N, 4) or (B, N, 4), boxes2 (M, 4) or (B, M, 4) -> (N, M) or (B, N, M)
[[nodiscard]] KCPP_API Symbol compute_iou(const Operand& boxes1, const Operand& boxes2,
                                          const std::string& bounding_box_format, const IouOptions& options = {});
[[nodiscard]] KCPP_API Tensor compute_iou(const Tensor& boxes1, const Tensor& boxes2,
                                          const std::string& bounding_box_format, const IouOptions& options = {});

/// The same of box and box, less the distance of their middles and the difference of their shapes.
///
/// boxes1, boxes2 (..., 4) -> (...). Throws ValueError for relative formats.
/// Source: keras.utils.bounding_boxes.compute_ciou; Zheng et al., arXiv 1911.08287.
[[nodiscard]] KCPP_API Symbol compute_ciou(const Operand& boxes1, const Operand& boxes2,
                                           const std::string& bounding_box_format);
[[nodiscard]] KCPP_API Tensor compute_ciou(const Tensor& boxes1, const Tensor& boxes2,
                                           const std::string& bounding_box_format);

}  // namespace kerascpp::utils::bounding_boxes
