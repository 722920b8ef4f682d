#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

using A = OperationArguments;
using S = std::vector<Symbol>;

namespace {

/// One number, one pair for all axes, or a pair for each.
ops::PadWidth pad_width(A& a) {
  const Config& given = a.required("pad_width");
  if (given.is_int()) return given.as_int();
  std::vector<ops::PadWidth::Pair> pairs;
  for (const Config& item : given.as_list()) {
    if (item.is_int()) {  // (before, after)
      const std::vector<std::int64_t> both = a.integers("pad_width");
      KCPP_CHECK(both.size() == 2, FormatError, "[Pad] expected pairs as pad_width, received ", given);
      return std::vector<ops::PadWidth::Pair>{{both[0], both[1]}};
    }
    KCPP_CHECK(item.size() == 2, FormatError, "[Pad] expected pairs as pad_width, received ", given);
    pairs.emplace_back(item.as_list()[0].as_int(), item.as_list()[1].as_int());
  }
  return pairs;
}

}  // namespace

const std::vector<KerasOperation>& shape_operations() {
  static const std::vector<KerasOperation> table = {
      {"Reshape", {"x"}, [](A& a) { return S{ops::reshape(a.operand("x"), a.shape("newshape"))}; }},
      {"Ravel", {"x"}, [](A& a) { return S{ops::ravel(a.operand("x"))}; }},
      {"ExpandDims", {"x"}, [](A& a) { return S{ops::expand_dims(a.operand("x"), a.axes("axis"))}; }},
      {"Squeeze", {"x"}, [](A& a) { return S{ops::squeeze(a.operand("x"), a.axes("axis"))}; }},
      {"Transpose", {"x"}, [](A& a) { return S{ops::transpose(a.operand("x"), a.integers("axes"))}; }},
      {"Moveaxis",
       {"x"},
       [](A& a) { return S{ops::moveaxis(a.operand("x"), a.axes("source"), a.axes("destination"))}; }},
      {"Swapaxes",
       {"x"},
       [](A& a) { return S{ops::swapaxes(a.operand("x"), a.integer("axis1"), a.integer("axis2"))}; }},
      {"Rot90",
       {"array"},
       [](A& a) {
         std::vector<std::int64_t> axes = a.integers("axes");
         axes.resize(2, 1);
         return S{ops::rot90(a.operand("array"), a.integer("k", 1), {axes[0], axes[1]})};
       }},
      {"Flip", {"x"}, [](A& a) { return S{ops::flip(a.operand("x"), a.axes("axis"))}; }},
      {"Fliplr", {"x"}, [](A& a) { return S{ops::fliplr(a.operand("x"))}; }},
      {"Flipud", {"x"}, [](A& a) { return S{ops::flipud(a.operand("x"))}; }},
      {"Roll", {"x"}, [](A& a) { return S{ops::roll(a.operand("x"), a.sizes("shift"), a.axes("axis"))}; }},
      {"BroadcastTo", {"x"}, [](A& a) { return S{ops::broadcast_to(a.operand("x"), a.shape("shape"))}; }},
      {"Tile", {"x"}, [](A& a) { return S{ops::tile(a.operand("x"), a.sizes("repeats"))}; }},
      {"Repeat", {"x"}, [](A& a) { return S{ops::repeat(a.operand("x"), a.sizes("repeats"), a.axes("axis"))}; }},
      {"Pad",
       {"x", "constant_values"},
       [](A& a) {
         return S{ops::pad(a.operand("x"), pad_width(a), a.text("mode", "constant"), a.number("constant_values", 0))};
       }},
      {"Concatenate", {"xs"}, [](A& a) { return S{ops::concatenate(a.tensors("xs"), a.integer("axis", 0))}; }},
      {"Append", {"x1", "x2"}, [](A& a) { return S{ops::append(a.operand("x1"), a.operand("x2"), a.axes("axis"))}; }},
      {"Stack", {"x"}, [](A& a) { return S{ops::stack(a.tensors("x"), a.integer("axis", 0))}; }},
      {"Vstack", {"xs"}, [](A& a) { return S{ops::vstack(a.tensors("xs"))}; }},
      {"Hstack", {"xs"}, [](A& a) { return S{ops::hstack(a.tensors("xs"))}; }},
      {"Dstack", {"xs"}, [](A& a) { return S{ops::dstack(a.tensors("xs"))}; }},
      {"Split",
       {"x"},
       [](A& a) { return ops::split(a.operand("x"), a.sizes("indices_or_sections"), a.integer("axis", 0)); }},
      {"ArraySplit",
       {"x"},
       [](A& a) { return ops::array_split(a.operand("x"), a.sizes("indices_or_sections"), a.integer("axis", 0)); }},
      {"Hsplit", {"x"}, [](A& a) { return ops::hsplit(a.operand("x"), a.sizes("indices_or_sections")); }},
      {"Vsplit", {"x"}, [](A& a) { return ops::vsplit(a.operand("x"), a.sizes("indices_or_sections")); }},
      {"Dsplit", {"x"}, [](A& a) { return ops::dsplit(a.operand("x"), a.sizes("indices_or_sections")); }},
      {"Unstack",
       {"x"},
       [](A& a) { return ops::unstack(a.operand("x"), a.sizes("num"), a.integer("axis", 0)); },
       "core"},
      {"ZerosLike", {"x"}, [](A& a) { return S{ops::zeros_like(a.operand("x"), a.dtype())}; }},
      {"OnesLike", {"x"}, [](A& a) { return S{ops::ones_like(a.operand("x"), a.dtype())}; }},
      {"EmptyLike", {"x"}, [](A& a) { return S{ops::empty_like(a.operand("x"), a.dtype())}; }},
      {"FullLike",
       {"x", "fill_value"},
       [](A& a) { return S{ops::full_like(a.operand("x"), a.operand("fill_value"), a.dtype())}; }},
      {"Full", {"fill_value"}, [](A& a) { return S{ops::full(a.shape("shape"), a.operand("fill_value"), a.dtype())}; }},
      {"Linspace",
       {"start", "stop"},
       [](A& a) {
         KCPP_CHECK(!a.flag("retstep"), FormatError, "[Linspace] retstep gives a number, which no layer takes");
         return S{ops::linspace(a.operand("start"), a.operand("stop"),
                                {.num = a.integer("num", 50),
                                 .endpoint = a.flag("endpoint", true),
                                 .dtype = a.dtype(),
                                 .axis = a.integer("axis", 0)})};
       }},
      {"Logspace",
       {"start", "stop"},
       [](A& a) {
         return S{ops::logspace(a.operand("start"), a.operand("stop"),
                                {.num = a.integer("num", 50),
                                 .endpoint = a.flag("endpoint", true),
                                 .base = a.number("base", 10),
                                 .dtype = a.dtype(),
                                 .axis = a.integer("axis", 0)})};
       }},
      {"Geomspace",
       {"start", "stop"},
       [](A& a) {
         return S{ops::geomspace(a.operand("start"), a.operand("stop"),
                                 {.num = a.integer("num", 50),
                                  .endpoint = a.flag("endpoint", true),
                                  .dtype = a.dtype(),
                                  .axis = a.integer("axis", 0)})};
       }},
      {"View",
       {"x"},
       [](A& a) {
         const Operand x = a.operand("x");
         const std::optional<DType> dtype = a.dtype();
         return S{dtype ? ops::view(x, *dtype) : x.symbol()};
       }},
      {"Rearrange",
       {"tensor", "pattern"},
       [](A& a) {
         const Operand tensor = a.operand("tensor");
         const std::string pattern = a.text("pattern");
         return S{ops::rearrange(tensor, pattern, a.further_integers())};
       },
       "einops"},
      {"Meshgrid", {"..."}, [](A& a) { return ops::meshgrid(a.positional_tensors(), a.text("indexing", "xy")); }},
      {"Tril", {"x"}, [](A& a) { return S{ops::tril(a.operand("x"), a.integer("k", 0))}; }},
      {"Triu", {"x"}, [](A& a) { return S{ops::triu(a.operand("x"), a.integer("k", 0))}; }},
      {"Size", {"x"}, [](A& a) { return S{ops::size(a.operand("x"))}; }},
      {"Vander",
       {"x"},
       [](A& a) {
         const Config* columns = a.find("N");
         return S{ops::vander(a.operand("x"), columns == nullptr ? std::nullopt : std::optional(columns->as_int()),
                              a.flag("increasing"))};
       }},
  };
  return table;
}

}  // namespace kerascpp
