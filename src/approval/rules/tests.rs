//! Who approves what.

use super::*;
use std::collections::BTreeMap;
use std::fs;

struct Place {
    _keep: tempfile::TempDir,
    base: Utf8PathBuf,
    root: Utf8PathBuf,
    surroundings: Surroundings,
}

fn place() -> Place {
    let keep = tempfile::tempdir().expect("a folder");
    let base = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    let root = base.join("checkout");
    fs::create_dir_all(root.join(".git")).expect("made");
    let environment = BTreeMap::from([("HOME".into(), base.as_str().into()), ("CI".into(), "true".into())]);
    let surroundings = Surroundings::made_up(&root, environment, jiff::Timestamp::UNIX_EPOCH);
    Place { _keep: keep, base, root, surroundings }
}

impl Place {
    fn rules(&self) -> Rules {
        Rules::new(&self.root, &self.surroundings)
    }

    fn by(&self, rules: &Rules, command: &str) -> Option<By> {
        match rules.ruling(command, &self.root, &self.surroundings).expect("ruled") {
            Ruling::Approved(_, by) => Some(by),
            Ruling::NeedsApproval(_) => None,
            other => panic!("{command}: {other:?}"),
        }
    }
}

#[test]
fn each_command_has_its_ruling_and_ci_approves_nothing() {
    let place = place();
    let rules = place.rules();
    let ruling = |command: &str| rules.ruling(command, &place.root, &place.surroundings).expect("ruled");
    assert!(matches!(ruling("cargo test"), Ruling::Unasked(_)));
    assert!(matches!(ruling("cargo fmt"), Ruling::Writes(_)));
    assert!(matches!(ruling("cargo test | tee x"), Ruling::Refused { .. }));
    assert!(matches!(ruling("make test"), Ruling::NeedsApproval(_)));
}

#[test]
fn a_list_outside_approves_its_lines_and_no_others() {
    let place = place();
    let list = place.base.join("allowed");
    fs::write(&list, "# what our own pipeline runs\n\n  make 'test'  \n").expect("written");
    let rules = place.rules().allowing(&list, &place.surroundings).expect("read");
    assert_eq!(place.by(&rules, "make test"), Some(By::AllowFile));
    for other in ["make test x", "make", "make tests", "make 'test '"] {
        assert_eq!(place.by(&rules, other), None, "{other}");
    }
    fs::write(&list, "make test | tee x\nmake\n'open\n").expect("written");
    let error = place.rules().allowing(&list, &place.surroundings).expect_err("refused");
    assert_eq!((error.code, error.details.len()), (Code::BadConfiguration, 2));
}

#[test]
fn a_list_inside_of_the_checkout_is_refused_however_it_is_reached() {
    let place = place();
    let inside = place.root.join("allowed");
    fs::write(&inside, "make test\n").expect("written");
    let link = place.base.join("link");
    std::os::unix::fs::symlink(&inside, &link).expect("linked");
    let outside = place.base.join("outside");
    fs::write(&outside, "make test\n").expect("written");
    let out_again = place.root.join("out");
    std::os::unix::fs::symlink(&outside, &out_again).expect("linked");
    for file in [inside, link, out_again, Utf8PathBuf::from("allowed"), Utf8PathBuf::from("../checkout/allowed")] {
        let error = place.rules().allowing(&file, &place.surroundings).expect_err("refused");
        assert_eq!(error.code, Code::BadConfiguration, "{file}");
    }
    let missing = place.rules().allowing(Utf8Path::new("/no/such/file"), &place.surroundings);
    assert_eq!(missing.expect_err("refused").code, Code::BadConfiguration);
}

#[test]
fn trusting_the_payload_approves_all_but_what_needs_a_shell() {
    let place = place();
    let rules = place.rules().trusting_payload();
    assert_eq!(place.by(&rules, "rm -rf /nowhere"), Some(By::TrustPayload));
    let ruling = rules.ruling("a; b", &place.root, &place.surroundings).expect("ruled");
    assert!(matches!(ruling, Ruling::Refused { .. }));
}

#[test]
fn a_yes_is_kept_and_counts_for_exactly_what_was_asked() {
    let place = place();
    let mut rules = place.rules();
    fs::write(place.root.join("run.sh"), "one").expect("written");
    let command = "sh run.sh";
    let Ruling::NeedsApproval(subject) = rules.ruling(command, &place.root, &place.surroundings).expect("ruled") else {
        panic!("nobody approved it")
    };
    rules.agree(&subject, "now").expect("kept");
    assert_eq!(place.by(&rules, command), Some(By::Terminal));
    assert_eq!(place.by(&place.rules(), command), Some(By::Trust), "the next run");
    fs::write(place.root.join("run.sh"), "two").expect("written");
    assert_eq!(place.by(&rules, command), None);
    assert_eq!(place.by(&place.rules(), command), None);
}

#[test]
fn without_a_place_to_keep_it_a_yes_counts_for_this_run() {
    let place = place();
    let nowhere = Surroundings::made_up(&place.root, BTreeMap::new(), jiff::Timestamp::UNIX_EPOCH);
    let mut rules = Rules::new(&place.root, &nowhere);
    assert!(rules.oddity.is_some());
    let Ruling::NeedsApproval(subject) = rules.ruling("make", &place.root, &nowhere).expect("ruled") else {
        panic!("nobody approved it")
    };
    rules.agree(&subject, "now").expect("nowhere to keep it");
    assert_eq!(place.by(&rules, "make"), Some(By::Terminal));
    assert_eq!(place.by(&Rules::new(&place.root, &nowhere), "make"), None);
}
