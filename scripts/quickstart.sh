#!/usr/bin/env bash
# Installs what is needed, builds the library and one example, trains a network on digits drawn at run time, and shows
# the result. Safe to run again; offline once the packages are there.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh
cmake -G Ninja -B build/quickstart -DCMAKE_BUILD_TYPE=Release -DKERASCPP_BUILD_TESTS=OFF -DKERASCPP_BUILD_TOOLS=OFF \
  -DKERASCPP_BUILD_BENCHMARKS=OFF -DKERASCPP_QUICK_BUILD=ON >build-quickstart.log 2>&1 || { cat build-quickstart.log; exit 1; }
rm -f build-quickstart.log
# as many compilers at once as there are cores: more of them slow each other down
cmake --build build/quickstart --parallel "$(nproc)" --target digits_cnn
exec build/quickstart/bin/digits_cnn
