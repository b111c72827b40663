#!/usr/bin/env bash
# What `implement` costs against what one would type instead, as markdown.
#
#   tests/bench/engine.sh BINARY                      a synthetic workspace: 60 packages in six layers, 1,000 files
#   tests/bench/engine.sh BINARY FOLDER LEAF CORE     a clone of a real one; LEAF and CORE are packages of it, one that
#                                                     few depend on and one that most do
#
# Compared with B (fmt, clippy and tests as cargo has them), cargo-nextest with the same fmt, clippy and doctests, and
# turborepo with its cargo support (experimental; from the npm registry, TURBO=PATH to use another one). Who is not
# installed is left out, and the output says so. `floor` rebuilds what a leaf edit makes dirty and tests that package.
#
# Each has a copy of the workspace and a target folder of its own, warm before anything is measured. Rounds go through
# everybody in turn, so that a busy machine is busy for all; ratios are medians over the rounds. CPU is user and system
# time with children. ROUNDS (default 5), ROWS ("nothing times leaf core all") and TOOLS ("floor nextest turbo", whom
# to compare with beside B) make it shorter.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
binary="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
real="${2:-}"
rounds="${ROUNDS:-5}"
rows="${ROWS:-nothing times leaf core all}"
asked=" ${TOOLS-floor nextest turbo} "
base="$(mktemp -d "${TMPDIR:-/tmp}/engine.XXXXXX")"
trap 'rm -rf "$base"' EXIT
data="$base/data"
: >"$data"
export CARGO_TERM_COLOR=never TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
unset CARGO_TARGET_DIR RUSTFLAGS

note() { printf '%s\n' "$*" >&2; }

# -- the workspace

if [[ -z "$real" ]]; then
    name="synthetic"
    "$here/workspace.sh" "$base/origin"
    leaf=p59 core=p00
else
    name="$(basename "$real")"
    git clone --quiet --no-hardlinks "$real" "$base/origin"
    leaf="${3:?a package few depend on}" core="${4:?a package most depend on}"
fi
cd "$base/origin"
[[ -f Cargo.lock ]] || cargo generate-lockfile --quiet
folder_of() { cargo pkgid -p "$1" | sed -e 's/^path+file:\/\///' -e 's/#.*$//' -e "s|^$base/origin/*||"; }
file_of() {
    local folder file
    folder="$(folder_of "$1")"
    for file in src/lib.rs src/main.rs; do
        [[ -f "${folder:-.}/$file" ]] && printf '%s\n' "${folder:+$folder/}$file" && return
    done
    note "no src/lib.rs or src/main.rs in $1" && exit 1
}
leaf_file="$(file_of "$leaf")" core_file="$(file_of "$core")"
packages="$(cargo metadata --no-deps --format-version 1 | grep -o '"name":"[^"]*","version"' | cut -d'"' -f4 | sort -u)"
# One file of each package makes everything dirty.
all_files="$(for package in $packages; do file_of "$package"; done)"
if [[ ! -f handoff/payload.json ]]; then
    mkdir -p handoff
    list="$(printf '"%s", ' $packages)"
    printf '{"requirement": {"summary": "Measured."}, "plan": {"steps": [{"id": "1", "name": "All", "packages": [%s]}]}, "testPlan": {"scenarios": [{"id": "s", "name": "none"}]}}\n' "${list%, }" >handoff/payload.json
fi
commit() { git add --all && git -c user.name=bench -c user.email=bench@example.invalid commit --quiet --allow-empty -m "$1"; }
git check-ignore --quiet target || printf '/target\n' >>.gitignore
commit "What is measured"
n_files="$(git ls-files | wc -l)"
n_packages="$(printf '%s\n' "$packages" | wc -l)"

# -- who is compared

declare -A commands
commands[B]="cargo fmt --all --check && cargo clippy --workspace --all-targets && cargo test --workspace"
commands[floor]="cargo fmt -p $leaf --check && cargo clippy -p $leaf --all-targets && cargo test -p $leaf"
tools=(ours B)
[[ "$asked" != *" floor "* ]] || tools+=(floor)
if [[ "$asked" != *" nextest "* ]]; then
    :
elif cargo nextest --version >/dev/null 2>&1; then
    commands[nextest]="cargo fmt --all --check && cargo clippy --workspace --all-targets && cargo nextest run --workspace && cargo test --workspace --doc"
    tools+=(nextest)
else
    note "cargo-nextest is not installed: left out"
fi
turbo="${TURBO:-}"
if [[ "$asked" != *" turbo "* ]]; then
    turbo=""
elif [[ -z "$turbo" ]] && command -v npm >/dev/null; then
    mkdir "$base/npm"
    (cd "$base/npm" && npm install --silent --no-audit --no-fund turbo@2.11.11 >/dev/null 2>&1) || true
    # The program itself, without the node that starts it.
    turbo="$(compgen -G "$base/npm/node_modules/@turbo/*/bin/turbo" || true)"
fi
if [[ "$asked" == *" turbo "* && ! -x "$turbo" ]]; then
    turbo=""
    note "turbo cannot be had from the npm registry: left out"
fi

for tool in "${tools[@]}" ${turbo:+turbo}; do
    cp -a "$base/origin" "$base/$tool"
done
if [[ -n "$turbo" ]]; then
    cd "$base/turbo"
    grep -q '^\[workspace.metadata\]' Cargo.toml || printf '\n[workspace.metadata]\nname = "everything"\n' >>Cargo.toml
    printf '/.turbo\n' >>.gitignore
    cat >turbo.json <<'JSON'
{
  "futureFlags": { "experimentalCargoWorkspaces": true, "experimentalTaskCommand": true },
  "tasks": {
    "test": {},
    "everything#lint": { "command": ["cargo", "clippy", "--workspace", "--all-targets", "--locked"] },
    "everything#format": { "command": ["cargo", "fmt", "--all", "--check"], "cache": true }
  }
}
JSON
    commit "turbo"
    commands[turbo]="'$turbo' run test lint format --no-daemon --no-update-notifier"
    tools+=(turbo)
fi

# -- measuring

# Runs a tool in its copy; prints wall and CPU seconds. It has to pass.
run() {
    local times="$base/times" TIMEFORMAT='%3R %3U %3S'
    cd "$base/$1"
    # No shell of its own for us: one takes as long as we do when nothing changed.
    local words=(bash -c "${commands[$1]:-}")
    [[ "$1" != ours ]] || words=("$binary" implement --quiet)
    if ! { time "${words[@]}" >"$base/said" 2>&1; } 2>"$times"; then
        note "$1 failed: ${words[*]}"
        tail -n 40 "$base/said" >&2
        return 1
    fi
    awk '{ print $1, $2 + $3 }' "$times"
}

# Gives a file of a tool's copy another last line: a comment, so that nobody has anything to complain of.
edit() {
    { git -C "$base/origin" show "HEAD:$2" && printf '// Round %s.\n' "$3"; } >"$base/$1/$2"
}

prepare() {
    local tool="$1" row="$2" round="$3" file
    cd "$base/$tool"
    case "$row" in
    nothing) ;;
    times) git ls-files -z | xargs -0 touch --no-create ;;
    leaf) edit "$tool" "$leaf_file" "$row $round" ;;
    core) edit "$tool" "$core_file" "$row $round" ;;
    all) for file in $all_files; do edit "$tool" "$file" "$row $round"; done ;;
    esac
}

# The most memory our process had, without its children, in kB: its peak only grows, so looking often is enough.
peak() {
    local most=0 line
    cd "$base/ours"
    "$binary" implement --quiet >/dev/null 2>&1 &
    while line="$(grep VmHWM "/proc/$!/status" 2>/dev/null)"; do
        line="${line//[!0-9]/}"
        ((line <= most)) || most="$line"
    done
    wait $! || true
    echo "$most"
}

working=()
for tool in "${tools[@]}"; do
    note "warming up $tool"
    if run "$tool" >/dev/null && run "$tool" >/dev/null; then
        working+=("$tool")
    else
        note "$tool does not work here: left out"
    fi
done
for row in $rows; do
    for ((round = 1; round <= rounds; round++)); do
        note "$row, round $round of $rounds"
        for tool in "${working[@]}"; do
            [[ "$tool" != floor || "$row" == leaf ]] || continue
            prepare "$tool" "$row" "$round"
            printf '%s %s %s %s\n' "$row" "$tool" "$round" "$(run "$tool")" >>"$data"
        done
    done
done
note "memory"
most=0
for row in nothing leaf all; do
    prepare ours "$row" memory
    here_most="$(peak)"
    ((here_most <= most)) || most="$here_most"
done

# -- the table

printf '%s: %s packages, %s files; %s cores, %s rounds; %s. Each cell is CPU, wall.\n\n' \
    "$name" "$n_packages" "$n_files" "$(getconf _NPROCESSORS_ONLN)" "$rounds" "$(cargo --version)"
awk -v rows="$rows" -v tools="${working[*]}" -v most="$most" '
function median(list, n,    i, j, swap) {
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (list[j] < list[i]) { swap = list[i]; list[i] = list[j]; list[j] = swap }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
function seconds(x) { return x < 1 ? sprintf("%.0f ms", 1000 * x) : sprintf("%.1f s", x) }
function times(x) { return sprintf(x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x) }
function own(row, tool, what,    i, n, list) {
    n = 0
    for (i = 1; (row, tool, i, what) in value; i++) list[++n] = value[row, tool, i, what]
    return n ? median(list, n) : -1
}
# How many times what ours takes the other one takes.
function ratio(row, tool, what,    i, n, list, mine) {
    n = 0
    for (i = 1; (row, tool, i, what) in value; i++) {
        mine = value[row, "ours", i, what]
        list[++n] = value[row, tool, i, what] / (mine < 0.001 ? 0.001 : mine)
    }
    return n ? median(list, n) : -1
}
function verdict(is_met) { return is_met ? "met" : "missed" }
{ value[$1, $2, $3, "wall"] = $4; value[$1, $2, $3, "cpu"] = $5 }
END {
    title["nothing"] = "nothing changed"; title["times"] = "times only"; title["leaf"] = "one leaf edit"
    title["core"] = "one core edit"; title["all"] = "everything dirty"
    n_tools = split(tools, tool, " "); n_rows = split(rows, row, " ")
    # CPU, then wall: seconds of ours and of B, and how many times what ours takes the others take.
    head = "| edit | ours | B |"; rule = "|---|---|---|"
    for (t = 2; t <= n_tools; t++) { head = head " " tool[t] " : ours |"; rule = rule "---|" }
    print head; print rule
    for (r = 1; r <= n_rows; r++) {
        line = "| " title[row[r]] " |"
        for (t = 1; t <= 2; t++) {
            cpu = own(row[r], tool[t], "cpu")
            line = line (cpu < 0 ? " - |" : " " seconds(cpu) ", " seconds(own(row[r], tool[t], "wall")) " |")
        }
        for (t = 2; t <= n_tools; t++) {
            cpu = ratio(row[r], tool[t], "cpu")
            line = line (cpu < 0 ? " - |" : " " times(cpu) ", " times(ratio(row[r], tool[t], "wall")) " |")
        }
        print line
    }
    print "\n| what | goal | measured |\n|---|---|---|"
    if (own("nothing", "ours", "cpu") >= 0) {
        x = ratio("nothing", "B", "cpu"); w = own("nothing", "ours", "wall")
        printf "| nothing changed, CPU of B : ours | 100 or more | %.0f, %s |\n", x, verdict(x >= 100)
        printf "| nothing changed, wall | 50 ms or less | %s, %s |\n", seconds(w), verdict(w <= 0.05)
    }
    if (own("times", "ours", "cpu") >= 0) {
        x = ratio("times", "B", "cpu")
        printf "| times only, CPU of B : ours | 50 or more | %.0f, %s |\n", x, verdict(x >= 50)
    }
    if (own("leaf", "floor", "cpu") >= 0) {
        x = 1 / ratio("leaf", "floor", "cpu")
        printf "| one leaf edit, CPU of ours : dirty units and that package'"'"'s tests | 1.15 or less | %.2f, %s |\n", x, verdict(x <= 1.15)
    }
    if (own("all", "ours", "cpu") >= 0) {
        x = 1 / ratio("all", "B", "cpu"); w = ratio("all", "B", "wall")
        printf "| everything dirty, CPU of ours : B | 1.03 or less | %.2f, %s |\n", x, verdict(x <= 1.03)
        printf "| everything dirty, wall of B : ours | 1.3 or more | %.2f, %s |\n", w, verdict(w >= 1.3)
    }
    printf "| memory of our own process | 100 MB or less | %.0f MB, %s |\n", most * 1024 / 1000000, verdict(most * 1024 <= 100000000)
}' "$data"
