#include <kerascpp/graph/variable.hpp>

#include <cstring>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "backend/peers.hpp"
#include "backend/reorder.hpp"
#include "core/default_device.hpp"
#include "graph/variable_node.hpp"

namespace kerascpp {
namespace {

const OpDef& variable_op() {
  static const OpDef& op = OpRegistry::global().get("variable");
  return op;
}

std::size_t bytes_in(const runtime::Layout& layout, const TensorSpec& spec) {
  return static_cast<std::size_t>(layout.physical_size(spec.shape)) * itemsize(spec.dtype);
}

}  // namespace

DeferredWork::~DeferredWork() = default;

VariableNode::VariableNode(const Tensor& value, std::string name) : VariableNode(value.copy(), std::move(name)) {}

VariableNode::VariableNode(Tensor&& value, std::string name, Attributes attributes)
    : Node(variable_op(), {}, std::move(attributes), {{value.dtype(), value.shape()}}) {
  set_name(std::move(name));
  const bool alone =
      value.storage().use_count() == 1 && value.storage()->bytes == value.nbytes() && value.storage()->owner != nullptr;
  replicas_.push_back({{}, alone ? value.storage() : value.copy().storage(), 1});
}

VariableNode::Replica& VariableNode::current() {
  for (Replica& replica : replicas_)
    if (replica.version == version_) return replica;
  KCPP_UNREACHABLE();
}

std::shared_ptr<Storage> VariableNode::allocate(const runtime::Layout& layout, const Place& place) const {
  const std::size_t bytes = bytes_in(layout, outputs()[0]);
  return place == nullptr ? Storage::allocate_host(bytes) : place->allocate(bytes);
}

// The current value in another layout or at another place; what comes from a device or goes there is plain in between.
void VariableNode::fill(void* to, const runtime::Layout& layout, const Place& place) {
  const Replica& from = current();
  const TensorSpec& spec = outputs()[0];
  const std::size_t bytes = bytes_in({}, spec);
  if (from.accelerator == nullptr && place == nullptr)
    return runtime::reorder(from.storage->data, from.layout, to, layout, spec);
  runtime::Queue* const from_queue = from.accelerator == nullptr ? nullptr : &from.accelerator->queue();
  runtime::Queue* const to_queue = place == nullptr ? nullptr : &place->queue();
  const void* data = from.storage->data;
  if (from_queue != nullptr && (to_queue != nullptr || layout.is_plain()))
    return runtime::move_bytes(from_queue, data, to_queue, to, bytes);
  Tensor plain;
  if (from_queue != nullptr || !from.layout.is_plain()) {
    plain = Tensor::empty(spec.shape, spec.dtype);
    if (from_queue != nullptr)
      runtime::read_bytes(from_queue, plain.raw(), data, bytes);
    else
      runtime::reorder(data, from.layout, plain.raw(), {}, spec);
    data = plain.raw();
  }
  if (to_queue != nullptr)
    to_queue->upload(to, data, bytes);
  else
    runtime::reorder(data, {}, to, layout, spec);
}

VariableNode::Replica& VariableNode::replica_in(const runtime::Layout& layout, const Place& place, bool fill,
                                                bool& reordered) {
  std::size_t found = replicas_.size();
  for (std::size_t i = 0; i < replicas_.size(); ++i)
    if (replicas_[i].layout == layout && replicas_[i].accelerator == place) found = i;
  if (found == replicas_.size()) replicas_.push_back({layout, allocate(layout, place), 0, place});
  Replica& wanted = replicas_[found];
  if (fill && wanted.version != version_) {
    // memory that a running call may still read is left to it
    if (wanted.storage.use_count() > 1) wanted.storage = allocate(layout, place);
    this->fill(wanted.storage->data, layout, place);
    wanted.version = version_;
    reordered = true;
  }
  return wanted;
}

VariableNode::Held VariableNode::read(const runtime::Layout& layout, bool& reordered, const Place& place) {
  settle(false);
  const std::lock_guard lock(mutex_);
  const Replica& replica = replica_in(layout, place, true, reordered);
  return {replica.storage, replica.version};
}

VariableNode::Held VariableNode::write(const runtime::Layout& layout, bool keep, bool& reordered, const Place& place) {
  settle(true);
  const std::lock_guard lock(mutex_);
  Replica& replica = replica_in(layout, place, keep, reordered);
  replica.version = version_ + 1;
  version_.store(replica.version, std::memory_order_release);
  Held result{replica.storage, replica.version};
  // other copies are stale now; their memory is given back rather than kept for a call that may not come
  std::erase_if(replicas_, [&](const Replica& other) { return other.version != version_; });
  return result;
}

void VariableNode::replace(const runtime::Layout& layout, std::shared_ptr<Storage> storage) {
  settle(true);
  const std::lock_guard lock(mutex_);
  const std::uint64_t next = version_ + 1;
  replicas_.clear();
  replicas_.push_back({layout, std::move(storage), next});
  version_.store(next, std::memory_order_release);
}

Tensor VariableNode::get_value() {
  settle(false);
  const std::lock_guard lock(mutex_);
  const TensorSpec& spec = outputs()[0];
  Tensor value = Tensor::empty(spec.shape, spec.dtype);
  fill(value.raw(), {}, nullptr);
  return value;
}

void VariableNode::check_value(const Tensor& value) const {
  const TensorSpec& spec = outputs()[0];
  KCPP_CHECK(value.defined(), ValueError, "[set_value] variable \"", Node::name(), "\" received an undefined tensor");
  KCPP_CHECK(value.shape() == spec.shape, ShapeError, "[set_value] variable \"", Node::name(), "\" has shape ",
             spec.shape, ", received a value of shape ", value.shape());
}

Tensor VariableNode::borrow_value() {
  bool reordered = false;
  const TensorSpec& spec = outputs()[0];
  return {read({}, reordered).storage, 0, spec.shape, spec.dtype};
}

void VariableNode::take_value(const Tensor& value) {
  check_value(value);
  const TensorSpec& spec = outputs()[0];
  const bool fits = value.dtype() == spec.dtype && value.raw() == value.storage()->data &&
                    value.storage()->bytes >= bytes_in({}, spec);
  if (fits)
    replace({}, value.storage());
  else
    set_value(value);
}

void VariableNode::set_value(const Tensor& value) {
  check_value(value);
  const TensorSpec& spec = outputs()[0];
  replace({}, value.dtype() == spec.dtype ? value.copy().storage() : value.astype(spec.dtype).storage());
}

Variable::Variable(const Tensor& value, std::string name) {
  KCPP_CHECK(value.defined(), ValueError, "[Variable] needs an initial value, received an undefined tensor");
  node_ = std::make_shared<VariableNode>(value, std::move(name));
}

Variable::Variable(const Tensor& value, const VariableOptions& options) : Variable(value, options.name) {
  if (!options.target.empty()) {
    const std::string target = to_string(usable_device(options.target, "variable"));
    node_ = std::make_shared<VariableNode>(value.copy(), options.name, Attributes{{"target", target}});
  }
  if (options.borrow) node_->take_value(value);
}

Variable make_variable(Tensor&& value, std::string name) {
  if (!value.defined()) return Variable(value, std::move(name));  // says what is wrong
  return Variable(std::make_shared<VariableNode>(std::move(value), std::move(name)));
}

const Shape& Variable::shape() const { return node_->outputs()[0].shape; }
DType Variable::dtype() const { return node_->outputs()[0].dtype; }
std::string Variable::name() const { return node_->Node::name(); }
Device Variable::device() const {
  const Attributes& attributes = node_->attributes();
  return attributes.contains("target") ? device_from_name(attributes.get<std::string>("target")) : default_device();
}
void Variable::set_name(std::string name) { node_->set_name(std::move(name)); }

Tensor Variable::get_value(const GetValueOptions& options) const {
  KCPP_CHECK(defined(), ValueError, "[get_value] received an undefined variable");
  return options.borrow ? node_->borrow_value() : node_->get_value();
}

void Variable::set_value(const Tensor& value, const SetValueOptions& options) {
  KCPP_CHECK(defined(), ValueError, "[set_value] received an undefined variable");
  if (options.borrow)
    node_->take_value(value);
  else
    node_->set_value(value);
}

Symbol Variable::symbol() const {
  KCPP_CHECK(defined(), ValueError, "an undefined variable has no symbol");
  return node_->output();
}

Variable variable_of(const Symbol& symbol) {
  if (!symbol.defined() || &symbol.node()->op() != &variable_op()) return {};
  return Variable(std::static_pointer_cast<VariableNode>(symbol.node()));
}

}  // namespace kerascpp
