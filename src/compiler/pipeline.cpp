#include <kerascpp/core/error.hpp>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"

namespace kerascpp::compiler {

namespace {

struct Pass {
  const char* name;
  bool PassOptions::*flag;
};
constexpr Pass kPasses[] = {
    {"merge_loops", &PassOptions::merge_loops},
    {"specialize", &PassOptions::specialize},
    {"decompose", &PassOptions::decompose},
    {"prune_bodies", &PassOptions::prune_bodies},
    {"sink_branches", &PassOptions::sink_branches},
    {"canonicalize", &PassOptions::canonicalize},
    {"stabilize", &PassOptions::stabilize},
    {"fold", &PassOptions::fold},
    {"split_loops", &PassOptions::split_loops},
    {"unroll_loops", &PassOptions::unroll_loops},
    {"fuse_epilogues", &PassOptions::fuse_epilogues},
    {"fuse", &PassOptions::fuse},
    {"hoist", &PassOptions::hoist},
    {"schedule", &PassOptions::schedule},
    {"memory_plan", &PassOptions::memory_plan},
};

}  // namespace

void PassOptions::disable(std::string_view name) {
  for (const Pass& pass : kPasses)
    if (name == pass.name) {
      this->*pass.flag = false;
      return;
    }
  std::string names;
  for (const std::string& known : pass_names()) names += (names.empty() ? "" : ", ") + known;
  throw LookupError(text_of("there is no pass named \"", name, "\"; passes are ", names));
}

// specialization gives shapes without which nothing can be planned, some operations have kernels on no device but one
// and must become others, a schedule that keeps old values alive costs
// nothing, and a branch that is not taken must not be computed: modes without passes have these
PassOptions PassOptions::none() {
  PassOptions options;
  for (const char* name : {"merge_loops", "prune_bodies", "canonicalize", "stabilize", "fold", "split_loops",
                           "unroll_loops", "fuse_epilogues", "fuse", "hoist"})
    options.disable(name);
  return options;
}

const std::vector<std::string>& pass_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Pass& pass : kPasses) all.emplace_back(pass.name);
    return all;
  }();
  return names;
}

Graph simplify(const Graph& graph, const PassOptions& options) {
  Graph result = graph;
  // folding uncovers what canonicalize can shorten and the other way round; two rounds reach the end in practice,
  // and a third proves it in the tests
  for (int round = 0; round < 2; ++round) {
    if (options.canonicalize) result = canonicalize(result);
    if (options.stabilize) result = stabilize(result);
    if (options.fold) result = fold(result);
  }
  return result;
}

Graph optimize(const Graph& graph, const PassOptions& options, std::string_view backend) {
  Graph result = graph;
  if (options.decompose) result = decompose(result, backend);
  if (options.prune_bodies) result = prune_bodies(result);
  if (options.sink_branches) result = sink_branches(result);
  result = simplify(result, options);
  if (options.split_loops) result = split_loops(result, options, backend);
  if (options.unroll_loops) result = unroll_loops(result, options, backend);
  result = with_bodies(result, [&](const Graph& body, const BodyUse&) { return optimize(body, options, backend); });
  if (options.fuse_epilogues) result = fuse_epilogues(result, backend);
  if (options.fuse) result = fuse(result, backend, options.hoist);
  return result;
}

}  // namespace kerascpp::compiler
