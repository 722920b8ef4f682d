#!/usr/bin/env bash
# Builds a small project against kerascpp in each way a user has: find_package and pkg-config from an install tree,
# and add_subdirectory. check_consumers.sh BUILD_FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null

echo "find_package"
cmake -G Ninja -S tests/consumer -B "$work/find" -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/find" >/dev/null
LD_LIBRARY_PATH="$work/prefix/lib:$work/prefix/lib/$(gcc -print-multiarch)" "$work/find/consumer"

echo "plug-in backend"
cmake -G Ninja -S tests/plugin_backend -B "$work/plugin" -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/plugin" >/dev/null
test -f "$work/plugin/simple_backend.so"

echo "pkg-config"
export PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig:$work/prefix/lib/$(gcc -print-multiarch)/pkgconfig"
# shellcheck disable=SC2046
g++ tests/consumer/main.cpp -o "$work/pkg" $(pkg-config --cflags --libs kerascpp)
LD_LIBRARY_PATH="$work/prefix/lib:$work/prefix/lib/$(gcc -print-multiarch)" "$work/pkg"

echo "add_subdirectory"
# configuring proves the targets and options; the objects are those that the test build has made already
cmake -G Ninja -S tests/consumer -B "$work/sub" -DKERASCPP_SOURCE="$PWD" >/dev/null
cmake --build "$work/sub" --target help >/dev/null
