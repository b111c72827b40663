//! The programs the checks need, and which they are.

use crate::cancel::Cancel;
use crate::error::Result;
use crate::files;
use crate::process::{self, Command};
use crate::surroundings::Surroundings;
use crate::toolchain::Identity;
use crate::vault::Vault;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};

/// The programs, each with what it says of itself; `None` where it is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tools {
    /// All of `rustc -vV`.
    pub rustc_vv: Option<String>,
    /// `cargo -V`.
    pub cargo: Option<String>,
    /// `cargo clippy -V`.
    pub clippy: Option<String>,
    /// `cargo fmt --version`.
    pub rustfmt: Option<String>,
    /// The host triple.
    pub triple: Option<String>,
    /// Where the toolchain's own shared libraries lie: a procedural macro's test binary needs them.
    pub sysroot_libdir: Option<Utf8PathBuf>,
    /// The nearest toolchain file in or above the workspace's root, absolute.
    pub toolchain_file: Option<Utf8PathBuf>,
}

/// What is kept of an answer.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: String,
    folder: Utf8PathBuf,
    toolchain: Identity,
    tools: Tools,
}

impl Kept {
    const MOST_BYTES: u64 = 4 << 20;

    fn read(file: &Utf8Path, vault: &Vault) -> Option<Self> {
        vault.read_as(file, Self::MOST_BYTES)
    }
}

/// The programs as they are chosen in this folder, asked only where the toolchain is not the one that answered last
/// (`tools.json` in [`files::cache_folder`]). An answer with a missing program is not kept.
///
/// # Errors
/// 74 where temporary files cannot be used, 130 where cancelled.
pub(super) fn of_folder(
    surroundings: &Surroundings,
    folder: &Utf8Path,
    target_folder: &Utf8Path,
    cancel: &Cancel,
) -> Result<Tools> {
    let vault = Vault::open(surroundings, folder);
    let toolchain = Identity::read(surroundings, folder);
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let file = files::cache_folder(target_folder).map(|cache| cache.join("tools.json"));
    if let Some(kept) = file.as_deref().and_then(|file| Kept::read(file, &vault))
        && (&kept.version, kept.folder.as_path(), &kept.toolchain) == (&version, folder, &toolchain)
    {
        return Ok(kept.tools);
    }
    let tools = ask(surroundings, folder, cancel)?;
    let is_whole = tools.cargo.is_some()
        && tools.clippy.is_some()
        && tools.rustfmt.is_some()
        && tools.triple.is_some()
        && tools.sysroot_libdir.is_some();
    if let Some(file) = file.filter(|_| is_whole && Identity::read(surroundings, folder) == toolchain) {
        let kept = Kept { version, folder: folder.to_owned(), toolchain, tools: tools.clone() };
        let text = serde_json::to_vec_pretty(&kept).unwrap_or_default();
        // What cannot be kept is asked again next time.
        let _ = vault.write(&file, &text);
    }
    Ok(tools)
}

/// Asks the programs as they are chosen in this folder: a toolchain file may choose others.
/// All at once: each goes through rustup, which takes longer than the answer.
///
/// # Errors
/// 74 where temporary files cannot be used, 130 where cancelled.
fn ask(surroundings: &Surroundings, folder: &Utf8Path, cancel: &Cancel) -> Result<Tools> {
    let ask = &|program: &OsStr, args: &[&str]| -> Result<Option<String>> {
        cancel.check()?;
        let environment = process::clean(&surroundings.environment);
        let said = process::ask(&Command::new(program, folder, environment).args(args.iter().copied()), cancel)?;
        let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        Ok((said.end.is_success() && !text.is_empty()).then_some(text))
    };
    let cargo = surroundings.cargo();
    let rustc: OsString = surroundings.variable("RUSTC").unwrap_or("rustc").into();
    let questions: [(&OsStr, &[&str]); 5] = [
        (&rustc, &["-vV"]),
        (&rustc, &["--print", "target-libdir"]),
        (&cargo, &["-V"]),
        (&cargo, &["clippy", "-V"]),
        (&cargo, &["fmt", "--version"]),
    ];
    let [rustc_vv, libdir, cargo, clippy, rustfmt] = std::thread::scope(|scope| {
        let asked = questions.map(|(program, args)| scope.spawn(move || ask(program, args)));
        asked.map(|answer| answer.join().expect("a question panics nowhere"))
    });
    let rustc_vv = rustc_vv?;
    let field = |name: &str| rustc_vv.as_deref()?.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    Ok(Tools {
        triple: field("host: "),
        sysroot_libdir: libdir?.map(Utf8PathBuf::from),
        cargo: cargo?,
        clippy: clippy?,
        rustfmt: rustfmt?,
        rustc_vv,
        toolchain_file: toolchain_file(folder),
    })
}

fn toolchain_file(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    folder
        .ancestors()
        .flat_map(|folder| ["rust-toolchain", "rust-toolchain.toml"].map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

#[cfg(all(test, unix))]
mod tests;
