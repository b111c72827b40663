#!/usr/bin/env bash
# Whether `recon search` finds the lines `rg --sort=path` finds, and how long each of them takes.
#
#   tests/bench/search.sh BINARY [RG] [FOLDER…]    RG is ripgrep's published binary, the `rg` on the PATH where it is
#                                                  not given; a FOLDER is any tree, the registry's sources where none is
#
# Needs hyperfine and jq. A release build is meant: `cargo build --release`. Ends with 1 where the lines differ.
# RUNS=0 leaves the times out. Compared are `file:line` of every line, and the texts of those ripgrep shows as they are.
set -euo pipefail

binary="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
rg="$(command -v "${2:-rg}")"
shift "$(($# < 2 ? $# : 2))"
folders=("$@")
if [[ ${#folders[@]} == 0 ]]; then
    folders=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*)
fi
work="$(mktemp -d "${TMPDIR:-/tmp}/search.XXXXXX")"
trap 'rm -r "$work"' EXIT

# A pattern a line, with the options both of them know.
cases=(
    'fn main'
    'unsafe impl<.*> Send'
    '-w -i todo'
    '-S deserialize_any'
    '-S Deserialize_Any'
    '-F Vec<u8>'
    '-F ()?;'
    '^\s*#\[test\]$'
    '\p{Greek}'
    '[^\x00-\x7F]'
    '-C 2 fn from_utf8_unchecked'
    '-A 1 -B 3 -w SIGBUS'
    '-g *.rs -g !tests/** panic!'
    '-g *.md license'
    '-g **/src/*.rs -w crate::error'
    '--hidden checksum'
    '--hidden --no-ignore \[dependencies\]'
    'no such thing in any of these files, is there'
    'e'
)

normal() { # long lines, tabs, ends and what is no text are shown otherwise; `file:line` is not
    LC_ALL=C.UTF-8 sed -E 's/\r$//; s/\t/    /g; s/ +$//' | LC_ALL=C.UTF-8 awk '
        /^--$/ { print; next }
        !match($0, /[:-][0-9]+[:-]/) { sub(/: (WARNING|binary).*/, ": binary"); print; next }
        1000 < length($0) || /[^[:print:]]/ || /\\x|\\u|…/ { print substr($0, 1, RSTART + RLENGTH - 2); next }
        { print }'
}

differ=0
for folder in "${folders[@]}"; do
    cd "$folder"
    echo "$folder: $("$rg" --files | wc -l) files"
    for case in "${cases[@]}"; do
        # shellcheck disable=SC2206 # words of a case are words
        set -f; words=($case); set +f
        options=(); pattern="$case"
        while [[ "${words[0]-}" == -* ]]; do
            n=1
            case "${words[0]}" in -g | -C | -A | -B) n=2 ;; esac
            options+=("${words[@]:0:n}"); words=("${words[@]:n}")
            pattern="${words[*]}"
        done
        { "$rg" --sort=path --no-heading --with-filename --line-number --color=never "${options[@]}" -e "$pattern" ./ ||
            true; } 2>/dev/null | sed 's|^\./||' | normal >"$work/theirs"
        "$binary" recon search --quiet --limit 1000000000 "${options[@]}" -- "$pattern" . | sed '/^not looked at:/d' |
            normal >"$work/ours"
        if diff "$work/theirs" "$work/ours" >"$work/diff"; then
            echo "  same $(wc -l <"$work/ours") lines: $case"
        else
            echo "  DIFFERENT: $case"; head -6 "$work/diff"; differ=1
        fi
    done
    for pattern in 'fn main' 'unsafe impl<.*> Send' 'no such thing' 'self'; do
        [[ "${RUNS:-10}" == 0 ]] && continue
        hyperfine --warmup 2 --runs "${RUNS:-10}" --style basic --export-json "$work/times" \
            --command-name rg "$rg --sort=path --no-heading --line-number -e '$pattern' ./" \
            --command-name ours "$binary recon search --limit 1000000000 '$pattern' ." \
            --command-name bounded "$binary recon search '$pattern' ." --ignore-failure >/dev/null
        jq -r --arg pattern "$pattern" '"  `\($pattern)`: " + ([.results[] | "\(.command) \(.median * 1000 | round) ms"] |
            join(", ")) + ", ours/rg \(.results[1].median / .results[0].median * 100 | round / 100)"' "$work/times"
    done
done
exit "$differ"
