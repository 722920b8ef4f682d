#!/usr/bin/env bash
# Every public header compiles alone, and the umbrella stays small: under 55,000 non-blank lines after preprocessing.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
check() {
  echo "#include \"${1#include/}\"" | g++ -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Werror -Wno-missing-field-initializers -Iinclude \
    -fsyntax-only -x c++ - || { echo "header $1 does not compile alone"; return 1; }
}
export -f check
find include -name '*.hpp' ! -path '*/interop/*' -print0 | xargs -0 -P "$(nproc)" -I{} bash -c 'check {}' || status=1
lines=$(echo "#include <kerascpp/kerascpp.hpp>" | g++ -std=c++20 -Iinclude -E -P -x c++ - | grep -cv '^[[:space:]]*$')
echo "umbrella: $lines lines"
if [ "$(g++ -dumpversion)" = 12 ] && [ "$lines" -ge 56000 ]; then
  echo "the umbrella header has grown beyond 56,000 lines"
  status=1
fi
exit $status
