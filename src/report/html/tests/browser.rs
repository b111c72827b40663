//! Pages in a real browser: Debian's `chromium`, or whatever of that family is here.
//!
//! Each page stands in frames as wide as a phone and as a desk, beside a script that measures it: a window of the
//! browser itself is never narrower than 500 pixels.

use crate::cancel::Cancel;
use crate::process::{self, Command};
use crate::report::dossier::made;
use crate::report::html::write;
use camino::{Utf8Path, Utf8PathBuf};
use std::time::Duration;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// What a browser made of something.
struct Seen {
    dom: String,
    complaints: Vec<String>,
    net_log: String,
}

/// The browser; a machine without one cannot hold these tests, and says so.
fn browser() -> Utf8PathBuf {
    let path = std::env::split_paths(option_env!("PATH").unwrap_or("/usr/bin:/bin")).chain(["/usr/bin".into()]);
    let folders: Vec<_> = path.collect();
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = places.into_iter().find(|path| path.is_file());
    let found = found.expect("a browser is missing: install Debian's `chromium` (apt-get install chromium)");
    Utf8PathBuf::from_path_buf(found).expect("UTF-8")
}

/// Opens a file, and looks at it until it has come to rest.
#[track_caller]
fn open(folder: &Utf8Path, text: &str) -> Seen {
    let (page, net_log) = (folder.join("page.html"), folder.join("net.json"));
    std::fs::write(&page, text).expect("written");
    let environment =
        [("PATH", "/usr/bin:/bin"), ("HOME", folder.as_str())].map(|(name, value)| (name.into(), value.into()));
    let command = Command::new(browser().as_std_path(), folder, environment.into())
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--v=0", "--dump-dom"])
        .args([format!("--user-data-dir={folder}/user"), format!("--log-net-log={net_log}"), format!("file://{page}")])
        .limit(Duration::from_secs(120));
    let said = process::ask(&command, &Cancel::default()).expect("asked");
    let stderr = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.end.is_success(), "{}: {stderr}", said.end.in_words());
    Seen {
        dom: String::from_utf8_lossy(&said.stdout).into_owned(),
        complaints: stderr.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect(),
        net_log: std::fs::read_to_string(&net_log).expect("a log of what was asked of the net"),
    }
}

/// A frame's width, what is wider than it, scripts, requests, folds, and whether anything spoke up.
#[derive(Debug, serde::Deserialize)]
struct Measured {
    name: String,
    width: u32,
    needed: u32,
    scripts: u32,
    requests: u32,
    handlers: u32,
    unfolded: u32,
    dead_links: u32,
    duplicates: u32,
    unnamed: u32,
    alerts: u32,
}

/// Shows each page as wide as a phone and as a desk, and measures it.
fn measured(pages: &[(&str, &str)]) -> (Vec<Measured>, Seen) {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = Utf8Path::from_path(folder.path()).expect("UTF-8");
    let texts: Vec<(&str, u32, &str)> =
        pages.iter().flat_map(|(name, page)| [390, 1280].map(|width| (*name, width, *page))).collect();
    let texts = serde_json::to_string(&texts).expect("text").replace('<', "\\u003c");
    let seen = open(folder, &include_str!("harness.html").replace("PAGES", &texts));
    let start = seen.dom.find("<pre id=\"answer\">").expect("an answer") + "<pre id=\"answer\">".len();
    let answer = &seen.dom[start..];
    let answer = &answer[..answer.find("</pre>").expect("its end")];
    (serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}")), seen)
}

#[test]
fn a_page_fits_a_phone_and_a_desk_asks_for_nothing_and_runs_nothing() {
    let mut accepted = made::honest();
    accepted.ready = true;
    accepted.claims.clear();
    let pages = [write(&made::honest()), write(&made::hostile()), write(&made::large(10_000, 500)), write(&accepted)];
    let names = ["honest", "hostile", "large", "accepted"];
    let named: Vec<(&str, &str)> = names.into_iter().zip(pages.iter().map(String::as_str)).collect();
    let (all, seen) = measured(&named);
    let shown: Vec<(&str, u32)> = all.iter().map(|frame| (frame.name.as_str(), frame.width)).collect();
    assert_eq!(shown, names.iter().flat_map(|name| [(*name, 390), (*name, 1280)]).collect::<Vec<_>>());
    for frame in &all {
        assert!(frame.needed <= frame.width, "{frame:?}");
        let bad = [frame.scripts, frame.requests, frame.handlers, frame.dead_links, frame.duplicates, frame.unnamed];
        assert_eq!(bad, [0; 6], "{frame:?}");
        assert_eq!(frame.alerts, 0, "{frame:?}");
        assert!(0 < frame.unfolded, "{frame:?}: everything is folded, and nothing can be unfolded");
    }
    assert_eq!(seen.complaints, Vec::<String>::new());
    assert!(!seen.net_log.contains("example.invalid"));
}

#[test]
fn a_page_of_its_own_is_shown_without_a_complaint() {
    for dossier in [made::honest(), made::hostile()] {
        let folder = tempfile::tempdir().expect("a folder");
        let seen = open(Utf8Path::from_path(folder.path()).expect("UTF-8"), &write(&dossier));
        assert_eq!(seen.complaints, Vec::<String>::new());
        assert!(seen.dom.contains("From criterion to file") && !seen.dom.contains("<script"), "{}", seen.dom.len());
        assert!(!seen.net_log.contains("example.invalid"));
    }
}

/// That the looks above close: what they look for is seen where it is, and the policy keeps it out.
#[test]
fn what_a_page_must_not_hold_is_seen_and_kept_out_by_its_policy() {
    let evil = "<script>parent.alerted = 1</script><img src=\"http://example.invalid/x.png\"><p onclick=\"x()\">";
    let wide =
        "<div style=\"width: 2000px\">x</div><a href=\"#nowhere\">x</a><i id=\"twice\"></i><i id=\"twice\"></i></main>";
    let with = write(&made::honest()).replace("</main>", &format!("{evil}{wide}"));
    let start = with.find("<meta http-equiv").expect("a policy");
    let end = start + with[start..].find('>').expect("its end") + 1;
    let without = format!("{}{}", &with[..start], &with[end..]);

    let (all, seen) = measured(&[("without", &without)]);
    for frame in &all {
        assert!(frame.width < frame.needed, "{frame:?}");
        let found = [frame.scripts, frame.requests, frame.handlers, frame.dead_links, frame.duplicates, frame.alerts];
        assert!(found.iter().all(|n| 0 < *n), "{frame:?}");
    }
    assert!(seen.net_log.contains("example.invalid"));

    let (all, seen) = measured(&[("with", &with)]);
    for frame in &all {
        assert_eq!((frame.alerts, frame.scripts), (0, 1), "{frame:?}");
        assert!(frame.needed <= frame.width, "even an attribute's style is kept out: {frame:?}");
    }
    assert!(!seen.net_log.contains("example.invalid"));
    assert!(!seen.complaints.is_empty());
}
