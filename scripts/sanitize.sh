#!/usr/bin/env bash
# Builds and runs the tests under sanitizers: sanitize.sh address|thread [TESTS...]
#
# address  AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer
# thread   ThreadSanitizer. Debian's OpenMP is not instrumented: parallel_for runs on the calling thread, oneDNN has one
#          thread, and concurrency comes from the threads of the tests.
# TESTS    what Catch2 takes: "[core]" for the tests labelled core, which is the default of address; thread runs those
#          labelled threads
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-}
shift || true
selection=(-U KERASCPP_TEST_FOLDERS -U KERASCPP_TEST_LIBRARY -U KERASCPP_CUDA)  # all of them
case $mode in
  address)
    flags="-DKERASCPP_SANITIZE=address,undefined"
    # the tests labelled core stand in two folders and use one library: the rest need not be compiled for them; the
    # same goes for those labelled threads, and for the CUDA backend, which none of them uses
    [ $# -gt 0 ] ||
      selection=("-DKERASCPP_TEST_FOLDERS=core;graph" -DKERASCPP_TEST_LIBRARY=kerascpp_core -DKERASCPP_CUDA=OFF)
    tests=("${@:-[core]}")
    ;;
  thread)
    flags="-DKERASCPP_SANITIZE=thread -DKERASCPP_SERIAL_PARALLEL_FOR=ON"
    [ $# -gt 0 ] || selection=("-DKERASCPP_TEST_FOLDERS=data_pipeline;models" -U KERASCPP_TEST_LIBRARY)
    tests=("${@:-[threads]}")
    export OMP_NUM_THREADS=1
    ;;
  *)
    echo "usage: scripts/sanitize.sh address|thread [TESTS...]" >&2
    exit 2
    ;;
esac

build=build/$mode
# little optimization: the instrumented code builds in half the time. Warnings are for the release build: with
# sanitizers GCC 12 sees reads of undefined values that are not there
# shellcheck disable=SC2086
cmake -G Ninja -B "$build" -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-O1 -g1" $flags \
  -DKERASCPP_BUILD_EXAMPLES=OFF -DKERASCPP_BUILD_TOOLS=OFF -DKERASCPP_BUILD_BENCHMARKS=OFF -DKERASCPP_INSTALL=OFF \
  "${selection[@]}" >/dev/null
cmake --build "$build" --parallel "$(nproc)" --target kerascpp_tests

# readers of files are given sizes that cannot be had: they must see a failed allocation, not the end of the program
export ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=0
export LSAN_OPTIONS=suppressions=$PWD/scripts/suppressions/leaks.txt:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$PWD/scripts/suppressions/threads.txt:allocator_may_return_null=1:second_deadlock_stack=1
"$build/bin/kerascpp_tests" "${tests[@]}"
