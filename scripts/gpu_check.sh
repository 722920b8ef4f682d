#!/usr/bin/env bash
# Checks the CUDA backend on a machine with an NVIDIA GPU within ten minutes, and writes a table of what it found:
#   scripts/gpu_check.sh BUILD [TABLE]
# BUILD: a build folder with tests and benchmarks (-DKERASCPP_BUILD_BENCHMARKS=ON), made here or on a machine without a
# GPU. TABLE: where the table goes, by default BUILD/gpu_check.md. Each part has a time limit of its own, so that a part
# that hangs does not hide the others. A Python with PyTorch for the GPU is taken from $KERASCPP_GPU_PYTHON, by default
# python3; without one the peers' columns stay empty.
set -uo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { sed -n '2,8s/^# //p' "$0"; exit 2; }
build=$(cd "$1" && pwd)
table=${2:-$build/gpu_check.md}
python=${KERASCPP_GPU_PYTHON:-python3}
logs=$build/gpu_check
mkdir -p "$logs"
failed=0

{
  echo "# CUDA backend on $(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -1)"
  echo
  echo "$(date -u +%Y-%m-%d), $(git rev-parse --short HEAD 2>/dev/null || echo 'no repository')"
  echo
  "$build/bin/kerascpp" backends | sed 's/^/    /'
  echo
  echo "| part | result | seconds |"
  echo "|---|---|---|"
} > "$table"

# part NAME LIMIT COMMAND...: a row of the table; the output goes to a log of that name
part() {
  local name=$1 limit=$2 start=$SECONDS result
  shift 2
  if timeout "$limit" "$@" > "$logs/${name// /_}.log" 2>&1; then
    result=passed
  else
    local code=$?
    result="failed ($code)"
    [ $code -ne 124 ] || result="stopped after $limit s"
    failed=1
  fi
  echo "| $name | $result | $((SECONDS - start)) |" >> "$table"
}

tests=$build/bin/kerascpp_tests
part "operations" 150 "$tests" "[gpu][ops]"
part "functions and models" 60 "$tests" "[gpu][plan]"
if command -v compute-sanitizer > /dev/null; then
  part "compute-sanitizer memcheck" 90 compute-sanitizer --error-exitcode 9 "$tests" "[gpu][plan]"
else
  echo "| compute-sanitizer | not installed | |" >> "$table"
fi
if command -v nsys > /dev/null; then
  part "nsys of a training step" 40 nsys profile --stats=true --force-overwrite=true -o "$logs/step" \
    "$build/bin/bench_t1" --row G4 --seconds 1 --repeats 1
fi

# rows of performance.md: ours, then PyTorch on the same machine
echo >> "$table"
{ echo "| row | kerascpp | PyTorch | unit |"; echo "|---|---|---|---|"; } >> "$table"
value_of() { sed -n 's/.*"value": \([0-9.e+-]*\).*"unit": "\([^"]*\)".*/\1 \2/p' | head -1; }
row() {  # row NAME PROGRAM PEER
  local ours theirs unit
  read -r ours unit <<< "$(KERASCPP_FLAGS=device=cuda timeout 45 "$build/bin/$2" --row "$1" --seconds 2 --repeats 3 \
    2> "$logs/$1.log" | value_of)"
  read -r theirs _ <<< "$(timeout 45 "$python" benchmarks/peers/torch_gpu.py --row "$3" --seconds 2 \
    2> "$logs/$1.torch.log" | value_of)"
  echo "| $1 | ${ours:-failed} | ${theirs:--} | ${unit:-} |" >> "$table"
}
row G1 bench_g1 vgg16
row G2 bench_g2 inception_v3
row G3 bench_g3 resnet50
row G4 bench_t1 mlp
row G5 bench_t5 lstm
row G6 bench_g6 transformer
row G7 bench_g7 resnet50_latency
part "G8 launches, allocations and waits per step" 60 "$tests" "[gpu][steps]"
cat "$table"
exit $failed
