//! A repository beside the user's that shows the same commits and refs, with one of them checked out clean.
//!
//! Objects are borrowed from the user's repository, which is not written and does not learn of it (`git worktree` would
//! write into it, and a clone would call the user's branches remote ones).

use super::repository::{Git, succeeded};
use crate::error::Result;
use crate::files;
use camino::Utf8Path;

/// The settings that change what a checkout holds; everything else of the repository's own settings is left behind.
const SETTINGS: [&str; 7] = [
    "core.autocrlf",
    "core.eol",
    "core.symlinks",
    "core.longpaths",
    "core.ignorecase",
    "init.defaultbranch",
    "user.name",
];

impl Git {
    /// Makes a repository in an existing empty folder whose HEAD, on the same branch, is at this commit, and checks it
    /// out. Submodules stay empty.
    ///
    /// # Errors
    /// Those of asking; 74 where something cannot be written.
    pub fn mirror(&self, commit: &str, folder: &Utf8Path) -> Result<()> {
        let there = |args: &[&str]| -> Result<Vec<u8>> {
            let mut command = self.command(args);
            command.cwd = folder.to_owned();
            succeeded(self.ask_command(&command)?, args)
        };
        let format = self.maybe(&["rev-parse", "--show-object-format"])?.unwrap_or_else(|| "sha1".into());
        there(&["init", "--quiet", "--template=", &format!("--object-format={format}")])?;
        let own = folder.join(".git");
        let write = |name: &str, bytes: &[u8]| -> Result<()> {
            let path = own.join(name);
            path.parent().map(files::create_folder).transpose()?;
            files::put(&path, bytes)
        };
        let objects = files::real(self.objects());
        write("objects/info/alternates", format!("{objects}\n").as_bytes())?;
        let shared = objects.parent().unwrap_or(&objects).to_owned();
        for name in ["shallow", "info/attributes", "info/exclude"] {
            if let Some(bytes) = files::read(&shared.join(name), 64 << 20)? {
                write(name, &bytes)?;
            }
        }
        let mut packed = String::new();
        let refs = self.answer(&["for-each-ref", "--format=%(objectname) %(refname) %(symref)"])?;
        for line in String::from_utf8_lossy(&refs).lines() {
            let mut words = line.split(' ');
            let (Some(object), Some(name), target) = (words.next(), words.next(), words.next()) else { continue };
            match target.filter(|target| !target.is_empty()) {
                Some(target) => write(name, format!("ref: {target}\n").as_bytes())?,
                None => packed.push_str(&format!("{object} {name}\n")),
            }
        }
        write("packed-refs", packed.as_bytes())?;
        let head = match self.branch()? {
            Some(branch) => format!("ref: refs/heads/{branch}\n"),
            None => format!("{commit}\n"),
        };
        write("HEAD", head.as_bytes())?;
        let settings = self.answer(&["config", "--local", "--list", "-z"])?;
        for setting in String::from_utf8_lossy(&settings).split('\0') {
            let Some((key, value)) = setting.split_once('\n') else { continue };
            if key.starts_with("filter.") || SETTINGS.contains(&key) {
                there(&["config", "--local", key, value])?;
            }
        }
        there(&["reset", "--hard", "--quiet", commit, "--"]).map(|_| ())
    }
}
