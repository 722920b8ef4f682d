#!/usr/bin/env bash
# Checks the CUDA backend on a machine with an NVIDIA GPU within ten minutes, and writes a table of what it found:
#   scripts/gpu_check.sh [BUILD [TABLE]]
# BUILD: a build folder with tests and benchmarks (-DKERASCPP_BUILD_BENCHMARKS=ON), made here or on a machine without a
# GPU; by default build/gpu, which is made first when it has no tests (its time is not counted). TABLE: where the table
# goes, by default BUILD/gpu_check.md; it is written whatever happens. Each part has a time limit of its own and all have
# one together ($KERASCPP_GPU_SECONDS, by default 590), so that a part that hangs or fails does not hide the others; most
# telling parts come first. A Python with PyTorch for the GPU is taken from $KERASCPP_GPU_PYTHON, by default python3;
# without one the peers' column stays empty. Exit code: 0 when nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;; esac
build=${1:-build/gpu}
python=${KERASCPP_GPU_PYTHON:-python3}

if [ ! -x "$build/bin/kerascpp_tests" ]; then
  cmake -G Ninja -B "$build" -DCMAKE_BUILD_TYPE=Release -DKERASCPP_CUDA=ON -DKERASCPP_BUILD_BENCHMARKS=ON &&
    cmake --build "$build" || { echo "gpu_check: the build failed" >&2; exit 1; }
fi
build=$(cd "$build" && pwd)
table=${2:-$build/gpu_check.md}
logs=$build/gpu_check
rm -rf "$logs"
mkdir -p "$logs"
: > "$logs/parts" > "$logs/rows" > "$logs/failures"
start=$SECONDS
limit=${KERASCPP_GPU_SECONDS:-590}
# generated kernels are kept beside the build, so that a second run compiles nothing
export KERASCPP_CUDA_CACHE=${KERASCPP_CUDA_CACHE:-$build/cuda_kernels}
failed=0

left() { echo $((limit - (SECONDS - start))); }
at_most() { local rest; rest=$(left); echo $(($1 < rest ? $1 : rest)); }
log_of() { echo "$logs/$(tr -c 'A-Za-z0-9\n' '_' <<< "$1").log"; }
version_of() { "$@" 2> /dev/null | tail -n 1; }

write_table() {
  {
    echo "# CUDA backend on $(version_of nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader)"
    echo
    echo "$(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD 2> /dev/null || echo unknown), $(nproc) CPU cores," \
      "PyTorch $(version_of "$python" -c 'import torch; print(torch.__version__)' || echo none)"
    echo
    cat "$logs/backends"
    echo
    echo "| part | result | seconds |"
    echo "|---|---|---|"
    cat "$logs/parts"
    echo
    echo "| row | precision | kerascpp | PyTorch | unit |"
    echo "|---|---|---|---|---|"
    cat "$logs/rows"
    cat "$logs/failures"
  } > "$table"
  cat "$table"
}
trap write_table EXIT
trap 'failed=1; exit 130' INT TERM

# run NAME SECONDS COMMAND...: the output goes to a log of that name; 125: there was no time left
run() {
  local log seconds
  log=$(log_of "$1")
  seconds=$(at_most "$2")
  shift 2
  [ "$seconds" -ge 5 ] || return 125
  timeout -k 5 "$seconds" "$@" > "$log" 2>&1
}

# report NAME CODE SECONDS: a row of the table, and of a failure the end of its log
report() {
  local result=passed
  case $2 in
    0) grep -q "^skipped: " "$(log_of "$1")" && result="passed, with skips" ;;
    77) result="not available" ;;
    124 | 137) result="stopped by its time limit"; failed=1 ;;
    125) result="no time left" ;;
    *) result="failed ($2)"; failed=1 ;;
  esac
  echo "| $1 | $result | $3 |" >> "$logs/parts"
  case $2 in
    0 | 77 | 125) ;;
    *) { echo; echo "The end of the log of \"$1\":"; echo; tail -n 25 "$(log_of "$1")" | cut -c1-200 | sed 's/^/    /'; } \
      >> "$logs/failures" ;;
  esac
}

part() {
  local name=$1 begin=$SECONDS code
  run "$@"
  code=$?
  report "$name" $code $((SECONDS - begin))
}

"$build/bin/kerascpp" backends 2>&1 | sed 's/^/    /' > "$logs/backends"
tests=$build/bin/kerascpp_tests

# --- what is computed. The rows of all operations are shared out to several processes: compiling kernels takes cores
part "functions and models" 60 "$tests" "[gpu][plan]"
part "G8 allocations, waits and launches in a step" 30 "$tests" "[gpu][steps]"
shares=$(($(nproc) < 8 ? $(nproc) : 8))
begin=$SECONDS
for share in $(seq 0 $((shares - 1))); do
  KERASCPP_TEST_SHARE=$share/$shares run "operations $share" 150 "$tests" "[gpu][ops]" &
  share_of[share]=$!
done
for share in "${!share_of[@]}"; do
  wait "${share_of[share]}"
  report "operations $share" $? $((SECONDS - begin))
done
part "attention, convolutions and products by the libraries" 60 "$tests" "[gpu][libraries]"
part "several GPUs" 40 "$tests" "[gpu][several]"
sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2> /dev/null)
for tool in memcheck racecheck; do
  if [ -n "$sanitizer" ]; then
    part "compute-sanitizer $tool" 45 "$sanitizer" --tool $tool --error-exitcode 9 "$tests" "[gpu][plan]"
  else
    report "compute-sanitizer $tool" 77 0
  fi
done

# --- how fast: ours first, then PyTorch on the same machine as far as the time goes
value_of() { sed -n 's/.*"value": \([0-9.e+-]*\).*"unit": "\([^"]*\)".*/\1 \2/p' "$(log_of "$1")" 2> /dev/null | head -1; }
# row | program | peer | precisions
rows="G1 bench_g1 vgg16 tf32,mixed_float16
G2 bench_g2 inception_v3 tf32,mixed_float16
G3 bench_g3 resnet50 tf32,mixed_float16
G4 bench_t1 mlp float32
G5 bench_t5 lstm float32
G6 bench_g6 transformer mixed_bfloat16
G7 bench_g7 resnet50_latency float32"
each_row() {  # calls $1 row program peer precision
  local row program peer precisions precision
  while read -r row program peer precisions; do
    for precision in ${precisions//,/ }; do "$1" "$row" "$program" "$peer" "$precision" < /dev/null; done
  done <<< "$rows"
}
ours() {
  local flags=device=cuda policy=
  case $4 in tf32) flags=$flags,tf32=true ;; mixed_*) policy=$4 ;; esac
  KERASCPP_FLAGS=$flags KERASCPP_BENCH_POLICY=$policy run "$1 $4" 45 "$build/bin/$2" --row "$1" --seconds 1 --repeats 3
}
theirs() { run "$1 $4 peer" 45 "$python" benchmarks/peers/torch_gpu.py --row "$3" --precision "$4" --seconds 1; }
write_row() {
  local value unit peer
  read -r value unit <<< "$(value_of "$1 $4")"
  read -r peer _ <<< "$(value_of "$1 $4 peer")"
  if [ -z "${value:-}" ]; then
    report "$1 $4" 1 0
  fi
  echo "| $1 | $4 | ${value:-failed} | ${peer:--} | ${unit:-} |" >> "$logs/rows"
}
each_row ours
nsys=$(command -v nsys || true)
if [ -n "$nsys" ]; then
  KERASCPP_FLAGS=device=cuda part "calls of the driver in G4, by nsys" 40 "$nsys" profile --stats=true \
    --force-overwrite=true -o "$logs/step" "$build/bin/bench_t1" --row G4 --seconds 1 --repeats 1
else
  report "calls of the driver in G4, by nsys" 77 0
fi
if "$python" -c 'import torch; assert torch.cuda.is_available()' > /dev/null 2>&1; then each_row theirs; fi
each_row write_row
exit $failed
