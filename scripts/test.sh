#!/usr/bin/env bash
# Builds everything and passes the tests: code layout, layering, headers, the whole suite, and how the library is used
# from other projects. The last line counts what passed, failed and was skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh test

passed=0 failed=0 skipped=0
step() {  # step NAME COMMAND...: exit 77 of the command means skipped
  local name=$1 status=0
  shift
  echo "== $name"
  "$@" || status=$?
  case $status in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)); echo "== $name: skipped" ;;
    *) failed=$((failed + 1)); echo "== $name: FAILED ($status)" ;;
  esac
}

build=build/test
export CCACHE_DEPEND=1  # the compiler's list of headers serves the cache: files are not preprocessed one more time
cmake -G Ninja -B $build -DCMAKE_BUILD_TYPE=Release -DKERASCPP_WERROR=ON >/dev/null
step "format" scripts/check_format.sh
step "layering" scripts/check_layering.sh
step "build" cmake --build $build --parallel "$(nproc)"
step "headers" scripts/check_headers.sh
[ "$failed" -gt 0 ] || step "consumers" scripts/check_consumers.sh $build

# each test program reports its own counts, which are added to those of the steps above
run_tests() {  # run_tests PROGRAM
  local log counts p f s
  echo "== $(basename "$1")"
  log=$(mktemp)
  "$1" --durations no 2>&1 | tee "$log" || true
  counts=$(grep -E '^kerascpp_tests: [0-9]+ passed' "$log" | tail -n 1 || true)
  rm -f "$log"
  if [ -n "$counts" ]; then
    read -r p f s < <(sed -E 's/.*: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped.*/\1 \2 \3/' <<<"$counts")
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  else
    echo "the test program ended without its summary"
    failed=$((failed + 1))
  fi
}
for program in kerascpp_tests kerascpp_steady_tests kerascpp_example_tests; do
  if [ -x $build/bin/$program ]; then
    run_tests $build/bin/$program
  else
    failed=$((failed + 1))
  fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
