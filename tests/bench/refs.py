#!/usr/bin/env python3
"""Precision and recall of `recon refs` against what the compiler says.

    tests/bench/refs.py truth CHECKOUT     # writes refs/truth.tsv, an hour of `cargo check` on a slow machine
    tests/bench/refs.py score CHECKOUT BIN # asks BIN for each symbol, and holds it against refs/truth.tsv

CHECKOUT is a clone of https://github.com/toml-rs/toml at the commit in COMMIT below.

The truth is the compiler's: each symbol of refs/symbols.tsv is marked `#[deprecated]`, and the places the lint names
when all targets with all features are checked are its uses. The lint says nothing within what is itself deprecated, so
the symbols of a batch are chosen not to lie in one another, and what it leaves out by design was added by hand, each
line with its reason: refs/by-hand.tsv. Documentation and code that is not compiled on Linux are no part of the
measure: the compiler sees none of it.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys

COMMIT = "5538279d"
HERE = pathlib.Path(__file__).parent / "refs"


def rows(name):
    lines = (HERE / name).read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def named(span, name):
    """Where the name stands in a span: first, as in a method's, or last, as in a field's and a path's; there it may be
    another one that it was imported under."""
    if not span["text"]:
        return None
    first, last = span["text"][0], span["text"][-1]
    if re.match(rf"{name}\b", first["text"][first["highlight_start"] - 1:]):
        return span["line_start"], span["column_start"]
    word = re.search(r"\w+$", last["text"][:last["highlight_end"] - 1])
    return (span["line_end"], word.start() + 1) if word else None


def before(span):
    """Where the enum stands before its variant: the lint names the variant alone."""
    if not span["text"]:
        return None
    last = span["text"][-1]
    word = re.search(r"(\w+)\s*::\s*\w+$", last["text"][:last["highlight_end"] - 1])
    return (span["line_end"], word.start() + 1) if word and word.group(1) != "Self" else None


def spans(span):
    """The places a span stands for: itself, or what a macro was given."""
    while span:
        yield span
        span = (span.get("expansion") or {}).get("span")


def truth(checkout):
    symbols = rows("symbols.tsv")
    found = collections.defaultdict(set)
    for batch in sorted({row[0] for row in symbols}):
        originals = {}
        shifts = collections.defaultdict(list)
        chosen = [(number, *row[1:]) for number, row in enumerate(symbols) if row[0] == batch]
        for file in {row[2] for row in chosen}:
            originals[checkout / file] = (checkout / file).read_text()
        for number, path, file, line in chosen:
            at = checkout / file
            text = at.read_text()
            lines = text.split("\n")
            hits = [n for n, held in enumerate(lines) if held.strip().startswith(line)]
            assert len(hits) == 1, (path, file, hits)
            # On the same line, so that no line moves.
            held = lines[hits[0]]
            blanks = len(held) - len(held.lstrip())
            mark = f'#[deprecated(note="symbol{number};")] '
            lines[hits[0]] = held[:blanks] + mark + held[blanks:]
            shifts[(file, hits[0] + 1)].append((blanks, len(mark)))
            at.write_text("\n".join(lines))
        try:
            done = subprocess.run(
                ["cargo", "check", "--offline", "--workspace", "--all-targets", "--all-features", "--keep-going",
                 "--message-format", "json"], cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        finally:
            for at, text in originals.items():
                at.write_text(text)
        for line in done.stdout.decode().splitlines():
            message = json.loads(line)
            if message["reason"] != "compiler-message":
                continue
            message = message["message"]
            if (message.get("code") or {}).get("code") != "deprecated":
                if message["level"] == "error" and "aborting" not in message["message"]:
                    print("error:", message["message"][:200], file=sys.stderr)
                continue
            number = int(message["message"].split("symbol")[1].split(";")[0])
            name = symbols[number][1].split("/")[-1]
            path = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", message["message"].split("`")[1]))
            is_variant = "variant" in message["message"] and path.split("::")[-2:-1] == [name]
            if path.split("::")[-1] != name and not is_variant:
                continue  # what is in it is deprecated too
            for primary in message["spans"]:
                if not primary["is_primary"]:
                    continue
                for span in spans(primary):
                    place = before(span) if is_variant else named(span, name)
                    if place and not span["file_name"].startswith("/"):
                        line, column = place
                        for blanks, width in shifts.get((span["file_name"], line), []):
                            column -= width if blanks < column else 0
                        found[number].add((span["file_name"], line, column))
                        break
                else:
                    if is_variant:
                        continue  # `Self::Variant`, or imported by itself
                    print("no place:", message["message"], primary["file_name"], primary["line_start"], file=sys.stderr)
    with open(HERE / "truth.tsv", "w") as out:
        out.write(f"# symbol (line of symbols.tsv), file, line, column, at {COMMIT}\n")
        for number in sorted(found):
            for place in sorted(found[number]):
                out.write("\t".join(map(str, (number, *place))) + "\n")


def score(checkout, binary):
    symbols = rows("symbols.tsv")
    known = collections.defaultdict(set)
    for number, file, line, column, *_ in rows("truth.tsv") + rows("by-hand.tsv"):
        known[int(number)].add((file, int(line), int(column)))
    by_label = collections.Counter()
    right_by_label = collections.Counter()
    n_known = n_found = 0
    for number, (_, path, file, _) in enumerate(symbols):
        command = [binary, "recon", "refs", path, "--in", file, "--limit", "1000000", "--message-format", "json"]
        done = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE)
        answer = json.loads(done.stdout.decode().splitlines()[-1])
        labels = {}
        for of in answer["files"]:
            for symbol in of["symbols"]:
                for hit in symbol["hits"]:
                    if hit["as"] not in ("doc-link", "doc-test"):
                        labels[of["file"], hit["line"], hit["column"]] = hit["label"]
        right = known[number]
        for place, label in labels.items():
            by_label[label] += 1
            right_by_label[label] += place in right
            if os.environ.get("VERBOSE") and label != "name-only" and place not in right:
                print("   wrong", label, *place)
        for place in sorted(right - labels.keys()):
            if os.environ.get("VERBOSE"):
                print("  missed", *place)
        if os.environ.get("VERBOSE"):
            for place in sorted(place for place in right if labels.get(place) == "name-only"):
                print("    weak", *place)
        n_known += len(right)
        n_found += len(right & labels.keys())
        counts = collections.Counter(labels[place] if place in labels else "missed" for place in right)
        wrong = collections.Counter(label for place, label in labels.items() if place not in right)
        print(f"{path:32} {len(right):5} right: {dict(counts)}; wrong: {dict(wrong)}")
    so_far = 0
    for label in ("certain", "likely", "name-only"):
        so_far += right_by_label[label]
        precision = right_by_label[label] / by_label[label] if by_label[label] else 1
        print(f"{label:10} {by_label[label]:6} hits, precision {precision:.4f}, "
              f"recall with what is above {so_far / n_known:.4f}")
    print(f"of {n_known} uses {n_found} were told")


if __name__ == "__main__":
    if sys.argv[1] == "truth":
        truth(pathlib.Path(sys.argv[2]))
    else:
        score(pathlib.Path(sys.argv[2]), sys.argv[3])
