//! Documentation of this package's own dependencies, and of packages made up for it.

use super::*;

fn surroundings() -> Surroundings {
    Surroundings::of_this_process().expect("surroundings")
}

#[track_caller]
fn ask(manifest: &Utf8Path, item: &str, user: Option<&str>) -> Docs {
    let question = Question { item, user, source: true, limit: 30 };
    docs(&question, &[manifest.to_owned()], &surroundings(), &Cancel::new())
        .unwrap_or_else(|error| panic!("{item}: {error} {:?}", error.hints))
}

fn own() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")
}

/// The one item a path leads to in the version that this package itself uses.
#[track_caller]
fn one(item: &str) -> ItemDocs {
    let found = ask(&own(), item, Some("cargo-handoff"));
    let [it] = found.crates.as_slice() else { panic!("{found:#?}") };
    it.items.items.first().cloned().unwrap_or_else(|| panic!("{it:#?}"))
}

#[track_caller]
fn link(item: &str) -> String {
    let found = one(item);
    let (name, version) = found.package.split_once('@').expect("both");
    found.link.expect("a link").replace(&format!("/{name}/{version}/"), &format!("/{name}/X/"))
}

#[test]
fn a_method_of_a_passed_on_type_is_told_with_signature_place_docs_and_page() {
    let found = one("serde_json::Value::pointer");
    assert_eq!(found.path, "serde_json::Value::pointer");
    assert!(found.signature.starts_with("pub fn pointer(&self, pointer: &str)"), "{found:#?}");
    assert_eq!((found.file.as_str(), found.within.as_deref()), ("src/value/mod.rs", Some("impl Value")));
    assert!(found.docs.items[0].starts_with("Looks up a value by a JSON Pointer"), "{found:#?}");
    assert!(found.examples.items[0].text.contains("data.pointer(\"/x/y/1\")"), "{found:#?}");
    assert!(found.is_public && found.via[0].starts_with("pub use crate::value::"), "{found:#?}");
    let source = found.source.expect("it was asked for");
    assert!(source.items.iter().any(|line| line.starts_with("    pub fn pointer")), "{source:#?}");
    let text = std::fs::read_to_string(Utf8Path::new(&found.folder).join(&found.file)).expect("there");
    let line = text.lines().nth(found.line as usize - 1).expect("a line");
    assert!(line.contains("pub fn pointer("), "{line}");
}

#[test]
fn every_kind_has_the_page_and_place_rustdoc_gives_it() {
    for (item, page) in [
        ("serde_json::Value::pointer", "serde_json/X/serde_json/enum.Value.html#method.pointer"),
        ("serde_json::Value::Null", "serde_json/X/serde_json/enum.Value.html#variant.Null"),
        ("serde_json::value", "serde_json/X/serde_json/value/index.html"),
        ("serde_json::from_str", "serde_json/X/serde_json/fn.from_str.html"),
        ("serde_json::json", "serde_json/X/serde_json/macro.json.html"),
        ("serde_json::Result", "serde_json/X/serde_json/type.Result.html"),
        (
            "serde_json::ser::Formatter::write_null",
            "serde_json/X/serde_json/ser/trait.Formatter.html#method.write_null",
        ),
        ("serde_json::Error::classify", "serde_json/X/serde_json/struct.Error.html#method.classify"),
        ("camino::Utf8Path::join", "camino/X/camino/struct.Utf8Path.html#method.join"),
    ] {
        assert_eq!(link(item), format!("https://docs.rs/{page}"), "{item}");
    }
}

#[test]
fn a_path_through_another_crate_leads_into_that_crate() {
    let all = ask(&own(), "serde::Deserialize", Some("cargo-handoff"));
    let links: Vec<_> = all.crates[0].items.items.iter().filter_map(|item| item.link.clone()).collect();
    assert!(links.iter().any(|link| link.ends_with("/serde_derive/derive.Deserialize.html")), "{links:#?}");
    // That one stands behind a macro which the crate calls for its own root.
    assert!(links.iter().any(|link| link.ends_with("/trait.Deserialize.html")), "{links:#?}");
}

#[test]
fn a_package_is_told_with_its_texts_and_pages() {
    let found = ask(&own(), "serde-json", Some("cargo-handoff"));
    let it = &found.crates[0];
    let links: Vec<&str> = it.links.iter().map(|link| link.url.as_str()).collect();
    assert!(links.contains(&format!("https://docs.rs/serde_json/{}/serde_json/index.html", it.version).as_str()));
    assert!(links.contains(&format!("https://docs.rs/crate/serde_json/{}", it.version).as_str()));
    assert_eq!(it.from, "crates.io");
    assert!(it.used_by.contains(&"cargo-handoff".to_owned()), "{it:#?}");
    assert!(it.readme.as_ref().is_some_and(|readme| readme.lines.items[0].starts_with("# Serde JSON")), "{it:#?}");
    let order = it.features.items.iter().find(|feature| feature.name == "preserve_order").expect("it has that");
    assert_eq!(order.enabled, Some(true));
    assert!(it.items.items.is_empty() && it.missing.is_none());
}

#[test]
fn a_path_that_leads_nowhere_names_what_is_called_so() {
    let found = ask(&own(), "serde_json::pointer", Some("cargo-handoff"));
    let it = &found.crates[0];
    assert!(it.items.items.is_empty());
    assert!(it.near.items.iter().any(|near| near.starts_with("fn impl Value/pointer at ")), "{it:#?}");
}

#[test]
fn what_is_no_package_says_what_is_called_alike() {
    let refused = |item: &str, user: Option<&str>| {
        let question = Question { item, user, source: false, limit: 5 };
        let error = docs(&question, &[own()], &surroundings(), &Cancel::new()).expect_err("there is none");
        (error.exit(), format!("{} {}", error.message, error.hints.join(" ")))
    };
    let (exit, text) = refused("serde_jsn", None);
    assert_eq!(exit, 65);
    assert!(text.contains("no package `serde_jsn` is locked here") && text.contains("`serde_json@"), "{text}");
    assert_eq!(refused("serde_json@0.1", None).0, 65);
    assert_eq!(refused("serde_json", Some("nobody")).0, 65);
    for odd in ["", "a b", "../x", "serde_json@", "a::b c"] {
        assert_eq!(refused(odd, None).0, 2, "{odd}");
    }
}

/// A workspace with a member `app` that uses `one` as `uno` and `two`, both from folders.
fn made_up() -> (tempfile::TempDir, Utf8PathBuf) {
    let keep = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(keep.path()).expect("UTF-8").canonicalize_utf8().expect("real");
    let write = |file: &str, text: &str| {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("Cargo.toml", "[workspace]\nmembers = [\"app\"]\nexclude = [\"one\", \"two\"]\nresolver = \"2\"\n");
    write(
        "app/Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nuno = { package = \"one\", \
         path = \"../one\" }\ntwo = { path = \"../two\" }\n",
    );
    write("app/src/lib.rs", "/// The app's own.\npub fn own() {}\n");
    write("one/Cargo.toml", "[package]\nname = \"one\"\nversion = \"1.2.3\"\nedition = \"2021\"\n");
    write(
        "one/src/lib.rs",
        "//! About one.\nmod hidden;\npub mod shown;\npub use hidden::*;\npub use shown::Deep as Renamed;\n\
         #[cfg(unix)]\npub fn twice() {}\n#[cfg(not(unix))]\npub fn twice() {}\n\
         pub mod a { pub use super::b::*; }\npub mod b { pub use super::a::*; }\n\
         #[path = \"odd/place.rs\"]\npub mod elsewhere;\npub type Alias = shown::Deep;\n",
    );
    write(
        "one/src/hidden.rs",
        "pub struct Glob { pub field: u8 }\nimpl Glob {\n    /// Goes.\n    pub fn go(&self) {}\n}\n\
         impl Clone for Glob { fn clone(&self) -> Self { Glob { field: 0 } } }\n\
         #[macro_export]\nmacro_rules! shout { () => {} }\n",
    );
    write("one/src/shown.rs", "pub struct Deep;\nimpl Deep { pub const N: u8 = 1; }\n");
    write("one/src/odd/place.rs", "pub fn far() {}\n");
    write("one/CHANGELOG.md", "# Changes\n\n## 2.0.0\n\nLater.\n\n## [1.2.3] - today\n\nThis.\n");
    write("one/examples/use_it.rs", "fn main() {}\n");
    write(
        "two/Cargo.toml",
        "[package]\nname = \"two\"\nversion = \"0.2.0\"\nedition = \"2021\"\n[dependencies]\none = { path = \"../one\" }\n",
    );
    write("two/src/lib.rs", "pub use one::Glob;\n");
    write(
        "Cargo.lock",
        "version = 3\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"one\", \"two\"]\n\
         [[package]]\nname = \"one\"\nversion = \"1.2.3\"\n[[package]]\nname = \"two\"\nversion = \"0.2.0\"\n\
         dependencies = [\"one\"]\n",
    );
    let manifest = root.join("Cargo.toml");
    (keep, manifest)
}

#[test]
fn globs_renames_circles_conditions_and_odd_places_are_followed() {
    let (_keep, manifest) = made_up();
    let found = |item: &str| -> Vec<String> {
        let found = ask(&manifest, item, None);
        let items = found.crates.iter().flat_map(|it| it.items.items.iter());
        items.map(|item| format!("{} {}:{}", item.path, item.file, item.line)).collect()
    };
    assert_eq!(found("one::Glob"), ["one::Glob src/hidden.rs:1"]);
    assert_eq!(found("one::Glob::go"), ["one::Glob::go src/hidden.rs:4"]);
    assert_eq!(found("one::Glob::field"), ["one::Glob::field src/hidden.rs:1"]);
    assert_eq!(found("one::Glob::clone"), ["one::Glob::clone src/hidden.rs:6"]);
    assert_eq!(found("one::Renamed::N"), ["one::shown::Deep::N src/shown.rs:2"]);
    assert_eq!(found("one::Alias::N"), ["one::shown::Deep::N src/shown.rs:2"]);
    assert_eq!(found("one::twice").len(), 2);
    assert_eq!(found("one::shout"), ["one::shout src/hidden.rs:8"]);
    assert_eq!(found("one::elsewhere::far"), ["one::elsewhere::far src/odd/place.rs:1"]);
    assert_eq!(found("one::a::nothing"), Vec::<String>::new());
    assert_eq!(found("uno::Glob"), ["one::Glob src/hidden.rs:1"]);
    assert_eq!(found("two::Glob::go"), ["one::Glob::go src/hidden.rs:4"]);
    assert_eq!(found("app::own"), ["app::own src/lib.rs:2"]);
}

#[test]
fn what_comes_from_a_folder_has_no_page_and_a_renamed_one_is_found_by_either_name() {
    let (_keep, manifest) = made_up();
    let found = ask(&manifest, "one", Some("app"));
    let it = &found.crates[0];
    assert_eq!((it.from.as_str(), it.used_by.as_slice()), ("a folder", &["app as `uno`".to_owned()][..]));
    assert!(it.links.is_empty(), "{it:#?}");
    assert_eq!(it.docs.as_ref().map(|docs| docs.lines.items.join("\n")).as_deref(), Some("About one."));
    let changelog = it.changelog.as_ref().expect("there is one");
    assert_eq!((changelog.line, changelog.lines.items[2].as_str()), (7, "This."));
    assert_eq!(it.examples.items, ["examples/use_it.rs"]);
    assert_eq!(ask(&manifest, "uno", Some("app")).crates[0].name, "one");
    assert!(ask(&manifest, "one::Glob", None).crates[0].items.items[0].link.is_none());
}

#[test]
fn without_what_is_locked_nothing_is_fetched_and_the_way_to_get_it_is_named() {
    let (_keep, manifest) = made_up();
    let folder = manifest.parent().expect("a folder");
    let missing = "[[package]]\nname = \"no-such-package-here\"\nversion = \"9.9.9\"\n\
                   source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"0\"\n";
    let lock = std::fs::read_to_string(folder.join("Cargo.lock")).expect("there");
    std::fs::write(folder.join("Cargo.lock"), lock + missing).expect("written");
    let app = folder.join("app/Cargo.toml");
    let text = std::fs::read_to_string(&app).expect("there");
    std::fs::write(&app, text + "no-such-package-here = \"9\"\n").expect("written");
    let before = std::fs::read(folder.join("Cargo.lock")).expect("there");
    let found = ask(&manifest, "no-such-package-here", None);
    let it = &found.crates[0];
    assert!(it.missing.as_ref().is_some_and(|text| text.contains("cargo fetch")), "{it:#?}");
    let page = "https://docs.rs/no-such-package-here/9.9.9/no_such_package_here/index.html";
    assert_eq!((it.version.as_str(), it.links[0].url.as_str()), ("9.9.9", page));
    assert!(it.unknown.is_some() && it.used_by.is_empty());
    assert_eq!(ask(&manifest, "app::own", None).crates[0].items.items[0].path, "app::own");
    assert_eq!(std::fs::read(folder.join("Cargo.lock")).expect("there"), before);
}

#[test]
fn the_toolchain_s_own_are_told_by_their_source_or_by_their_page() {
    let found = ask(&own(), "std::vec::Vec::push", None);
    let it = &found.crates[0];
    assert!(it.links[0].url.starts_with("https://doc.rust-lang.org/"), "{it:#?}");
    match it.items.items.first() {
        Some(item) => {
            assert_eq!(item.path, "std::vec::Vec::push");
            assert!(item.link.as_ref().is_some_and(|link| link.ends_with("/std/vec/struct.Vec.html#method.push")));
        }
        None => {
            assert!(it.missing.as_ref().is_some_and(|text| text.contains("rustup component add rust-src")), "{it:#?}")
        }
    }
}
