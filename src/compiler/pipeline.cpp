#include <kerascpp/core/error.hpp>

#include "compiler/passes.hpp"

namespace kerascpp::compiler {

void PassOptions::disable(std::string_view name) {
  if (name == "canonicalize")
    canonicalize = false;
  else if (name == "stabilize")
    stabilize = false;
  else if (name == "fold")
    fold = false;
  else if (name == "fuse_epilogues")
    fuse_epilogues = false;
  else if (name == "fuse")
    fuse = false;
  else
    throw LookupError(text_of("there is no pass named \"", name,
                              "\"; passes are canonicalize, stabilize, fold, fuse_epilogues, fuse"));
}

Graph optimize(const Graph& graph, const PassOptions& options, std::string_view backend) {
  Graph result = graph;
  // folding uncovers what canonicalize can shorten and the other way round; two rounds reach the end in practice,
  // and a third proves it in the tests
  for (int round = 0; round < 2; ++round) {
    if (options.canonicalize) result = canonicalize(result);
    if (options.stabilize) result = stabilize(result);
    if (options.fold) result = fold(result);
  }
  if (options.fuse_epilogues) result = fuse_epilogues(result, backend);
  if (options.fuse) result = fuse(result, backend);
  return result;
}

}  // namespace kerascpp::compiler
