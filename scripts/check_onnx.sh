#!/usr/bin/env bash
# check_onnx.sh PYTHON [BUILD]: writes every layer, operation and application as ONNX, and has onnx.checker and ONNX
# Runtime check and run them. PYTHON has numpy, onnx and onnxruntime.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:?usage: check_onnx.sh PYTHON [BUILD]}
build=${2:-build/test}
KERASCPP_PYTHON=$python KERASCPP_ONNX_APPLICATIONS=1 "$build/bin/kerascpp_tests" "[onnx]"
