#!/usr/bin/env bash
# Measures ours against the peers: scripts/bench.sh [--quick] [options of benchmarks/run.py] ROW...
# The peers live in a virtual environment outside the tree, made on first use: $KERASCPP_VENV, by default
# ~/.cache/kerascpp/venv. The build folder is $KERASCPP_BENCH_BUILD, by default build/bench.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${KERASCPP_VENV:-$HOME/.cache/kerascpp/venv}
build=${KERASCPP_BENCH_BUILD:-build/bench}

arguments=() targets=()
for argument in "$@"; do
  case $argument in
    --quick)
      export KERASCPP_BENCH_QUICK=1
      arguments+=(--rounds 1 --seconds 0.1 --repeats 1)
      ;;
    [A-Z][0-9]*)
      arguments+=("$argument")
      source=bench_$(tr '[:upper:]' '[:lower:]' <<<"$argument")
      [ -e "benchmarks/$source.cpp" ] || source=${source%%[0-9]*}  # one program for all rows of a letter
      [ ! -e "benchmarks/$source.cpp" ] || targets+=("$source")
      ;;
    *) arguments+=("$argument") ;;
  esac
done

if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement benchmarks/requirements.txt
fi
if [ ${#targets[@]} -gt 0 ]; then
  cmake -G Ninja -B "$build" -DCMAKE_BUILD_TYPE=Release -DKERASCPP_BUILD_BENCHMARKS=ON -DKERASCPP_BUILD_TESTS=OFF \
    -DKERASCPP_BUILD_TOOLS=OFF -DKERASCPP_BUILD_EXAMPLES=OFF >/dev/null
  cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]}"
fi
"$venv/bin/python" benchmarks/run.py --build "$build" --python "$venv/bin/python" "${arguments[@]}"
