// Bounding boxes as distances from anchors.

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/utils/bounding_boxes.hpp>

#include "utils/bounding_boxes/image_shape.hpp"

namespace kerascpp::utils::bounding_boxes {
namespace {

void check(const char* function, const DeltaOptions& options) {
  KCPP_CHECK(options.variance.empty() || options.variance.size() == 4, ValueError, "[", function,
             "] variance must be four numbers, received ", options.variance.size());
  KCPP_CHECK(options.encoding_format == "center_xywh" || options.encoding_format == "center_yxhw", ValueError, "[",
             function, "] encoding_format must be \"center_xywh\" or \"center_yxhw\", received \"",
             options.encoding_format, "\"");
}

/// The first two of four numbers, or the last two.
Symbol half(const Symbol& x, bool last) { return ops::slice_axis(x, x.ndim() - 1, last ? Slice(2, 4) : Slice(0, 2)); }

Symbol variance(const DeltaOptions& options) { return constant(Tensor(options.variance).astype(DType::Float32)); }

}  // namespace

Symbol encode_box_to_deltas(const Operand& anchors, const Operand& boxes, const std::string& anchor_format,
                            const std::string& box_format, const DeltaOptions& options) {
  check("encode_box_to_deltas", options);
  const ConvertFormatOptions image = image_of(options.image_shape, "encode_box_to_deltas");
  const Symbol from = convert_format(anchors, anchor_format, options.encoding_format, image);
  const Symbol to = convert_format(boxes, box_format, options.encoding_format, image);
  const Symbol unit = ops::maximum(half(from, true), epsilon()), size = ops::maximum(half(to, true), epsilon());
  const Symbol deltas = ops::concatenate({(half(to, false) - half(from, false)) / unit, ops::log(size / unit)}, -1);
  return options.variance.empty() ? deltas : deltas / variance(options);
}

Tensor encode_box_to_deltas(const Tensor& anchors, const Tensor& boxes, const std::string& anchor_format,
                            const std::string& box_format, const DeltaOptions& options) {
  return compute_now(encode_box_to_deltas(Operand(anchors), Operand(boxes), anchor_format, box_format, options));
}

Symbol decode_deltas_to_boxes(const Operand& anchors, const Operand& deltas, const std::string& anchor_format,
                              const std::string& box_format, const DeltaOptions& options) {
  check("decode_deltas_to_boxes", options);
  const ConvertFormatOptions image = image_of(options.image_shape, "decode_deltas_to_boxes");
  const Symbol from = convert_format(anchors, anchor_format, options.encoding_format, image);
  const Symbol given = deltas.symbol(), change = options.variance.empty() ? given : given * variance(options);
  const Symbol unit = half(from, true);
  const Symbol middle = half(change, false) * unit + half(from, false), size = ops::exp(half(change, true)) * unit;
  return convert_format(ops::concatenate({middle, size}, -1), options.encoding_format, box_format, image);
}

Tensor decode_deltas_to_boxes(const Tensor& anchors, const Tensor& deltas, const std::string& anchor_format,
                              const std::string& box_format, const DeltaOptions& options) {
  return compute_now(decode_deltas_to_boxes(Operand(anchors), Operand(deltas), anchor_format, box_format, options));
}

}  // namespace kerascpp::utils::bounding_boxes
