#!/usr/bin/env bash
# Installs what kerascpp is built with on Debian 12 or 13: install_packages.sh [test]
# Does nothing, and needs no network, when everything is there already.
set -euo pipefail

packages=(g++ cmake ninja-build ccache libdnnl-dev libxtensor-dev libxtensor-blas-dev libopenblas-dev liblapack-dev
          libkissfft-dev
          libhdf5-dev libcurl4-openssl-dev nlohmann-json3-dev libyaml-cpp-dev libzip-dev libxbyak-dev libcli11-dev zlib1g-dev
          libjpeg62-turbo-dev libpng-dev)
if [ "${1:-}" = test ]; then
  packages+=(catch2 pkg-config git)
  # the formatter of Debian 12 decides how the code is laid out; elsewhere its check is skipped
  if apt-cache show clang-format-14 >/dev/null 2>&1; then packages+=(clang-format-14); fi
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install_packages.sh: run as root, or install sudo; missing: ${missing[*]}" >&2; exit 1; }
  sudo=(sudo)
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
