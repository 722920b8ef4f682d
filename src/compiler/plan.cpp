#include "compiler/plan.hpp"

#include <algorithm>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp::compiler {

Plan::~Plan() = default;

std::unique_ptr<Context> Plan::acquire() const {
  {
    const std::lock_guard lock(mutex_);
    if (!free_contexts_.empty()) {
      std::unique_ptr<Context> context = std::move(free_contexts_.back());
      free_contexts_.pop_back();
      return context;
    }
    // room for the context when it comes back, so that release never allocates
    free_contexts_.reserve(static_cast<std::size_t>(++counters_.contexts));
  }
  auto context = std::make_unique<Context>();
  context->arena = allocate(arena_bytes_);
  context->variables.resize(variables_.size());
  if (accelerator_ != nullptr) add_device_call(*context);
  for (const Step& step : steps_) {
    for (const Place& place : step.inputs)
      context->input_pointers.push_back(resolve(place, *context, nullptr, nullptr));
    for (const Place& place : step.outputs)
      context->output_pointers.push_back(resolve(place, *context, nullptr, nullptr));
  }
  return context;
}

void Plan::release(std::unique_ptr<Context> context) const {
  const std::lock_guard lock(mutex_);
  free_contexts_.push_back(std::move(context));
}

void* Plan::resolve(const Place& place, const Context& context, const Tensor* inputs, Tensor* outputs) const {
  switch (place.kind) {
    case Place::Kind::Arena:
      return static_cast<char*>(context.arena->data) + place.offset;
    case Place::Kind::Input:
      if (accelerator_ != nullptr) return context.device.inputs[place.index]->data;
      return inputs == nullptr ? nullptr : const_cast<void*>(inputs[place.index].raw());
    case Place::Kind::Output:
      if (accelerator_ != nullptr) return context.device.outputs[place.index]->data;
      return outputs == nullptr ? nullptr : outputs[place.index].raw();
    case Place::Kind::Variable: {
      const auto& storage = context.variables[place.index].storage;
      return storage == nullptr ? nullptr : storage->data;
    }
    case Place::Kind::Constant:
      return const_cast<void*>(constants_[place.index].raw());
    case Place::Kind::None:
      return nullptr;
  }
  KCPP_UNREACHABLE();
}

void Plan::bind(Context& context, const Tensor* inputs, Tensor* outputs) const {
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const BoundVariable& variable = variables_[i];
    VariableNode::Held& bound = context.variables[i];
    bool reordered = false;
    if (variable.written_in_place) {
      if (bound.storage == nullptr || bound.version != variable.node->version()) bound = {};
      bound = variable.node->write(variable.layout, variable.read, reordered);
    } else if (variable.read && (bound.storage == nullptr || bound.version != variable.node->version())) {
      bound = {};  // lets go of old memory before new memory is asked for
      bound = variable.node->read(variable.layout, reordered);
    }
    if (reordered) ++counters_.variable_reorders;
  }
  for (const Patch& patch : patches_) {
    void* pointer = resolve(patch.place, context, inputs, outputs);
    if (patch.is_output)
      context.output_pointers[patch.position] = pointer;
    else
      context.input_pointers[patch.position] = pointer;
  }
}

void Plan::run_step(const Step& step, const runtime::KernelArguments& arguments) const {
  if (observer_ == nullptr)
    step.kernel->run(arguments);
  else
    observer_->run(step, arguments);
}

void Plan::run_steps(const Context& context, runtime::Queue* queue, const StepRange& range) const {
  void* const workspace = static_cast<char*>(context.arena->data) + workspace_offset_;
  const void* const* input = context.input_pointers.data() + range.input;
  void* const* output = context.output_pointers.data() + range.output;
  const auto start = times_ == nullptr ? StepTimes::Clock::time_point{} : StepTimes::Clock::now();
  for (std::size_t i = range.first; i < range.last; ++i) {
    const Step& step = steps_[i];
    try {
      const StepTimes::Timer timer(times_.get(), i, start);
      run_step(step, {input, output, workspace, queue});
      if (times_ != nullptr && queue != nullptr) queue->wait();
    } catch (Error& error) {
      error.add_context(text_of("while computing op \"", step.op, "\"",
                                step.scope.empty() ? "" : " of layer \"" + step.scope + "\""));
      throw;
    }
    input += step.inputs.size();
    output += step.outputs.size();
  }
}

void Plan::run(const Tensor* inputs, Tensor* outputs) const {
  std::unique_ptr<Context> context = acquire();
  if (accelerator_ != nullptr) {
    run_on_device(*context, inputs, outputs);
    return release(std::move(context));
  }
  bind(*context, inputs, outputs);
  run_steps(*context, nullptr, {0, steps_.size()});
  for (const FinalCopy& copy : final_copies_) {
    void* to = nullptr;
    if (copy.to.kind == Place::Kind::Variable) {
      const BoundVariable& variable = variables_[copy.to.index];
      bool reordered = false;
      context->variables[copy.to.index] = {};
      context->variables[copy.to.index] = variable.node->write(variable.layout, false, reordered);
      to = context->variables[copy.to.index].storage->data;
    } else {
      to = resolve(copy.to, *context, inputs, outputs);
    }
    std::memcpy(to, resolve(copy.from, *context, inputs, outputs), copy.bytes);
  }
  release(std::move(context));
}

std::string Plan::describe() const {
  std::string text;
  const auto place_text = [](const Place& place) -> std::string {
    switch (place.kind) {
      case Place::Kind::Arena:
        return text_of("@", place.offset);
      case Place::Kind::Input:
        return text_of("input", place.index);
      case Place::Kind::Output:
        return text_of("output", place.index);
      case Place::Kind::Variable:
        return text_of("variable", place.index);
      case Place::Kind::Constant:
        return text_of("constant", place.index);
      case Place::Kind::None:
        return "shape";
    }
    return {};
  };
  for (const Step& step : steps_) {
    text += step.op + " [" + step.kernel_name;
    if (!step.implementation.empty() && step.implementation != "reference") text += " " + step.implementation;
    text += "]";
    for (const Place& place : step.inputs) text += " " + place_text(place);
    text += " ->";
    for (const Place& place : step.outputs) text += " " + place_text(place);
    if (!step.layouts.empty()) text += " {" + step.layouts + "}";
    if (!step.scope.empty()) text += " (" + step.scope + ")";
    text += "\n";
  }
  for (const FinalCopy& copy : final_copies_)
    text += "copy " + place_text(copy.from) + " -> " + place_text(copy.to) + text_of(" ", copy.bytes, " bytes\n");
  for (std::size_t i = 0; i < variables_.size(); ++i)
    text += text_of("variable", i, " ", variables_[i].node->Node::name(), " ", variables_[i].layout,
                    variables_[i].written_in_place ? " in place" : "", "\n");
  if (accelerator_ != nullptr) {
    const auto recorded =
        std::count_if(parts_.begin(), parts_.end(), [](const StepRange& part) { return part.recorded; });
    text += text_of("recorded in ", recorded, recorded == 1 ? " part" : " parts");
    for (const StepRange& part : parts_)
      if (!part.recorded) text += text_of(", waits for values in ", steps_[part.first].op);
    text += "\n";
  }
  return text + text_of("arena ", arena_bytes_, " bytes\n");
}

}  // namespace kerascpp::compiler
