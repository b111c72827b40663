#!/usr/bin/env bash
# A workspace to measure on: 60 packages in six layers, about 1,000 files, a library and an integration test each,
# doctests in every fifth, three commits and a payload.
#
#   tests/bench/workspace.sh FOLDER
set -euo pipefail

mkdir -p "$1"
cd "$1"
name() { printf 'p%02d' "$1"; }

git init --quiet -b main
commit() { git add --all && git -c user.name=bench -c user.email=bench@example.invalid commit --quiet -m "$1"; }
{
    printf '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n\n[workspace.metadata]\nname = "everything"\n'
    printf '\n[profile.dev]\ndebug = false\n'
} >Cargo.toml
printf '/target\n' >.gitignore

for ((n = 0; n < 60; n++)); do
    package="$(name "$n")"
    folder="crates/$package"
    mkdir -p "$folder/src" "$folder/tests"
    layer=$((n == 0 ? 0 : 1 + (n - 1) / 12))
    dependencies=()
    if ((layer == 1)); then
        dependencies=("$(name 0)")
    elif ((1 < layer)); then
        first=$((1 + (layer - 2) * 12))
        dependencies=("$(name $((first + n % 12)))" "$(name $((first + (n + 5) % 12)))")
    fi
    {
        printf '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2021"\n' "$package"
        ((n % 5 == 0)) || printf '\n[lib]\ndoctest = false\n'
        printf '\n[dependencies]\n'
        for dependency in "${dependencies[@]}"; do
            printf '%s = { path = "../%s" }\n' "$dependency" "$dependency"
        done
    } >"$folder/Cargo.toml"
    {
        printf '//! Package %s of layer %s.\n\n' "$n" "$layer"
        for ((m = 0; m < 14; m++)); do printf 'pub mod m%02d;\n' "$m"; done
        printf '\n/// The sum of everything below.\n'
        ((n % 5 != 0)) || printf '///\n/// ```\n/// assert!(0 < %s::total());\n/// ```\n' "$package"
        printf 'pub fn total() -> u64 {\n    let mut sum = m00::value(1);\n'
        for ((m = 1; m < 14; m++)); do printf '    sum += m%02d::value(%s);\n' "$m" "$m"; done
        for dependency in "${dependencies[@]}"; do printf '    sum += %s::total() %% 97;\n' "$dependency"; done
        printf '    sum\n}\n'
    } >"$folder/src/lib.rs"
    for ((m = 0; m < 14; m++)); do
        cat >"$folder/src/m$(printf '%02d' "$m").rs" <<RUST
//! Module $m.

use std::collections::BTreeMap;

/// A table of so many squares.
pub fn table(n: u64) -> BTreeMap<u64, String> {
    (0..n).map(|i| (i * i, format!("{i} squared"))).collect()
}

/// A number that depends on another.
pub fn value(n: u64) -> u64 {
    table(n % 7 + 3).keys().sum::<u64>() + $m + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_table_has_so_many_rows() {
        assert_eq!(super::table(5).len(), 5);
    }

    #[test]
    fn a_value_is_more_than_nothing() {
        assert!(0 < super::value(2));
    }
}
RUST
    done
    cat >"$folder/tests/total.rs" <<RUST
//! From outside.

#[test]
fn the_total_is_more_than_nothing() {
    assert!(0 < $package::total());
}

#[test]
fn the_total_stays_the_same() {
    assert_eq!($package::total(), $package::total());
}
RUST
    ((n % 30 != 29)) || commit "Packages up to $package"
done
cargo fmt --all
cargo generate-lockfile --quiet --offline
mkdir handoff
{
    printf '{\n  "requirement": {"summary": "Sums stay the same."},\n  "plan": {"steps": [{"id": "1", "name": "All of them", "packages": ['
    for ((n = 0; n < 60; n++)); do printf '%s"%s"' "$( ((n == 0)) || printf ', ')" "$(name "$n")"; done
    printf ']}]},\n  "testPlan": {"scenarios": [{"id": "s", "name": "none"}]}\n}\n'
} >handoff/payload.json
commit "Lock file and payload"
