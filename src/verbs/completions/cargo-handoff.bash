# Completions of cargo handoff for bash. In ~/.bashrc, behind what sets up the completions of cargo itself:
#
#     source <(cargo-handoff completions bash)
#
# cargo's own completions know nothing of subcommands from elsewhere, so those of `cargo` are wrapped: `handoff` is
# completed here, everything else by whatever completed it before.

# The words of the line, the place of the current one among them -> COMPREPLY.
__cargo_handoff_reply() {
    local at=$1 line
    shift
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(command cargo-handoff completions bash --at "$at" -- "$@" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

_cargo_handoff() {
    __cargo_handoff_reply "$COMP_CWORD" "${COMP_WORDS[@]}"
}

_cargo_with_handoff() {
    local at=1
    while ((at < COMP_CWORD)) && [[ ${COMP_WORDS[at]} == [-+]* ]]; do
        ((at++))
    done
    if ((at < COMP_CWORD)) && [[ ${COMP_WORDS[at]} == handoff ]]; then
        __cargo_handoff_reply "$((COMP_CWORD - at))" "${COMP_WORDS[@]:at}"
        return
    fi
    if [[ -z ${__cargo_handoff_before-} ]]; then
        # Nobody completed cargo yet: what bash-completion would load for it is loaded now, and wrapped.
        complete -r cargo 2>/dev/null
        if declare -F _comp_load >/dev/null; then
            _comp_load cargo >/dev/null 2>&1
        elif declare -F __load_completion >/dev/null; then
            __load_completion cargo >/dev/null 2>&1
        fi
        __cargo_handoff_wrap
    fi
    if [[ $__cargo_handoff_before != - ]]; then
        "$__cargo_handoff_before" "$@"
    elif ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W handoff -- "${COMP_WORDS[1]}"))
    fi
}

# Notes which function completes cargo, if any, and takes its place.
__cargo_handoff_wrap() {
    local known
    known=$(complete -p cargo 2>/dev/null)
    if [[ $known =~ -F\ ([^ ]+) && ${BASH_REMATCH[1]} != _cargo_with_handoff ]]; then
        __cargo_handoff_before=${BASH_REMATCH[1]}
    elif [[ ${1-} != first ]]; then
        __cargo_handoff_before=-
    fi
    complete -o bashdefault -o default -F _cargo_with_handoff cargo
}

__cargo_handoff_wrap first
complete -o bashdefault -o default -F _cargo_handoff cargo-handoff
