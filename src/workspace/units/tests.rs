//! Units over a small graph read by real cargo.

use super::*;
use crate::cancel::Cancel;
use crate::git::tests::scratch::Scratch;
use crate::workspace::graph::CargoFlags;

/// `low <- both` (library, binary, example, integration test, bench, build script), `both <-dev- low`: a cycle.
fn graph() -> (Scratch, Graph) {
    let scratch = Scratch::empty();
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    scratch.write("Cargo.toml", "[workspace]\nmembers = [\"low\", \"both\", \"tool\", \"only\"]\nresolver = \"3\"\n");
    scratch.write("low/Cargo.toml", &package("low", "[dev-dependencies]\nboth = { path = \"../both\" }\n"));
    let more = "[dependencies]\nother = { path = \"../low\", package = \"low\", optional = true }\n\
                [build-dependencies]\ntool = { path = \"../tool\" }\n";
    scratch.write("both/Cargo.toml", &package("both", more));
    let more = "[target.'cfg(windows)'.dependencies]\nlow = { path = \"../low\" }\n";
    scratch.write("only/Cargo.toml", &package("only", more));
    scratch.write("tool/Cargo.toml", &package("tool", ""));
    for file in ["low/src/lib.rs", "both/src/lib.rs", "tool/src/lib.rs", "both/tests/t.rs"] {
        scratch.write(file, "");
    }
    for file in ["both/src/main.rs", "both/examples/e.rs", "both/benches/b.rs", "both/build.rs", "only/src/main.rs"] {
        scratch.write(file, "fn main() {}");
    }
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    (scratch, graph)
}

fn shown<'a>(units: impl IntoIterator<Item = &'a Unit>) -> Vec<String> {
    units.into_iter().map(ToString::to_string).collect()
}

fn unit(units: &Units, name: &str) -> Unit {
    units.all().find(|unit| unit.to_string() == name).unwrap_or_else(|| panic!("no unit {name}")).clone()
}

#[test]
fn every_target_has_a_unit_for_each_way_it_is_compiled() {
    let (_scratch, graph) = graph();
    let units = Units::of(&graph);
    let mut found = shown(units.of_package("both"));
    found.sort();
    let expected = [
        "both/bench/b (test)",
        "both/bin/both",
        "both/bin/both (test)",
        "both/custom-build/build-script-build",
        "both/example/e",
        "both/lib/both",
        "both/lib/both (test)",
        "both/test/t (test)",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_unit_is_made_of_what_its_kind_of_dependency_reaches_and_cycles_end() {
    let (_scratch, graph) = graph();
    let units = Units::of(&graph);
    let made_of = |name: &str| shown(&units.made_of(&unit(&units, name)));
    assert_eq!(made_of("low/lib/low"), ["low/lib/low"]);
    let script = "both/custom-build/build-script-build";
    assert_eq!(made_of(script), [script, "tool/lib/tool"]);
    assert_eq!(made_of("both/lib/both"), ["both/lib/both", script, "low/lib/low", "tool/lib/tool"]);
    let cycle = made_of("low/lib/low (test)");
    assert_eq!(cycle, ["both/lib/both", script, "low/lib/low", "low/lib/low (test)", "tool/lib/tool"]);
    let test = made_of("both/test/t (test)");
    assert!(test.contains(&"both/bin/both".to_owned()) && test.contains(&"both/lib/both".to_owned()), "{test:?}");
    assert!(!made_of("both/example/e").contains(&"both/bin/both".to_owned()));
    assert_eq!(made_of("only/bin/only"), ["low/lib/low", "only/bin/only"], "for another platform, and yet an edge");
}

#[test]
fn doctests_are_made_of_the_library_and_what_only_tests_depend_on() {
    let (_scratch, graph) = graph();
    let units = Units::of(&graph);
    let target = graph.package("low").and_then(Package::library).expect("a library").id.clone();
    let suite = SuiteId { target, doctest: true };
    assert_eq!(shown(&units.roots_of(&suite)), ["both/lib/both", "low/lib/low"]);
    let made_of: BTreeSet<Unit> = units.roots_of(&suite).iter().flat_map(|root| units.made_of(root)).collect();
    assert!(shown(&made_of).contains(&"tool/lib/tool".to_owned()));
}

#[test]
fn packages_that_are_no_members_and_features_of_what_is_resolved_are_in_the_graph() {
    let scratch = Scratch::empty();
    scratch.write("ws/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n");
    let package = |name: &str, more: &str| {
        scratch.write(
            &format!("{name}/Cargo.toml"),
            &format!(
                "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}",
                &name[name.len() - 1..]
            ),
        );
        scratch.write(&format!("{name}/src/lib.rs"), "");
    };
    package("ws/a", "[dependencies]\nx = { path = \"../../x\", features = [\"loud\"] }\n");
    package("ws/b", "");
    package("x", "[features]\nloud = []\n[dependencies]\n[workspace]\n");
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("ws/Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    let [x] = graph.workspaces[0].paths.as_slice() else { panic!("{:?}", graph.workspaces[0].paths) };
    assert_eq!((x.name.as_str(), &x.folder), ("x", &scratch.folder.join("x")));
    assert_eq!(x.users, BTreeSet::from(["a".to_owned()]));
    let resolved = &graph.package("a").expect("there").resolved;
    assert!(resolved.iter().any(|entry| entry.contains("/x#0.1.0 [loud]")), "{resolved:?}");
    assert_eq!(graph.package("b").expect("there").resolved.len(), 1);
    let text = serde_json::to_string(&graph).expect("JSON");
    let again: Graph = serde_json::from_str(&text).expect("a graph");
    assert_eq!(serde_json::to_string(&again).expect("JSON"), text, "a graph can be kept");
}
