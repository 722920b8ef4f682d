#!/usr/bin/env bash
# Fuzzes the readers of files under AddressSanitizer: fuzz.sh [SECONDS [TARGETS...]]
#
# SECONDS  for each target, 600 unless given
# TARGETS  names of tests/fuzz/targets.cpp; all of them unless given
#
# Needs Clang 14 and its libFuzzer (clang-14, libclang-rt-14-dev). New inputs are kept in build/fuzz/corpus; what breaks a
# reader stays in build/fuzz/findings, and the script fails. A finding that is mended becomes a seed: refused-*.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
shift || true
build=build/fuzz

cmake -G Ninja -B "$build" -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_C_COMPILER=clang-14 -DCMAKE_BUILD_TYPE=None \
  -DCMAKE_CXX_FLAGS="-O1 -g1" -DKERASCPP_SANITIZE=fuzzer-no-link,address -DKERASCPP_BUILD_FUZZ=ON \
  -DKERASCPP_BUILD_TESTS=OFF -DKERASCPP_BUILD_EXAMPLES=OFF -DKERASCPP_BUILD_TOOLS=OFF -DKERASCPP_BUILD_BENCHMARKS=OFF \
  -DKERASCPP_INSTALL=OFF >/dev/null
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for seeds in tests/fuzz/seeds/*/; do targets+=("$(basename "$seeds")"); done
fi
cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]/#/fuzz_}"

export OMP_NUM_THREADS=1
# readers are given sizes that cannot be had: they must see a failed allocation, not the end of the program
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1
export LSAN_OPTIONS=suppressions=$PWD/scripts/suppressions/leaks.txt:print_suppressions=0
mkdir -p "$build/findings"
status=0
for target in "${targets[@]}"; do
  mkdir -p "$build/corpus/$target"
  echo "== $target"
  "$build/bin/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/findings/$target-" \
    "$build/corpus/$target" "tests/fuzz/seeds/$target" >"$build/$target.log" 2>&1 || status=1
  grep -E "^(Done|stat::number_of_executed_units|SUMMARY|==)" "$build/$target.log" || true
done
exit $status
