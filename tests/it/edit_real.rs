//! Many edits of published sources: what compiled compiles, and no byte beside them is otherwise.

use crate::tree::{Tree, copy};
use camino::{Utf8Path, Utf8PathBuf};
use cargo_handoff::source::{Outline, Symbol, SymbolKind, outline};

/// Crates this package is built from, so that they are on the machine that tests it, each with its edition.
const CRATES: [(&str, &str); 4] = [("shlex", "2018"), ("strsim", "2015"), ("anstyle", "2021"), ("heck", "2021")];

/// Edits of each of them, and after how many it is compiled.
const EDITS: u64 = 24;
const ROUND: u64 = 6;

/// A crate as it was published, at the top of a repository.
fn published(name: &str) -> Tree {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let tree = Tree::empty();
    let asked = ["recon", "docs", name, "--manifest-path", own, "--message-format", "json"];
    let answer = tree.handoff(asked).exits(0).messages().pop().expect("the last line");
    let folder = answer["crates"][0]["folder"].as_str().expect("it is on this machine").to_owned();
    copy(Utf8Path::new(&folder), &tree.root);
    tree.write(".git/HEAD", "ref: refs/heads/main\n");
    tree
}

#[track_caller]
fn compiles(tree: &Tree, name: &str, edition: &str) {
    let head = ["--crate-type", "lib", "--emit", "metadata", "--cap-lints", "allow", "--cfg", "feature=\"std\""];
    let rest = ["--edition", edition, "--crate-name", name, "--out-dir", "out", "src/lib.rs"];
    let _ = tree.run("rustc", head.into_iter().chain(rest)).exits(0);
}

fn rust_files(tree: &Tree) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![tree.root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().expect("a folder") {
            let path = entry.expect("an entry").into_path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some("rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Functions another item can be put beside: not those of a trait, or of an `impl` of one.
fn is_free(outline: &Outline, symbol: &Symbol) -> bool {
    let is_free_parent = symbol.parent.is_none_or(|parent| {
        let parent = &outline.symbols[parent];
        match parent.kind {
            SymbolKind::Mod => true,
            SymbolKind::Impl => !parent.name.contains(" for "),
            _ => false,
        }
    });
    symbol.kind == SymbolKind::Fn && !symbol.is_in_macro && is_free_parent
}

#[test]
fn what_was_published_compiles_behind_many_edits_and_nothing_beside_them_is_otherwise() {
    let mut random = 20_260_101_u64;
    let mut pick = |n: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).expect("31 bits") % n
    };
    for (name, edition) in CRATES {
        let tree = published(name);
        compiles(&tree, name, edition);
        for n in 0..EDITS {
            let mut candidates = Vec::new();
            for file in rust_files(&tree) {
                let text = std::fs::read_to_string(&file).expect("UTF-8");
                let outline = outline(&text);
                let free = outline.symbols.iter().enumerate().filter(|(_, symbol)| is_free(&outline, symbol));
                candidates.extend(free.map(|(at, _)| (file.clone(), outline.path(at))));
            }
            let (file, path) = candidates[pick(candidates.len())].clone();
            let before = std::fs::read_to_string(&file).expect("UTF-8");
            let outline = outline(&before);
            let at = (0..outline.symbols.len()).find(|at| outline.path(*at) == path).expect("it is there");
            let whole = outline.symbols[at].whole.clone();
            let op = ["insert-before", "insert-after", "replace"][pick(3)];
            let text = match op {
                "replace" => {
                    let own = &before[whole.clone()];
                    let end = own.rfind('}').expect("a body");
                    format!("{}/* {n} */{}", &own[..end], &own[end..])
                }
                _ => format!("/// Number {n}.\nfn inserted_{n}() {{}}"),
            };
            tree.write(".given", &text);
            let told = format!("/{path}");
            let shown = file.strip_prefix(&tree.root).expect("below").as_str();
            let _ = tree.handoff(["edit", op, &told, "--in", shown, "--from", ".given"]).exits(0);
            let after = std::fs::read_to_string(&file).expect("UTF-8");
            let same = |left: &mut dyn Iterator<Item = u8>, right: &mut dyn Iterator<Item = u8>| {
                left.zip(right).take_while(|(left, right)| left == right).count()
            };
            let front = same(&mut before.bytes(), &mut after.bytes());
            let back = same(&mut before.bytes().rev(), &mut after.bytes().rev());
            let kept = if op == "replace" { before.len() - whole.len() } else { before.len() };
            assert!(kept <= front + back, "{name}: {op} {path} in {shown} touched more than that:\n{after}");
            assert!(after.contains(text.lines().last().expect("a line").trim()), "{name}: {op} {path}");
            if (n + 1) % ROUND == 0 {
                compiles(&tree, name, edition);
            }
        }
    }
}
