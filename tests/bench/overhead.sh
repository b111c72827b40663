#!/usr/bin/env bash
# What a warm `implement` costs beyond the same cargo commands typed one after the other.
#
#   tests/bench/overhead.sh BINARY [FOLDER]    FOLDER is a workspace with a payload on which `implement` passes;
#                                              the demo, laid out in a temporary folder, where it is not given
#
# Needs hyperfine. The commands are those the payload records; `--tests` runs the binaries `--no-run` only builds.
set -euo pipefail

binary="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
folder="${2:-}"
if [[ -z "$folder" ]]; then
    folder="$(mktemp -d "${TMPDIR:-/tmp}/overhead.XXXXXX")/demo"
    "$binary" demo --into "$folder" >/dev/null
fi
cd "$folder"
"$binary" implement --quiet >/dev/null # warm, and no news from here on

script="$(mktemp "${TMPDIR:-/tmp}/by-hand.XXXXXX")"
{
    echo 'set -e'
    sed -n 's/^ *"command": "\(cargo .*\)",*$/\1/p' handoff/payload.json | sed 's/ --no-run/ --tests/' | sort -u
} >"$script"
cat "$script"
hyperfine --warmup 1 --runs "${RUNS:-5}" \
    --command-name 'by hand' "bash $script" \
    --command-name 'implement' "$binary implement --quiet" \
    --command-name 'map' "$binary map --quiet" \
    --command-name 'status --safe' "$binary status --safe"
