#!/usr/bin/env bash
# A workspace nobody here wrote: published crates that belong together, put under one manifest, one of them changed.
#
#   tests/real/published.sh [BINARY]       lays it out in a new temporary folder and runs map, init, implement and
#                                          validate on it; BINARY is target/debug/cargo-handoff where not given
#   tests/real/published.sh --prepare      lays it out only, and runs plain `cargo test` on it
#
# Needs the network the first time: cargo fetches the crates and what their tests need. The folder is kept, and its
# name printed, so that what was recorded can be read. Exits with 0 where the last verb said what is expected here.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
mode="${1:-$here/target/debug/cargo-handoff}"
# Whole, as it is run from elsewhere.
[[ "$mode" == --prepare ]] || binary="$(cd "$(dirname "$mode")" && pwd)/$(basename "$mode")"

# bytes <- http <- http-body, exact versions, so that everybody sees the same workspace.
crates=(bytes http http-body)
versions=(1.12.2 1.5.0 1.1.0)
changed=http

say() { printf '\n$ %s\n' "$*"; }

base="$(mktemp -d "${TMPDIR:-/tmp}/published.XXXXXX")"
workspace="$base/workspace"
mkdir -p "$base/scratch/src" "$workspace"
echo "laid out in $workspace"

# -- a scratch package that depends on them, only to have cargo fetch and unpack them
{
    printf '[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n'
    for at in "${!crates[@]}"; do printf '%s = "=%s"\n' "${crates[$at]}" "${versions[$at]}"; done
} >"$base/scratch/Cargo.toml"
: >"$base/scratch/src/lib.rs"
(cd "$base/scratch" && cargo vendor --quiet vendor >/dev/null)

# -- one workspace of them, each patched to be the one the others use
{
    printf '[workspace]\nresolver = "2"\nmembers = ['
    printf '"%s", ' "${crates[@]}"
    printf ']\n\n[patch.crates-io]\n'
    for crate in "${crates[@]}"; do printf '%s = { path = "%s" }\n' "$crate" "$crate"; done
} >"$workspace/Cargo.toml"
for crate in "${crates[@]}"; do
    cp -R "$base/scratch/vendor/$crate" "$workspace/$crate"
    rm -f "$workspace/$crate/.cargo-checksum.json" "$workspace/$crate/Cargo.lock"
done
printf '/target\n' >"$workspace/.gitignore"
# http denies every warning, and clippy has learnt new ones since it was published: those are errors, and errors
# always count, whoever wrote the line. As warnings they were there before.
sed -i.published 's/deny(warnings, missing_docs/deny(missing_docs/' "$workspace/http/src/lib.rs"
rm "$workspace/http/src/lib.rs.published"

cd "$workspace"
cargo generate-lockfile --quiet
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=published GIT_AUTHOR_EMAIL=published@example.invalid
export GIT_COMMITTER_NAME=published GIT_COMMITTER_EMAIL=published@example.invalid
git init --quiet -b main
git add --all
git commit --quiet -m "As they were published"
git checkout --quiet -b change

# -- the change: a small function with a test, in the middle of the chain
cat >>"$changed/src/lib.rs" <<'RUST'

/// How many header fields there are, counted one by one.
pub fn count_fields(headers: &HeaderMap) -> usize {
    headers.iter().count()
}

#[cfg(test)]
mod count_fields_tests {
    use super::{count_fields, HeaderMap, HeaderValue};

    #[test]
    fn a_field_with_two_values_counts_twice() {
        let mut headers = HeaderMap::new();
        headers.append("accept", HeaderValue::from_static("a"));
        headers.append("accept", HeaderValue::from_static("b"));
        assert_eq!(count_fields(&headers), 2);
    }
}
RUST
git --no-pager diff --stat

if [[ "$mode" == --prepare ]]; then
    say cargo test --workspace --locked --no-fail-fast
    cargo test --workspace --locked --no-fail-fast
    exit 0
fi

# Runs a verb and shows its exit code; `expected` says which are right.
run() {
    local expected="$1" code=0
    shift
    say "cargo-handoff $*"
    "$binary" "$@" || code=$?
    echo "(exit $code)"
    if [[ " $expected " != *" $code "* ]]; then
        echo "error: expected exit $expected" >&2
        exit 1
    fi
}

run "0" map
run "0" init --from-branch "Header fields can be counted"
run "0" map
run "0" implement
run "0" validate
# The same again is no news: the payload stays as it is, to the byte.
cp handoff/payload.json "$base/before.json"
run "0" implement
cmp handoff/payload.json "$base/before.json"
# Without the work the claims are contradicted.
git checkout --quiet -- "$changed"
run "105" validate
echo
echo "as expected; the workspace is in $workspace"
