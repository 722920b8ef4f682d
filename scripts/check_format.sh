#!/usr/bin/env bash
# Fails when a source file is not laid out as .clang-format says (clang-format 14, Debian 12's).
set -euo pipefail
cd "$(dirname "$0")/.."
formatter=$(command -v clang-format-14 || true)
[ -n "$formatter" ] || { echo "clang-format-14 is not available here"; exit 77; }
git ls-files '*.cpp' '*.hpp' | xargs -r "$formatter" --dry-run --Werror
