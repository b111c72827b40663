#!/bin/sh
# How long `--red` takes where the target folder is warm, against building the tests of a cold baseline.
#
#   tests/bench/red.sh WORKSPACE
#
# WORKSPACE is a git checkout with a warm `target/`, uncommitted work with a test of its own, and a payload. What is built
# is below its target folder; nothing else is written but the payload. Prints both times and their ratio.
set -eu
workspace=$(cd "$1" && pwd)
commit=$(git -C "$workspace" rev-parse HEAD)
cd "$workspace"
now() { date +%s.%N; }

cargo handoff implement >/dev/null 2>&1 || true
rm -rf target/handoff/baseline
begin=$(now)
cargo handoff implement --red -v 2>&1 | grep -E 'red-|not-red|absent|hangs|inconclusive' || true
warm=$(echo "$(now) - $begin" | bc)

cold=$(mktemp -d)
trap 'rm -rf "$cold"' EXIT
git archive "$commit" | tar -x -C "$cold"
begin=$(now)
(cd "$cold" && CARGO_TARGET_DIR="$cold/target" cargo test --workspace --no-run --quiet)
took=$(echo "$(now) - $begin" | bc)
echo "red, seeded: $warm s; cold baseline build: $took s; ratio $(echo "scale=2; $warm / $took" | bc)"
