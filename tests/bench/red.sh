#!/usr/bin/env bash
# What `implement --red` costs where the target folder is warm, against building the tests of a cold baseline.
#
#   tests/bench/red.sh BINARY FOLDER PATCH PACKAGE...    a clone of FOLDER as its HEAD is, and a PATCH of it: a fix with
#                                                        its test in these packages
#
# Within one run and one clone: `cargo test --workspace --no-run` of the baseline in an empty target folder; then PATCH is
# applied and `implement` run, which makes the folder warm; then `implement` again, which has nothing to do; then
# `implement --red` with no baseline laid out yet, and once more with what the former left. What tests come to is printed
# too: a run that finds nothing red measures nothing. CPU is user and system time with children.
set -euo pipefail

binary="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
real="$2" patch="$(realpath "$3")"
shift 3
packages="$(printf '"%s", ' "$@")"
base="$(mktemp -d "${TMPDIR:-/tmp}/red.XXXXXX")"
trap 'rm -rf "$base"' EXIT
export CARGO_TERM_COLOR=never
unset CARGO_TARGET_DIR RUSTFLAGS

git clone --quiet --no-hardlinks "$real" "$base/clone"
cd "$base/clone"
git remote remove origin
rm -rf handoff
mkdir handoff
printf '{"requirement": {"summary": "Measured."}, "plan": {"steps": [{"id": "1", "name": "All", "packages": [%s]}]}, "testPlan": {"scenarios": [{"id": "s", "name": "none"}]}}\n' "${packages%, }" >handoff/payload.json
git check-ignore --quiet target || printf '/target\n' >>.gitignore
git add --all
git -c user.name=bench -c user.email=bench@example.invalid commit --quiet --no-verify -m "What is measured"
cargo fetch --quiet

row() { # NAME COMMAND...: a line with wall and CPU seconds; what is said goes to the file `said`
    local name="$1" TIMEFORMAT='%R %U %S' took wall user system cpu
    shift
    took="$({ time "$@" >"$base/said" 2>&1; } 2>&1)" || true # lints may fail the run
    read -r wall user system <<<"$took"
    cpu="$(echo "$user + $system" | bc)"
    : "${cold_wall:=$wall}" "${cold_cpu:=$cpu}"
    ratio() { echo "scale=2; $1 / $2" | bc | sed 's/^\./0./'; }
    printf '| %s | %s | %s | %s | %s |\n' "$name" "$wall" "$cpu" \
        "$(ratio "$wall" "$cold_wall")" "$(ratio "$cpu" "$cold_cpu")"
}

printf '| | wall s | CPU s | of cold wall | of cold CPU |\n|---|---|---|---|---|\n'
row 'cold baseline, `cargo test --workspace --no-run`' cargo test --workspace --no-run --quiet
git apply "$patch"
row 'the work for the first time, `implement`' "$binary" implement
cp "$base/said" "$base/first"
row '`implement`, nothing to do' "$binary" implement
row '`implement --red`, dependencies copied' "$binary" implement --red
cp "$base/said" "$base/red"
row '`implement --red` again' "$binary" implement --red
printf '\n'
tail -n 3 "$base/first"
grep -E 'red-|not-red|absent|hangs|inconclusive|could not be run' "$base/red" || printf 'no answer:\n%s\n' "$(tail -n 20 "$base/red")"
