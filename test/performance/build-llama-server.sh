#!/usr/bin/env bash
# Builds llama-server from the very sources that our libraries were built from: the git bundle inside
# node-llama-cpp. Some minutes, outside the repository. Prints the path of the program.
#   test/performance/build-llama-server.sh [FOLDER]
set -euo pipefail
folder=${1:-${TMPDIR:-/tmp}/llama.cpp-v0.5.0}
here=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -x "$folder/build/bin/llama-server" ]; then
  [ -d "$folder/.git" ] || git clone -q "$here/node_modules/node-llama-cpp/llama/gitRelease.bundle" "$folder"
  {
    cmake -S "$folder" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release -DLLAMA_CURL=OFF \
      -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_UI=OFF
    cmake --build "$folder/build" --target llama-server -j"$(nproc)"
  } >&2
fi
echo "$folder/build/bin/llama-server"
