#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/patches.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/op_fixtures.hpp"

/// Shapes, joining and cutting, called as in keras.ops.numpy.
namespace kerascpp::test {
namespace {

std::pair<std::int64_t, std::int64_t> pair_or(const std::vector<std::int64_t>& values) {
  return values.empty() ? std::pair<std::int64_t, std::int64_t>{0, 1} : std::pair{values[0], values[1]};
}

std::vector<ops::PadWidth::Pair> pad_width(const FixtureArguments& a) {
  std::vector<ops::PadWidth::Pair> pairs;
  for (const Config& pair : a.find(1, "pad_width")->as_list())
    pairs.emplace_back(pair.as_list()[0].as_int(), pair.as_list()[1].as_int());
  return pairs;
}

std::vector<std::pair<std::string, std::int64_t>> lengths_of(const FixtureArguments& a) {
  std::vector<std::pair<std::string, std::int64_t>> lengths;
  for (const auto& [name, length] : a.keywords().as_map()) lengths.emplace_back(name, length.as_int());
  return lengths;
}

ops::PatchOptions patch_options(const FixtureArguments& a, std::size_t first) {
  return {.dilation = a.sizes(first, "dilation", 1),
          .padding = a.sizes(first + 1, "padding", 0),
          .stride = a.sizes(first + 2, "stride", 1)};
}

template <class T>
FixtureOps<T> arrangement_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  const auto format = [](const Arguments& a) { return a.text(2, "data_format", "channels_last"); };
  return {
      {"reshape", [=](const Arguments& a) { return Results{ops::reshape(x_of(a), Shape(a.integers(1, "newshape")))}; }},
      {"ravel", [=](const Arguments& a) { return Results{ops::ravel(x_of(a))}; }},
      // Keras gives numbers of Python, which the fixture holds as int64
      {"shape", [=](const Arguments& a) { return Results{ops::cast(ops::shape(x_of(a)), DType::Int64)}; }},
      {"size", [=](const Arguments& a) { return Results{ops::size(x_of(a))}; }},
      {"view",
       [=](const Arguments& a) { return Results{ops::view(x_of(a), dtype_from_name(a.text(1, "dtype", "")))}; }},
      {"transpose", [=](const Arguments& a) { return Results{ops::transpose(x_of(a), a.integers(1, "axes"))}; }},
      {"swapaxes",
       [=](const Arguments& a) {
         return Results{ops::swapaxes(x_of(a), a.integer(1, "axis1", 0), a.integer(2, "axis2", 0))};
       }},
      {"moveaxis",
       [=](const Arguments& a) {
         return Results{ops::moveaxis(x_of(a), a.axes(1, "source"), a.axes(2, "destination"))};
       }},
      {"expand_dims", [=](const Arguments& a) { return Results{ops::expand_dims(x_of(a), a.axes(1, "axis"))}; }},
      {"squeeze", [=](const Arguments& a) { return Results{ops::squeeze(x_of(a), a.axes(1, "axis"))}; }},
      {"broadcast_to",
       [=](const Arguments& a) { return Results{ops::broadcast_to(x_of(a), Shape(a.integers(1, "shape")))}; }},
      {"flip", [=](const Arguments& a) { return Results{ops::flip(x_of(a), a.axes(1, "axis"))}; }},
      {"fliplr", [=](const Arguments& a) { return Results{ops::fliplr(x_of(a))}; }},
      {"flipud", [=](const Arguments& a) { return Results{ops::flipud(x_of(a))}; }},
      {"rot90",
       [=](const Arguments& a) {
         return Results{ops::rot90(x_of(a), a.integer(1, "k", 1), pair_or(a.integers(2, "axes")))};
       }},
      {"roll", [=](const Arguments& a) { return Results{ops::roll(x_of(a), a.sizes(1, "shift"), a.axes(2, "axis"))}; }},
      {"repeat",
       [=](const Arguments& a) { return Results{ops::repeat(x_of(a), a.sizes(1, "repeats"), a.axes(2, "axis"))}; }},
      {"tile", [=](const Arguments& a) { return Results{ops::tile(x_of(a), a.sizes(1, "repeats"))}; }},
      {"pad",
       [=](const Arguments& a) {
         return Results{
             ops::pad(x_of(a), pad_width(a), a.text(2, "mode", "constant"), a.number(3, "constant_values", 0))};
       }},
      {"rearrange",
       [=](const Arguments& a) { return Results{ops::rearrange(x_of(a), a.text(1, "pattern", ""), lengths_of(a))}; }},
      {"space_to_depth",
       [=](const Arguments& a) {
         return Results{ops::space_to_depth(x_of(a), a.integer(1, "block_size", 1), format(a))};
       }},
      {"depth_to_space",
       [=](const Arguments& a) {
         return Results{ops::depth_to_space(x_of(a), a.integer(1, "block_size", 1), format(a))};
       }},
      {"unfold",
       [=](const Arguments& a) {
         return Results{ops::unfold(x_of(a), a.sizes(1, "kernel_size"), patch_options(a, 2))};
       }},
      {"fold",
       [=](const Arguments& a) {
         return Results{ops::fold(x_of(a), a.sizes(1, "output_size"), a.sizes(2, "kernel_size"), patch_options(a, 3))};
       }},
  };
}

template <class T>
FixtureOps<T> joining_ops() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  using List = std::conditional_t<std::is_same_v<T, Tensor>, TensorList, SymbolList>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  const auto xs = [](const Arguments& a) { return List(a.tensors(0, "xs")); };
  return {
      {"concatenate", [=](const Arguments& a) { return Results{ops::concatenate(xs(a), a.integer(1, "axis", 0))}; }},
      {"stack", [=](const Arguments& a) { return Results{ops::stack(xs(a), a.integer(1, "axis", 0))}; }},
      {"hstack", [=](const Arguments& a) { return Results{ops::hstack(xs(a))}; }},
      {"vstack", [=](const Arguments& a) { return Results{ops::vstack(xs(a))}; }},
      {"dstack", [=](const Arguments& a) { return Results{ops::dstack(xs(a))}; }},
      {"column_stack", [=](const Arguments& a) { return Results{ops::column_stack(xs(a))}; }},
      {"append",
       [=](const Arguments& a) { return Results{ops::append(x_of(a), a.tensor(1, "x2"), a.axes(2, "axis"))}; }},
      {"split", [=](const Arguments& a) { return ops::split(x_of(a), a.sizes(1, "n"), a.integer(2, "axis", 0)); }},
      {"array_split",
       [=](const Arguments& a) { return ops::array_split(x_of(a), a.sizes(1, "n"), a.integer(2, "axis", 0)); }},
      {"hsplit", [=](const Arguments& a) { return ops::hsplit(x_of(a), a.sizes(1, "n")); }},
      {"vsplit", [=](const Arguments& a) { return ops::vsplit(x_of(a), a.sizes(1, "n")); }},
      {"dsplit", [=](const Arguments& a) { return ops::dsplit(x_of(a), a.sizes(1, "n")); }},
      {"unstack",
       [=](const Arguments& a) { return ops::unstack(x_of(a), a.sizes(1, "num"), a.integer(2, "axis", 0)); }},
  };
}

template <class T>
FixtureOps<T> table_of() {
  FixtureOps<T> table = arrangement_ops<T>();
  table.merge(joining_ops<T>());
  return table;
}

}  // namespace

FixtureTable arrangement_table() {
  FixtureTable table{table_of<Tensor>(), table_of<Symbol>()};
  table.immediate["ndim"] = [](const ArgumentsOf<Tensor>& a) {
    return std::vector<Tensor>{Tensor(ops::ndim(a.tensor(0, "x"))).astype(DType::Int64)};
  };
  return table;
}

}  // namespace kerascpp::test
