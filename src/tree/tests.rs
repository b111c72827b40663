//! Real repositories with edits that git does not see.

use super::*;
use crate::git::tests::scratch::Scratch;
use std::fs::{File, FileTimes, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::time::{Duration, SystemTime};

/// A repository, and a cache file outside of it.
struct Place {
    scratch: Scratch,
    cache: Utf8PathBuf,
    _keep: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let cache = Utf8PathBuf::from_path_buf(keep.path().join("stat")).expect("UTF-8");
        let scratch = Scratch::new();
        scratch.write("a", "one");
        scratch.write("sub/b", "two");
        scratch.commit("one");
        Self { scratch, cache, _keep: keep }
    }

    #[track_caller]
    fn tree(&self) -> Tree {
        let listing = self.scratch.open().listing(&self.scratch.folder).expect("a listing");
        Tree::read(&self.scratch.folder, &listing, &self.cache).expect("a tree")
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        self.scratch.folder.join(name)
    }

    /// Fills the cache with everything that is there, as if the files had been at rest for a minute.
    #[track_caller]
    fn settle(&self) -> Tree {
        let listing = self.scratch.open().listing(&self.scratch.folder).expect("a listing");
        let mut cache = StatCache::open(&self.cache);
        cache.pretend_to_be_later(60_000_000_000);
        let names: Vec<&[u8]> = listing.files.iter().map(Vec::as_slice).collect();
        cache.digest_all(self.scratch.folder.as_std_path(), &names).expect("read");
        cache.save();
        assert!(self.cache.exists());
        self.tree()
    }

    /// Overwrites a file in place by text of the same length and sets its mtime back.
    #[track_caller]
    fn edit_unseen(&self, name: &str, text: &str) {
        let path = self.path(name);
        let before = path.metadata().expect("there");
        assert_eq!(before.len(), text.len() as u64);
        std::fs::write(&path, text).expect("written");
        set_mtime(&path, before.modified().expect("a time"));
        let after = path.metadata().expect("there");
        assert_eq!(
            (before.mtime(), before.mtime_nsec(), before.ino()),
            (after.mtime(), after.mtime_nsec(), after.ino())
        );
    }

    /// What an edit does to the identity, while git sees nothing.
    #[track_caller]
    fn sees_what_git_does_not(&self, edit: impl FnOnce(&Self)) {
        let before = self.settle();
        assert_eq!(self.scratch.git("status --porcelain"), "");
        edit(self);
        assert_eq!(self.scratch.git("status --porcelain"), "", "git sees it too: the trap is not set");
        assert_ne!(self.tree().identity(), before.identity());
    }
}

#[track_caller]
fn set_mtime(path: &Utf8Path, time: SystemTime) {
    let file = File::options().append(true).open(path).expect("opened");
    file.set_times(FileTimes::new().set_modified(time)).expect("set");
}

fn n_entries(cache: &Utf8Path) -> usize {
    std::fs::read(cache).map_or(0, |bytes| bytes.iter().filter(|byte| **byte == 0).count())
}

#[test]
fn a_tree_is_its_names_contents_executable_bits_and_links() {
    let place = Place::new();
    let before = place.tree();
    assert_eq!(before.identity(), place.tree().identity());
    let digest = files::sha256(b"two");
    assert_eq!(before.digest_of("sub/b".into()), Some(digest.as_str()));
    assert_eq!(before.digest_of(&place.path("sub/b")), Some(digest.as_str()));
    assert_eq!(before.digest_of("sub".into()), None);
    assert_eq!(before.entries().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "sub/b"]);
    let mut seen = vec![before.identity().to_owned()];
    let mut moved = |what: &str| {
        let tree = place.tree();
        assert!(!seen.contains(&tree.identity().to_owned()), "{what}");
        seen.push(tree.identity().to_owned());
        tree
    };
    std::fs::set_permissions(place.path("a"), Permissions::from_mode(0o755)).expect("mode set");
    assert!(moved("executable").digest_of("a".into()).expect("listed").ends_with("+x"));
    std::fs::rename(place.path("a"), place.path("c")).expect("renamed");
    assert_eq!(moved("renamed").digest_of("a".into()), Some("absent"));
    symlink("c", place.path("link")).expect("linked");
    moved("a link");
    std::fs::remove_file(place.path("link")).expect("removed");
    symlink("./c", place.path("link")).expect("linked");
    moved("another text to the same file");
    std::fs::remove_file(place.path("link")).expect("removed");
    std::fs::write(place.path("link"), "./c").expect("written");
    moved("a file with the link's text");
}

#[test]
fn a_new_mtime_or_a_staged_file_is_no_new_identity() {
    let place = Place::new();
    place.scratch.write("untracked", "three");
    let before = place.settle();
    set_mtime(&place.path("a"), SystemTime::UNIX_EPOCH);
    place.scratch.git("add -A");
    assert_eq!(place.tree().identity(), before.identity());
}

#[test]
fn an_edit_behind_a_clean_filter_is_seen() {
    let place = Place::new();
    place.scratch.write(".gitattributes", "f filter=same\n");
    place.scratch.git("config filter.same.clean true");
    place.scratch.write("f", "1");
    place.scratch.commit("two");
    place.sees_what_git_does_not(|place| place.scratch.write("f", "2"));
}

#[test]
fn an_edit_of_a_file_assumed_unchanged_is_seen() {
    let place = Place::new();
    place.scratch.git("update-index --assume-unchanged a");
    place.sees_what_git_does_not(|place| place.scratch.write("a", "other"));
}

#[test]
fn an_edit_of_a_skipped_file_is_seen() {
    let place = Place::new();
    place.scratch.git("update-index --skip-worktree a");
    place.sees_what_git_does_not(|place| place.scratch.write("a", "other"));
}

#[test]
fn an_edit_under_a_restored_mtime_is_seen_where_git_does_not_trust_ctime() {
    let place = Place::new();
    place.scratch.git("config core.trustctime false");
    // Old enough that git's own racy rule does not save it.
    set_mtime(&place.path("a"), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    place.scratch.git("update-index --refresh");
    place.sees_what_git_does_not(|place| place.edit_unseen("a", "ONE"));
}

#[test]
fn an_executable_bit_is_seen_where_git_does_not_look_at_it() {
    let place = Place::new();
    place.scratch.git("config core.fileMode false");
    place.sees_what_git_does_not(|place| {
        std::fs::set_permissions(place.path("a"), Permissions::from_mode(0o755)).expect("mode set");
    });
}

#[test]
fn an_edit_within_an_ignored_submodule_or_a_nested_repository_is_seen() {
    let place = Place::new();
    let other = Scratch::new();
    other.write("deep/f", "1");
    other.commit("one");
    let add = format!("-c protocol.file.allow=always submodule --quiet add {} module", other.folder);
    place.scratch.git(&add);
    place.scratch.git("config -f .gitmodules submodule.module.ignore all");
    place.scratch.commit("two");
    place.sees_what_git_does_not(|place| place.scratch.write("module/deep/f", "2"));
    place.scratch.git(&format!("clone -q {} nested", other.folder));
    let before = place.tree();
    assert!(before.digest_of("nested/deep/f".into()).is_some());
    assert!(before.entries().all(|(name, _)| !name.contains("/.git/")));
    place.scratch.write("nested/deep/new", "2");
    assert_ne!(place.tree().identity(), before.identity());
}

#[test]
fn an_edit_of_the_same_size_within_the_same_second_under_the_old_mtime_is_seen() {
    let place = Place::new();
    for text in ["two", "six", "ten"] {
        let before = place.tree();
        place.edit_unseen("a", text);
        assert_ne!(place.tree().identity(), before.identity(), "{text}");
    }
    let before = place.settle();
    place.edit_unseen("a", "one");
    assert_ne!(place.tree().identity(), before.identity());
}

#[test]
fn a_file_that_was_just_written_is_not_believed_and_one_at_rest_is() {
    let place = Place::new();
    place.tree();
    assert_eq!(n_entries(&place.cache), 0);
    place.settle();
    assert_eq!(n_entries(&place.cache), 2);
    // The cache is what answers now: one that lies is believed.
    let lie = |text: String| text.replace(&files::sha256(b"one"), &files::sha256(b"lie"));
    let text = lie(String::from_utf8(std::fs::read(&place.cache).expect("read")).expect("UTF-8"));
    let (body, _) = text.split_at(text.len() - 64);
    std::fs::write(&place.cache, format!("{body}{}", files::sha256(body.as_bytes()))).expect("written");
    assert_eq!(place.tree().digest_of("a".into()), Some(files::sha256(b"lie").as_str()));
    // Only the digest behind it makes it a cache: cut short or edited by hand it is none.
    std::fs::write(&place.cache, body.replace("lie", "LIE")).expect("written");
    assert_eq!(place.tree().digest_of("a".into()), Some(files::sha256(b"one").as_str()));
}

#[test]
fn a_change_less_than_two_seconds_before_the_moment_is_racy() {
    let keep = tempfile::tempdir().expect("a folder");
    let moment = stat::Moment::now(keep.path()).expect("a clock");
    let path = keep.path().join("f");
    std::fs::write(&path, "1").expect("written");
    let stamp = stat::Stamp::of(&path.metadata().expect("there")).expect("a stamp");
    assert!(!moment.is_well_after(&stamp));
    assert!(!moment.shifted(1_900_000_000).is_well_after(&stamp));
    assert!(moment.shifted(4_000_000_000).is_well_after(&stamp));
    let future = stat::Stamp { mtime: stamp.mtime + 60_000_000_000, ..stamp };
    assert!(!moment.shifted(4_000_000_000).is_well_after(&future), "an mtime ahead of us");
}

#[test]
fn the_cache_is_written_only_when_something_changed() {
    let place = Place::new();
    place.settle();
    let inode = || place.cache.metadata().expect("there").ino();
    let before = inode();
    place.tree();
    place.tree();
    assert_eq!(inode(), before);
    place.scratch.write("a", "other");
    place.settle();
    assert_ne!(inode(), before);
}

#[test]
fn a_file_that_took_anothers_place_is_read_whatever_its_times_say() {
    let place = Place::new();
    let before = place.settle();
    let time = place.path("a").metadata().expect("there").modified().expect("a time");
    std::fs::write(place.path("new"), "ONE").expect("written");
    set_mtime(&place.path("new"), time);
    std::fs::rename(place.path("new"), place.path("a")).expect("renamed");
    assert_ne!(place.tree().identity(), before.identity());
}

#[test]
fn a_fifo_in_a_files_place_is_named_and_never_opened() {
    let place = Place::new();
    std::fs::remove_file(place.path("a")).expect("removed");
    let (mode, kind) = (rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR, rustix::fs::FileType::Fifo);
    rustix::fs::mknodat(rustix::fs::CWD, place.path("a").as_std_path(), kind, mode, 0).expect("made");
    std::fs::remove_file(place.path("sub/b")).expect("removed");
    let _socket = std::os::unix::net::UnixListener::bind(place.path("sub/b")).expect("bound");
    let tree = place.tree();
    assert_eq!(tree.digest_of("a".into()), Some("odd:fifo"));
    assert_eq!(tree.digest_of("sub/b".into()), Some("odd:socket"));
}

#[test]
fn a_file_nobody_listed_is_digested_in_the_same_words() {
    let place = Place::new();
    let tree = place.tree();
    let mut cache = StatCache::open(&place.cache.with_file_name("others"));
    cache.pretend_to_be_later(60_000_000_000);
    let digest = digest_file(&place.path("a"), &mut cache).expect("read");
    assert_eq!(tree.digest_of("a".into()), Some(digest.as_str()));
    assert_eq!(digest_file(&place.path("missing"), &mut cache).expect("no error"), "absent");
    assert_eq!(digest_file(&place.path("sub"), &mut cache).expect("no error"), "odd:folder");
    cache.save();
    let mut cache = StatCache::open(&place.cache.with_file_name("others"));
    assert_eq!(digest_file(&place.path("a"), &mut cache).expect("read"), digest);
    place.edit_unseen("a", "ONE");
    assert_ne!(digest_file(&place.path("a"), &mut cache).expect("read"), digest);
}

#[test]
fn many_files_are_read_in_parallel_and_in_order() {
    let place = Place::new();
    for n in 0..500 {
        place.scratch.write(&format!("many/{n}"), &format!("{n}"));
    }
    let tree = place.tree();
    for n in 0..500 {
        let digest = files::sha256(n.to_string().as_bytes());
        assert_eq!(tree.digest_of(format!("many/{n}").as_str().into()), Some(digest.as_str()), "{n}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let place = Place::new();
    std::fs::set_permissions(place.path("a"), Permissions::from_mode(0o0)).expect("mode set");
    if File::open(place.path("a")).is_ok() {
        return; // Root may read everything.
    }
    let listing = place.scratch.open().listing(&place.scratch.folder).expect("a listing");
    let error = Tree::read(&place.scratch.folder, &listing, &place.cache).expect_err("unreadable");
    assert!(error.message.contains("`"), "{error}");
}

#[test]
#[ignore = "it measures, and needs a quiet machine: cargo test --release --lib -- --ignored tree::"]
fn two_thousand_files_at_rest_take_less_than_30_ms() {
    let place = Place::new();
    for n in 0..2_000 {
        place.scratch.write(&format!("src/{}/{n}.rs", n % 60), &format!("{n}\n").repeat(300));
    }
    place.scratch.commit("many");
    let git = place.scratch.open();
    let median = |what: &dyn Fn()| {
        let mut times: Vec<Duration> = (0..15)
            .map(|_| {
                let start = std::time::Instant::now();
                what();
                start.elapsed()
            })
            .collect();
        times.sort();
        times[7]
    };
    let listing = git.listing(&place.scratch.folder).expect("a listing");
    let missing = place.cache.with_file_name("no/such/file");
    let list = median(&|| drop(git.listing(&place.scratch.folder).expect("a listing")));
    let read = |cache: &Utf8Path| drop(Tree::read(&place.scratch.folder, &listing, cache).expect("a tree"));
    let cold = median(&|| read(&missing));
    place.settle();
    let warm = median(&|| read(&place.cache));
    assert!(warm < Duration::from_millis(30), "listing {list:?}, tree cold {cold:?}, tree warm {warm:?}");
}
