#include "compiler/step_loop.hpp"

#include <algorithm>

namespace kerascpp::compiler {
namespace {

using ops::ScanForm;
using runtime::KernelQuery;

constexpr std::size_t kAlignment = 64;
std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

/// The inputs of the body that stay the same from step to step: the last ones.
std::vector<bool> invariant(const ScanForm& form, std::int64_t unroll) {
  const std::size_t changing = form.num_sequences() * static_cast<std::size_t>(unroll) + form.states();
  std::vector<bool> flags(changing, false);
  flags.insert(flags.end(), form.body->inputs.size() - form.num_sequences() - form.states(), true);
  return flags;
}

}  // namespace

StepLoop::StepLoop(const ScanForm& form, const Graph& body, std::int64_t unroll, const KernelQuery& query,
                   std::string_view backend)
    : form_(form), unroll_(unroll), body_(body, backend, invariant(form, unroll)) {
  const auto parts = static_cast<std::size_t>(form_.parts);
  for (std::size_t k = 0; k < form_.num_sequences(); ++k)
    for (std::int64_t phase = 0; phase < unroll_; ++phase) {
      const bool whole = form_.parts > 1 && form_.split_inputs[k] == 0;
      sequences_.push_back({form_.first_sequence() + k, body_.input_bytes(sequences_.size()) * (whole ? 1 : parts),
                            form_.offsets[k], form_.reversed[k] != 0, phase});
    }
  for (std::size_t k = 0; k < form_.num_stacks(); ++k)
    for (std::int64_t phase = 0; phase < unroll_; ++phase) {
      const std::size_t output = form_.states() + stacks_.size();
      stacks_.push_back({form_.states() + k, output, body_.output_bytes(output), body_.output_bytes(output) * parts,
                         form_.stacks_reversed[k] != 0, phase, form_.every(k)});
    }
  find_shifts(query);
  choose_paths();
  lay_out();
}

std::int64_t StepLoop::run(const Call& call) const {
  const HostTable table(call.memory + pointers_offset_, 2 * paths_.size(), call.arguments->queue);
  const auto current = const_cast<const void**>(table.pointers());
  std::copy_n(call.initial, paths_.size(), current);
  const std::int64_t done = call.steps > 0 ? loop(call, current) : 0;
  for (std::size_t k = 0; k < paths_.size(); ++k)
    runtime::copy_bytes(call.arguments->queue, call.last[k], current[k], paths_[k].bytes);
  return done;
}

std::int64_t StepLoop::loop(const Call& call, const void** current) const {
  const void** const next = current + paths_.size();
  Body::Run body(body_, call.memory, call.arguments->queue);
  const std::size_t states = sequences_.size(), constants = states + paths_.size();
  for (std::size_t i = form_.first_constant(), at = constants; at < body_.num_inputs(); ++i, ++at)
    body.set_input(at, input(call, i));
  const void* stop = nullptr;  // where a step writes whether the loop ends
  if (form_.until && body_.source(stop_output()).kind == Body::Source::Kind::Written) {
    body.set_output(stop_output(), call.memory + stop_offset_);
    stop = call.memory + stop_offset_;
  }
  body.run_invariant_steps();
  for (std::int64_t step = call.first; step < call.first + call.steps; step += unroll_) {
    for (std::size_t k = 0; k < sequences_.size(); ++k) body.set_input(k, item(call, k, step));
    for (std::size_t k = 0; k < paths_.size(); ++k) body.set_input(states + k, current[k]);
    for (std::size_t k = 0; k < paths_.size(); ++k)
      if (void* const to = target(call, k, step); to != nullptr) {
        next[k] = to;
        body.set_output(k, to);
      }
    for (const StackWriter& stack : stacks_)
      if (!stack.by_state) body.set_output(stack.body_output, row(call, stack, step));
    body.run_steps();
    move_on(call, body, current, step);
    const bool ends = form_.until && stops(call, body, current, stop, step);
    std::copy_n(next, paths_.size(), current);
    if (ends) return step - call.first + 1;
  }
  return call.steps;
}

const void* StepLoop::item(const Call& call, std::size_t k, std::int64_t step) const {
  const SequenceReader& sequence = sequences_[k];
  const std::int64_t number = step + sequence.phase;
  const std::int64_t index = sequence.offset + (sequence.reversed ? call.all - 1 - number : number);
  return static_cast<const char*>(input(call, sequence.input)) + static_cast<std::size_t>(index) * sequence.item_bytes;
}

void* StepLoop::row(const Call& call, const StackWriter& stack, std::int64_t step) const {
  const std::int64_t number = step + stack.phase;
  const std::int64_t index = stack.reversed ? call.all - 1 - number : number / stack.every;
  return static_cast<char*>(output(call, stack.output)) + static_cast<std::size_t>(index) * stack.stride;
}

void* StepLoop::target(const Call& call, std::size_t k, std::int64_t step) const {
  const StatePath& path = paths_[k];
  if (path.kind == StatePath::Kind::Stacked) return row(call, stacks_[path.stack], step);
  if (path.kind != StatePath::Kind::Ring) return nullptr;
  if (step + unroll_ == call.first + call.steps) return call.last[k];  // the last one is written where it is wanted
  const auto round = static_cast<std::size_t>((step - call.first) / unroll_);
  return call.memory + path.offset + round % path.buffers * aligned(path.bytes);
}

const void* StepLoop::input_of(const Call& call, const void** current, std::size_t i, std::int64_t step) const {
  if (i < sequences_.size()) return item(call, i, step);
  if (i < sequences_.size() + paths_.size()) return current[i - sequences_.size()];
  return input(call, form_.first_constant() + i - sequences_.size() - paths_.size());
}

const void* StepLoop::value_of(const Call& call, const Body::Run& body, const void** current, std::size_t output,
                               std::int64_t step) const {
  const Body::Source& source = body_.source(output);
  if (source.kind == Body::Source::Kind::Input) return input_of(call, current, source.index, step);
  if (source.kind == Body::Source::Kind::Memory) return body.memory(output);
  const void** const next = current + paths_.size();
  return source.index < paths_.size() ? next[source.index] : row(call, stacks_[source.index - paths_.size()], step);
}

void StepLoop::move_on(const Call& call, const Body::Run& body, const void** current, std::int64_t step) const {
  const void** const next = current + paths_.size();
  for (const std::size_t k : moved_states_) next[k] = value_of(call, body, current, k, step);
  for (const std::size_t s : copied_stacks_) {
    const StackWriter& stack = stacks_[s];
    if (!stack.keeps(step + stack.phase, call.all)) continue;
    const void* const from = value_of(call, body, current, stack.body_output, step);
    void* const to = row(call, stack, step);
    runtime::copy_bytes(call.arguments->queue, to, from, stack.bytes);
  }
}

bool StepLoop::stops(const Call& call, const Body::Run& body, const void** current, const void* written,
                     std::int64_t step) const {
  const void* const from = written != nullptr ? written : value_of(call, body, current, stop_output(), step);
  bool stop = false;
  runtime::read_bytes(call.arguments->queue, &stop, from, sizeof stop);
  return stop;
}

void StepLoop::find_shifts(const KernelQuery& query) {
  input_shifts_.assign(query.inputs.size(), 0);
  output_shifts_.assign(query.outputs.size(), 0);
  if (form_.parts == 1) return;
  for (std::size_t i = form_.first_sequence(); i < query.inputs.size(); ++i)
    if (form_.split_inputs[form_.body_input(i)] != 0) input_shifts_[i] = body_.input_bytes(form_.body_input(i));
  for (std::size_t o = 0; o < query.outputs.size(); ++o) output_shifts_[o] = body_.output_bytes(o);
}

void StepLoop::choose_paths() {
  paths_.resize(form_.states());
  for (std::size_t k = 0; k < paths_.size(); ++k) {
    paths_[k].bytes = body_.output_bytes(k);
    if (body_.source(k).kind != Body::Source::Kind::Written) {
      paths_[k].kind = StatePath::Kind::Alias;
      moved_states_.push_back(k);
    }
  }
  for (std::size_t s = 0; s < stacks_.size(); ++s) {
    const Body::Source& source = body_.source(stacks_[s].body_output);
    if (source.kind == Body::Source::Kind::Written) continue;
    if (source.kind == Body::Source::Kind::Output && source.index < paths_.size() &&
        paths_[source.index].kind == StatePath::Kind::Ring && stacks_[s].every == 1) {
      StatePath& path = paths_[source.index];
      path.kind = StatePath::Kind::Stacked;
      path.stack = s;
      stacks_[s].by_state = true;
    } else {
      copied_stacks_.push_back(s);
    }
  }
  order_moved_states();
  for (std::size_t k = 0; k < paths_.size(); ++k) paths_[k].buffers = 2 + longest_delay(k);
}

// a state that takes another one's new value comes after it
void StepLoop::order_moved_states() {
  std::stable_sort(moved_states_.begin(), moved_states_.end(), [this](std::size_t a, std::size_t b) {
    const bool first = body_.source(a).kind != Body::Source::Kind::Output;
    const bool second = body_.source(b).kind != Body::Source::Kind::Output;
    return first && !second;
  });
}

/// For how many more runs the value of a state is seen through states that take it over.
std::size_t StepLoop::longest_delay(std::size_t state) const {
  std::size_t longest = 0;
  std::vector<std::size_t> front{state};
  for (std::size_t delay = 1; delay <= paths_.size() && !front.empty(); ++delay) {
    std::vector<std::size_t> followers;
    for (std::size_t k = 0; k < paths_.size(); ++k) {
      const Body::Source& source = body_.source(k);
      for (const std::size_t of : front)
        if ((source.kind == Body::Source::Kind::Input && source.index == sequences_.size() + of) ||
            (source.kind == Body::Source::Kind::Output && source.index == of))
          followers.push_back(k);
    }
    if (!followers.empty()) longest = delay;
    front = std::move(followers);
  }
  return longest;
}

void StepLoop::lay_out() {
  workspace_bytes_ = aligned(body_.workspace_bytes());
  for (StatePath& path : paths_) {
    if (path.kind != StatePath::Kind::Ring) continue;
    path.offset = workspace_bytes_;
    workspace_bytes_ += path.buffers * aligned(path.bytes);
  }
  stop_offset_ = workspace_bytes_;
  workspace_bytes_ += kAlignment;
  pointers_offset_ = workspace_bytes_;
  workspace_bytes_ += aligned(2 * paths_.size() * sizeof(void*));
}

}  // namespace kerascpp::compiler
