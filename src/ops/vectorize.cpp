#include <kerascpp/ops/vectorize.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/loops/loop.hpp"

namespace kerascpp::ops {
namespace {

/// "(m,n),(n)" -> 2, 1
std::vector<int> dimensions_of(const std::string& side, const std::string& signature) {
  std::vector<int> counts;
  std::size_t at = 0;
  const auto check = [&](bool holds) {
    KCPP_CHECK(holds, ValueError, "[vectorize] cannot read the signature \"", signature,
               "\"; one is \"(m,n),(n)->(m)\"");
  };
  while (true) {
    check(at < side.size() && side[at] == '(');
    const std::size_t end = side.find(')', at);
    check(end != std::string::npos);
    const std::string inside = side.substr(at + 1, end - at - 1);
    check(inside.find('(') == std::string::npos);
    counts.push_back(inside.empty() ? 0 : 1 + static_cast<int>(std::count(inside.begin(), inside.end(), ',')));
    at = end + 1;
    if (at == side.size()) return counts;
    check(side[at] == ',');
    ++at;
  }
}

std::vector<int> argument_dimensions(std::string signature) {
  if (signature.empty()) return {};
  std::erase(signature, ' ');
  const std::size_t arrow = signature.find("->");
  KCPP_CHECK(arrow != std::string::npos, ValueError, "[vectorize] cannot read the signature \"", signature,
             "\"; one is \"(m,n),(n)->(m)\"");
  (void)dimensions_of(signature.substr(arrow + 2), signature);
  return dimensions_of(signature.substr(0, arrow), signature);
}

Shape leading(const Symbol& x, int core) { return x.shape().slice(0, x.ndim() - core); }

/// `x` with its leading dimensions broadcast to those of `like` (L...) and made one.
Symbol as_items(const Symbol& x, int core, const Symbol& like) {
  Shape items = x.shape().slice(x.ndim() - core, x.ndim());
  Symbol target = like;  // (L..., core...)
  for (int i = 0; i < core; ++i) target = expand_dims(target, -1);
  Symbol wide = x;
  for (int i = leading(x, core).ndim(); i < like.ndim(); ++i) wide = expand_dims(wide, 0);
  if (!(leading(wide, core) == like.shape()) || !like.shape().is_known()) {
    const Symbol zero = constant(full({}, 0, DType::Float32));
    wide = broadcast_like(wide, broadcast_like(zero, wide) + broadcast_like(zero, target));
  }
  KCPP_CHECK(items.is_known(), ShapeError, "[vectorize] the dimensions of ", x,
             " that the function sees must be known");
  items.insert(0, -1);
  return reshape(wide, items);
}

}  // namespace

VectorizedFunction::VectorizedFunction(SymbolFunction<SymbolList> function, VectorizeOptions options)
    : function_(std::move(function)),
      excluded_(std::move(options.excluded)),
      core_dimensions_(argument_dimensions(options.signature)),
      signature_(std::move(options.signature)) {}

bool VectorizedFunction::is_excluded(std::size_t i) const {
  return std::find(excluded_.begin(), excluded_.end(), static_cast<int>(i)) != excluded_.end();
}

SymbolList VectorizedFunction::operator()(const SymbolList& arguments) const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (!is_excluded(i)) places.push_back(i);
  KCPP_CHECK(signature_.empty() || places.size() == core_dimensions_.size(), ValueError, "[vectorize] the signature \"",
             signature_, "\" has ", core_dimensions_.size(), " arguments, received ", places.size());
  if (places.empty()) return function_(arguments.vector());
  Symbol like;  // zeros of the leading dimensions of all together
  std::vector<int> core;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const Symbol& x = arguments[places[k]];
    core.push_back(signature_.empty() ? 0 : core_dimensions_[k]);
    KCPP_CHECK(x.ndim() >= core[k], ShapeError, "[vectorize] argument ", places[k], " is ", x, ", the signature \"",
               signature_, "\" asks for at least ", core[k], " dimensions");
    Symbol item = x;
    for (int i = 0; i < core[k]; ++i) item = get_item(item, {Ellipsis(), Index(0)});
    const Symbol zeros = broadcast_like(constant(full({}, 0, DType::Float32)), item);
    like = like.defined() ? like + zeros : zeros;
  }
  if (like.ndim() == 0) return function_(arguments.vector());
  Loop loop;
  std::vector<Symbol> items = arguments.vector();
  for (std::size_t k = 0; k < places.size(); ++k)
    items[places[k]] = loop.add_sequence(as_items(arguments[places[k]], core[k], like));
  const SymbolList values = function_(items);
  for (const Symbol& value : values) loop.stacks.push_back({value, false});
  std::vector<Symbol> results = make_loop(std::move(loop)).stacks;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (like.ndim() == 1) continue;
    Shape shape = like.shape();
    for (const std::int64_t length : values[i].shape()) shape.push_back(length);
    KCPP_CHECK(shape.is_known(), ShapeError, "[vectorize] more than one leading dimension must be known, received ",
               like.shape());
    results[i] = reshape(results[i], shape);
  }
  return values.with(std::move(results));
}

VectorizedFunction vectorize(SymbolFunction<SymbolList> pyfunc, VectorizeOptions options) {
  return {std::move(pyfunc), std::move(options)};
}

}  // namespace kerascpp::ops
