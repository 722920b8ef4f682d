#include "compiler/body.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::compiler {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

std::size_t bytes_of(const TensorSpec& spec) {
  return static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
}

}  // namespace

Body::Body(const Graph& graph, std::string_view backend, const std::vector<bool>& invariant_inputs)
    : plan_(graph, backend, {}, invariant_inputs) {
  KCPP_CHECK(plan_.variables_.empty(), ValueError, "the body of a loop or branch refers to the variable \"",
             plan_.variables_.empty() ? "" : plan_.variables_[0].node->Node::name(), "\", which must be an input");
  for (const TensorSpec& spec : plan_.input_specs_) input_bytes_.push_back(bytes_of(spec));
  for (const TensorSpec& spec : plan_.output_specs_) output_bytes_.push_back(bytes_of(spec));
  list_uses();
  find_sources();
  workspace_bytes_ = aligned(plan_.arena_bytes_) + aligned(places_.size() * sizeof(void*));
}

void Body::list_uses() {
  input_uses_.resize(plan_.input_specs_.size());
  output_uses_.resize(plan_.output_specs_.size());
  const auto add = [this](const Place& place) {
    const auto at = static_cast<std::uint32_t>(places_.size());
    if (place.kind == Place::Kind::Input) input_uses_[place.index].push_back(at);
    if (place.kind == Place::Kind::Output) output_uses_[place.index].push_back(at);
    places_.push_back(place);
  };
  for (const Step& step : plan_.steps_) {
    Call call{step.kernel.get(), static_cast<std::uint32_t>(places_.size()), 0};
    for (const Place& place : step.inputs) add(place);
    call.outputs = static_cast<std::uint32_t>(places_.size());
    for (const Place& place : step.outputs) add(place);
    calls_.push_back(call);
  }
}

void Body::find_sources() {
  sources_.resize(plan_.output_specs_.size());
  for (const FinalCopy& copy : plan_.final_copies_) {
    Source& source = sources_[copy.to.index];
    source.place = copy.from;
    source.index = copy.from.index;
    source.kind = copy.from.kind == Place::Kind::Input    ? Source::Kind::Input
                  : copy.from.kind == Place::Kind::Output ? Source::Kind::Output
                                                          : Source::Kind::Memory;
  }
}

bool Body::waits() const {
  return std::any_of(plan_.steps_.begin(), plan_.steps_.end(), [](const Step& step) { return step.waits; });
}

Body::Run::Run(const Body& body, void* memory, runtime::Queue* queue)
    : body_(body),
      arena_(static_cast<char*>(memory)),
      workspace_(arena_ + body.plan_.workspace_offset_),
      queue_(queue),
      table_(arena_ + aligned(body.plan_.arena_bytes_), body.places_.size(), queue),
      pointers_(table_.pointers()) {
  for (std::size_t i = 0; i < body.places_.size(); ++i) pointers_[i] = resolve(body.places_[i]);
}

void* Body::Run::resolve(const Place& place) const {
  switch (place.kind) {
    case Place::Kind::Arena:
      return arena_ + place.offset;
    case Place::Kind::Constant:
      return const_cast<void*>(body_.plan_.constants_[place.index].raw());
    default:
      return nullptr;
  }
}

void Body::Run::run(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    const Call& call = body_.calls_[i];
    try {
      call.kernel->run(
          {const_cast<const void* const*>(pointers_ + call.inputs), pointers_ + call.outputs, workspace_, queue_});
    } catch (Error& error) {
      error.add_context(text_of("while computing op \"", body_.plan_.steps_[i].op, "\" inside of it"));
      throw;
    }
  }
}

}  // namespace kerascpp::compiler
