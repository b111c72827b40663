#!/usr/bin/env bash
# What `recon overview` takes on a real tree, beside a program that reads the same symbols with tree-sitter.
#
#   tests/bench/overview.sh BINARY FOLDER [OTHER]    FOLDER is made of registry sources where it is not there;
#                                                    OTHER is a folder in which the other program is built
#
# Needs hyperfine and GNU time. BINARY is a release build. The other program is built from what `overview/` holds, with
# tree-sitter and its grammar from the registry: one thread, every symbol of the same kinds with its head. Goals: 0.6 of its
# time for the whole tree, 5 ms for one warm file, 300 MB.
set -euo pipefail

binary="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
tree="$2"
here="$(cd "$(dirname "$0")" && pwd)"
if [[ ! -d "$tree" ]]; then
    mkdir -p "$tree"
    files=0
    for package in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/*/; do
        n="$(find "$package" -name '*.rs' | wc -l)"
        ((0 < n)) || continue
        cp -r "$package" "$tree/"
        files=$((files + n))
        ((files < 2500)) || break
    done
fi
tree="$(cd "$tree" && pwd)"
cd "$tree"
echo "$(find . -name '*.rs' | wc -l) files, $(find . -name '*.rs' -exec cat {} + | wc -c) bytes, load $(cut -d' ' -f1-3 /proc/loadavg)"
one="$(find . -name '*.rs' -size -40k -size +20k | sort | head -n 1)"

measured() { /usr/bin/time -f "%e s, %U s user, %S s system, %M KB: $1" "${@:2}" >/dev/null; }
measured 'by folder' "$binary" recon overview .
measured 'every symbol' "$binary" recon overview . --limit 1000000
measured 'every symbol as JSON' "$binary" recon overview . --limit 1000000 --message-format json
measured "one file, $one" "$binary" recon overview "$one"

commands=(--command-name 'recon overview' "$binary recon overview . --limit 1000000")
if [[ -n "${3:-}" ]]; then
    mkdir -p "$3/src"
    cp "$here/overview/main.rs.in" "$3/src/main.rs"
    cp "$here/overview/Cargo.toml.in" "$3/Cargo.toml"
    (cd "$3" && cargo build --release --quiet)
    other="$(cd "$3" && pwd)/target/release/tree-sitter-overview"
    measured 'tree-sitter' "$other" .
    commands+=(--command-name 'tree-sitter' "$other .")
fi
hyperfine --shell=none --warmup 1 --runs "${RUNS:-5}" "${commands[@]}"
hyperfine --shell=none --warmup 3 --runs "${RUNS:-30}" --command-name 'one warm file' "$binary recon overview $one"
