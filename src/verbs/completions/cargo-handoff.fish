# Completions of cargo handoff for fish. In ~/.config/fish/conf.d/cargo-handoff.fish, or in config.fish:
#
#     cargo-handoff completions fish | source
#
# They stand beside what fish knows of cargo, for `cargo handoff` and `cargo-handoff`.

# The words from `handoff` on, and the current one, one a line. Fails where this is another command.
function __cargo_handoff_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    if test "$words[1]" = cargo
        set -e words[1]
        while set -q words[1]; and string match -q -r '^[-+]' -- $words[1]
            set -e words[1]
        end
        test "$words[1]" = handoff; or return 1
    end
    printf '%s\n' $words "$current"
end

function __cargo_handoff_candidates
    set -l words (__cargo_handoff_words); or return
    command cargo-handoff completions fish --at (math (count $words) - 1) -- $words 2>/dev/null
end

complete -c cargo-handoff -f -k -a '(__cargo_handoff_candidates)'
complete -c cargo -f -k -n '__cargo_handoff_words >/dev/null' -a '(__cargo_handoff_candidates)'
