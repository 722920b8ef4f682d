#include <kerascpp/graph/op.hpp>

#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/symbol.hpp>

#include "graph/builtin.hpp"

namespace kerascpp {

std::string to_string(const TensorSpec& spec) { return text_of(spec.dtype, " ", spec.shape); }

struct OpRegistry::Impl {
  mutable std::shared_mutex mutex;
  std::deque<OpDef> ops;  // references stay valid
  std::map<std::string, const OpDef*, std::less<>> by_name;
};

OpRegistry::OpRegistry() : impl_(new Impl) {}
OpRegistry::~OpRegistry() { delete impl_; }

OpRegistry& OpRegistry::global() {
  // never destroyed: nodes held by static variables of users refer to it
  static OpRegistry* const registry = [] {
    auto* filled = new OpRegistry;
    register_builtin_ops(*filled);
    return filled;
  }();
  return *registry;
}

const OpDef& OpRegistry::add(OpDef op) {
  KCPP_CHECK(op.infer != nullptr, ValueError, "[", op.name, "] an operation needs a function that infers its outputs");
  const std::unique_lock lock(impl_->mutex);
  KCPP_CHECK(impl_->by_name.find(op.name) == impl_->by_name.end(), ValueError, "an operation named \"", op.name,
             "\" is registered already; choose another name");
  const OpDef& kept = impl_->ops.emplace_back(std::move(op));
  impl_->by_name.emplace(kept.name, &kept);
  return kept;
}

const OpDef* OpRegistry::find(std::string_view name) const {
  const std::shared_lock lock(impl_->mutex);
  const auto found = impl_->by_name.find(name);
  return found == impl_->by_name.end() ? nullptr : found->second;
}

const OpDef& OpRegistry::get(std::string_view name) const {
  const OpDef* op = find(name);
  KCPP_CHECK(op != nullptr, LookupError, "there is no operation named \"", name, "\"");
  return *op;
}

std::vector<const OpDef*> OpRegistry::all() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<const OpDef*> ops;
  for (const OpDef& op : impl_->ops) ops.push_back(&op);
  return ops;
}

}  // namespace kerascpp
