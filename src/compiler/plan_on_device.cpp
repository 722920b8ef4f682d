#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "compiler/plan.hpp"

/// Calls of a plan on a device. Inputs and outputs have places there that stay, so that steps can be recorded and given
/// to the device as a whole. The first call gives them one by one: libraries load their code in the first run of a
/// kernel, which must not happen while work is recorded.
namespace kerascpp::compiler {
namespace {

std::size_t bytes_of(const TensorSpec& spec) {
  return static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
}

// Whether it lies there; else it lies in the host's memory.
bool lies_on(const Tensor& tensor, const Device& device) {
  if (tensor.device() == device) return true;
  KCPP_CHECK(tensor.device().backend == "cpu", BackendError, "[function] a tensor lies on ", tensor.device(),
             ", the function runs on ", device, "; bring it there with transfer");
  return false;
}

}  // namespace

void Plan::find_parts() {
  StepRange part;
  std::size_t input = 0, output = 0;
  const auto end = [&](std::size_t last) {
    part.last = last;
    if (part.last > part.first) parts_.push_back(part);
    part = {last, last, input, output, true};
  };
  part.recorded = true;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].waits) {
      end(i);
      part.recorded = false;
    }
    input += steps_[i].inputs.size();
    output += steps_[i].outputs.size();
    if (steps_[i].waits) end(i + 1);
  }
  end(steps_.size());
  // results are copied at the end of the last part, so that there must be one that is recorded
  if (!final_copies_.empty() && (parts_.empty() || !parts_.back().recorded)) parts_.push_back(part);
}

std::string Plan::memory_text() const {
  std::vector<std::pair<std::size_t, std::string>> values;
  for (const Step& step : steps_)
    for (std::size_t o = 0; o < step.outputs.size(); ++o)
      values.emplace_back(bytes_of(step.output_specs[o]),
                          text_of(step.output_specs[o], " of op \"", step.op, "\"",
                                  step.scope.empty() ? "" : " of layer \"" + step.scope + "\""));
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text = text_of("the plan needs ", arena_bytes_, " bytes for values between steps; the largest are");
  for (std::size_t i = 0; i < std::min<std::size_t>(values.size(), 5); ++i)
    text += text_of("\n  ", values[i].first, " bytes: ", values[i].second);
  return text;
}

std::shared_ptr<Storage> Plan::allocate(std::size_t bytes) const {
  if (accelerator_ == nullptr) return Storage::allocate_host(bytes);
  try {
    return accelerator_->allocate(bytes);
  } catch (Error& error) {
    error.add_context(memory_text());
    throw;
  }
}

void Plan::add_device_call(Context& context) const {
  for (const TensorSpec& spec : input_specs_) context.device.inputs.push_back(allocate(bytes_of(spec)));
  for (const TensorSpec& spec : output_specs_) context.device.outputs.push_back(allocate(bytes_of(spec)));
}

void Plan::bind_on_device(Context& context) const {
  std::vector<bool> copied_to(variables_.size(), false);
  for (const FinalCopy& copy : final_copies_)
    if (copy.to.kind == Place::Kind::Variable) copied_to[copy.to.index] = true;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const BoundVariable& variable = variables_[i];
    VariableNode::Held& bound = context.variables[i];
    bool moved = false;
    const bool current = bound.storage != nullptr && bound.version == variable.node->version();
    // the old value lies there until the last step has read it: copies come after all steps
    if (variable.written_in_place || copied_to[i]) {
      if (!current) bound = {};
      bound = variable.node->write({}, variable.read, moved, accelerator_);
    } else if (variable.read && !current) {
      bound = {};
      bound = variable.node->read({}, moved, accelerator_);
    }
    if (moved) ++counters_.variable_reorders;
  }
  for (const Patch& patch : patches_) {
    void* const pointer = resolve(patch.place, context, nullptr, nullptr);
    if (patch.is_output)
      context.output_pointers[patch.position] = pointer;
    else
      context.input_pointers[patch.position] = pointer;
  }
}

void Plan::copy_results_on_device(const Context& context, runtime::Queue& queue) const {
  for (const FinalCopy& copy : final_copies_)
    if (copy.bytes > 0)
      runtime::copy_bytes(&queue, resolve(copy.to, context, nullptr, nullptr),
                          resolve(copy.from, context, nullptr, nullptr), copy.bytes);
}

void Plan::run_part(const Context& context, runtime::Queue& queue, const StepRange& part) const {
  run_steps(context, &queue, part);
  if (&part == &parts_.back()) copy_results_on_device(context, queue);
}

void Plan::run_parts(Context& context, runtime::Queue& queue) const {
  DeviceCall& call = context.device;
  const bool same = call.last_inputs == context.input_pointers && call.last_outputs == context.output_pointers;
  if (!same || observer_ != nullptr || times_ != nullptr) {
    call.recordings.clear();
    for (const StepRange& part : parts_) run_part(context, queue, part);
    call.last_inputs = context.input_pointers;
    call.last_outputs = context.output_pointers;
    return;
  }
  std::size_t recordings = 0;
  for (const StepRange& part : parts_) {
    if (!part.recorded) {
      run_part(context, queue, part);
      continue;
    }
    if (recordings == call.recordings.size()) {
      call.recordings.push_back(
          accelerator_->record([&](runtime::Queue& recorded) { run_part(context, recorded, part); }));
      ++counters_.recordings;
    }
    call.recordings[recordings++]->replay();
  }
}

void Plan::run_on_device(Context& context, const Tensor* inputs, Tensor* outputs) const {
  runtime::Queue& queue = accelerator_->queue();
  const Device device = accelerator_->device();
  for (std::size_t i = 0; i < input_specs_.size(); ++i) {
    if (inputs[i].nbytes() == 0) continue;
    void* const to = context.device.inputs[i]->data;
    if (lies_on(inputs[i], device))
      queue.copy(to, inputs[i].raw(), inputs[i].nbytes());
    else
      queue.upload(to, inputs[i].raw(), inputs[i].nbytes());
  }
  bind_on_device(context);
  run_parts(context, queue);
  bool to_host = false;
  for (std::size_t o = 0; o < output_specs_.size(); ++o) {
    if (outputs[o].nbytes() == 0) continue;
    const void* const from = context.device.outputs[o]->data;
    if (lies_on(outputs[o], device)) {
      queue.copy(outputs[o].raw(), from, outputs[o].nbytes());
    } else {
      queue.download(outputs[o].raw(), from, outputs[o].nbytes());
      to_host = true;
    }
  }
  if (to_host) queue.wait();
}

}  // namespace kerascpp::compiler
