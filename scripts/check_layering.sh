#!/usr/bin/env bash
# Fails when a folder includes something from a level above its own, or a public header something of third parties.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
complain() { echo "layering: $1"; status=1; }

# third-party headers stay in .cpp files; one optional header shows xtensor to users who ask for it
while IFS=: read -r file line; do
  [ "$file" = include/kerascpp/interop/xtensor.hpp ] || complain "$file includes $line"
done < <(grep -rEH '^#include [<"](dnnl|oneapi|cuda|cudnn|cublas|nvrtc|nccl|hdf5|H5|nlohmann|yaml-cpp|xtensor|xtl|zip|xbyak|kissfft|omp|CLI|catch2|jpeglib|png)' include --include='*.hpp' | sed 's/:#include /:/' || true)
while IFS=: read -r file line; do complain "$file includes $line"; done < <(
  grep -rEH '^#include <(functional|complex|ostream|iostream|regex|random|filesystem|chrono|ranges|thread)>' include --include='*.hpp' | sed 's/:#include /:/' || true)

# core -> graph -> ops and backends -> compiler -> layers and what is made of them
forbid() {  # forbid FOLDERS PATTERN
  local folder
  for folder in $1; do
    [ -d "$folder" ] || continue
    while IFS=: read -r file line; do complain "$file includes $line"; done < <(
      grep -rEH "^#include [<\"]$2" "$folder" | sed 's/:#include /:/' || true)
  done
}
above_graph='(kerascpp/)?(layers|models|training|saving|losses|metrics|optimizers|callbacks|initializers|regularizers|constraints|activations|datasets|applications)[./]'
forbid "src/core include/kerascpp/core" "(kerascpp/)?(graph|ops|backend|compiler)/"
forbid "src/core include/kerascpp/core src/graph include/kerascpp/graph src/backend include/kerascpp/backend src/ops include/kerascpp/ops src/sparse include/kerascpp/sparse src/compiler backends" "$above_graph"
forbid "src/graph include/kerascpp/graph" "(kerascpp/)?(ops|compiler)/"
forbid "src/ops include/kerascpp/ops src/sparse include/kerascpp/sparse" "compiler/"
forbid "applications datasets" "(graph|ops|layers|models|compiler|backend|core|training|saving)/"

# Catch2 2 and 3 name their matchers differently: tests take those of support/catch.hpp
while IFS=: read -r file line; do complain "$file uses $line"; done < <(
  grep -rEHo 'Catch::(Contains|StartsWith|EndsWith|Equals)\(' tests --include='*.cpp' | sort -u || true)
exit $status
