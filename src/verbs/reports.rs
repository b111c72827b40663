//! Reports beside an answer: where they are to go, refused early where they cannot go there, and written in the end.

use super::request::Context;
use super::scene::{self, Read};
use crate::answers::ReportRow;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Run;
use crate::files;
use crate::git::Git;
use crate::payload::store::Located;
use crate::report::Format;
use crate::report::dossier::{self, Dossier, Fresh, Judged, Source};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};

/// The variable that names the file a step's summary is appended to, in GitHub Actions.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// A report somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Wanted {
    /// In which format.
    pub format: Format,
    /// The file it goes to, relative to the current folder; it is shown behind the answer where `None`.
    pub to: Option<String>,
}

/// Reads `FORMAT` or `FORMAT=PATH`.
///
/// # Errors
/// The formats there are, or that the path is missing.
pub fn read_wanted(text: &str) -> std::result::Result<Wanted, String> {
    let (word, to) = text.split_once('=').map_or((text, None), |(word, to)| (word, Some(to)));
    let format = read_format(word)?;
    match to {
        Some("") => Err(format!("there is no file behind `{word}=`")),
        to => Ok(Wanted { format, to: to.map(str::to_owned) }),
    }
}

/// Reads the name of a format.
///
/// # Errors
/// The formats there are.
pub fn read_format(word: &str) -> std::result::Result<Format, String> {
    Format::ALL.into_iter().find(|format| format.word() == word).ok_or_else(|| {
        let words: Vec<&str> = Format::ALL.iter().map(|format| format.word()).collect();
        format!("the formats are: {}", words.join(", "))
    })
}

/// Whether each report can go where it is to go, as far as that can be said before anything runs.
///
/// # Errors
/// 2 naming the first that cannot.
pub(super) fn check(wanted: &[Wanted], context: &Context) -> Result<()> {
    let mut places: Vec<Utf8PathBuf> = Vec::new();
    for (wanted, name) in wanted.iter().filter_map(|wanted| Some((wanted, wanted.to.as_deref()?))) {
        let path = context.surroundings.absolute(Utf8Path::new(name));
        let refused = |why: &str| {
            let message = format!("the report `{}={name}` {why}", wanted.format.word());
            Err(Error::new(Code::Usage, message))
        };
        if path.is_dir() || name.ends_with(['/', '\\']) {
            return refused("names a folder").map_err(|error: Error| error.hint("name a file in it"));
        }
        let place = place(&path);
        if let Some(why) = is_taken(&place) {
            return refused(why).map_err(|error: Error| error.hint(ELSEWHERE));
        }
        if !is_summary(&path, context) && holds_something_else(&place, wanted.format)? {
            return refused("would take the place of a file that is no such report")
                .map_err(|error: Error| error.hint("name another file, or remove that one first"));
        }
        let folder = path.parent().unwrap_or(Utf8Path::new("/"));
        if !folder.is_dir() {
            let message = format!("goes to the folder `{}`, which is not there", scene::shown(folder, context));
            return refused(&message)
                .map_err(|error: Error| error.hint(format!("mkdir -p {}", scene::shown(folder, context))));
        }
        // A summary is appended to: what stands there already is somebody's.
        if places.contains(&place) && !is_summary(&path, context) {
            return refused("goes where another one goes");
        }
        places.push(place);
    }
    Ok(())
}

/// Where a path really leads.
pub(super) fn place(path: &Utf8Path) -> Utf8PathBuf {
    if let Ok(real) = path.canonicalize_utf8() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => files::real(folder).join(name),
        (_, _) => path.to_owned(),
    }
}

/// Whether a file lies there that holds anything but a report in this format.
fn holds_something_else(place: &Utf8Path, format: Format) -> Result<bool> {
    const BEGINNING: u64 = 16 << 10;
    if !place.is_file() {
        return Ok(false); // a stream, or nothing
    }
    let failed = |error| Error::io(format!("read `{place}`"), error);
    let mut bytes = Vec::new();
    File::open(place).map_err(failed)?.take(BEGINNING).read_to_end(&mut bytes).map_err(failed)?;
    Ok(!bytes.is_empty() && !format.is_one(&String::from_utf8_lossy(&bytes)))
}

/// Where a report does no harm.
pub(super) const ELSEWHERE: &str = "`target/` is a good place, and `handoff/` itself";

/// Why nothing is written to this place, whoever's payload is judged.
pub(super) fn is_taken(place: &Utf8Path) -> Option<&'static str> {
    let parts: Vec<&str> = place.components().map(|part| part.as_str()).collect();
    let is_kept = |pair: &[&str]| matches!(pair, ["handoff", "runs" | "evidence"]);
    if parts.contains(&".git") {
        Some("lies in `.git`, which is git's alone")
    } else if parts.ends_with(&["handoff", "payload.json"]) {
        Some("would take the place of a payload")
    } else if parts.windows(2).any(is_kept) {
        Some("lies among the records")
    } else {
        None
    }
}

/// The same, now that it is known which payload is reported of, whatever it is called: it is not written over.
///
/// # Errors
/// 2 naming the first that cannot.
pub(super) fn keep_off(wanted: &[Wanted], located: &Located, context: &Context) -> Result<()> {
    let payload = files::real(&located.payload);
    for (wanted, name) in wanted.iter().filter_map(|wanted| Some((wanted, wanted.to.as_deref()?))) {
        if place(&context.surroundings.absolute(Utf8Path::new(name))) == payload {
            let message = format!("the report `{}={name}` would take the place of the payload", wanted.format.word());
            return Err(Error::new(Code::Usage, message).hint(ELSEWHERE));
        }
    }
    Ok(())
}

fn is_summary(path: &Utf8Path, context: &Context) -> bool {
    let surroundings = &context.surroundings;
    surroundings.variable(SUMMARY).is_some_and(|summary| surroundings.absolute(Utf8Path::new(summary)) == *path)
}

/// Makes the reports of these dossiers. Several payloads are told one after the other; where only one file is named for
/// what cannot stand behind one another, the second goes beside it with `-2` in its name.
///
/// Where one cannot be written its row says why: the others are written all the same. What is wanted twice is made once.
pub(super) fn make(wanted: &[Wanted], dossiers: &[Dossier], context: &Context, run: &Run) -> Vec<ReportRow> {
    let mut rows = Vec::new();
    let is_first = |(index, one): &(usize, &Wanted)| !wanted[..*index].contains(one);
    for (_, Wanted { format, to }) in wanted.iter().enumerate().filter(is_first) {
        let row = |path: Option<String>, text| ReportRow { format: format.word().into(), path, failed: None, text };
        let texts: Vec<String> = dossiers.iter().map(|dossier| format.write(dossier)).collect();
        let Some(name) = to else {
            rows.push(row(None, texts.concat()));
            continue;
        };
        let path = context.surroundings.absolute(Utf8Path::new(name));
        let texts = if is_joined(*format) || is_stream(&path) { vec![texts.concat()] } else { texts };
        for (index, text) in texts.iter().enumerate() {
            let path = numbered(&path, index);
            // Nobody named a numbered one: what lies there was not looked at before.
            let free = if index == 0 { Ok(()) } else { is_free(&path, *format) };
            let written = free.and_then(|()| write(&path, text.as_bytes(), is_summary(&path, context)));
            let failed = written.err().map(|error| in_words(&error));
            rows.push(ReportRow { failed, ..row(Some(scene::shown(&path, context)), String::new()) });
        }
        if 1 < texts.len() {
            for (index, dossier) in dossiers.iter().enumerate() {
                let path = scene::shown(&numbered(&path, index), context);
                run.remark(format!("the report of `{}` is in `{path}`", dossier.payload));
            }
        }
    }
    rows
}

/// The error, once what is reported is that nothing came to an end: whoever waits for the reports finds them.
pub(super) fn of_error(verb: &str, error: Error, wanted: &[Wanted], context: &Context, run: &Run) -> Error {
    // What was asked wrongly was not begun, and whoever stopped it waits for nothing.
    if wanted.is_empty() || matches!(error.code, Code::Usage | Code::Signalled) {
        return error;
    }
    let rows = make(wanted, &[dossier::stopped(verb, &error)], context, run);
    rows.into_iter().filter_map(|row| row.failed).fold(error, Error::hint)
}

/// That nothing else lies there.
fn is_free(path: &Utf8Path, format: Format) -> Result<()> {
    let place = place(path);
    let taken = is_taken(&place).is_some() || path.is_dir() || holds_something_else(&place, format)?;
    if !taken {
        return Ok(());
    }
    Err(Error::new(Code::Io, format!("the report `{path}` would take the place of something that is no such report")))
}

fn in_words(error: &Error) -> String {
    let because = error.source.as_ref().map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{because}")
}

/// A report among the work would be a change of it: nobody would claim it, and the next `validate` would say so.
///
/// # Errors
/// 2 naming the first that would lie there. Where git does not answer nothing is taken for a change either.
pub(super) fn out_of_the_way(wanted: &[Wanted], context: &Context, cancel: &Cancel) -> Result<()> {
    for (wanted, name) in wanted.iter().filter_map(|wanted| Some((wanted, wanted.to.as_deref()?))) {
        let path = context.surroundings.absolute(Utf8Path::new(name));
        let place = place(&path);
        if is_stream(&path) || is_summary(&path, context) || is_beside_a_payload(&place) {
            continue;
        }
        let Ok(git) = Git::open(place.parent().unwrap_or(&place), &context.surroundings, cancel) else { continue };
        let Ok(file) = place.strip_prefix(files::real(git.top())) else { continue };
        if !git.passes_over(&git.top().join(file))? {
            let format = wanted.format.word();
            let message = format!(
                "the report `{format}={name}` would lie among the files of the work, and count as a change of it"
            );
            return Err(Error::new(Code::Usage, message).hint(format!(
                "put it where git looks away, or outside of the repository: `target/{}`",
                place.file_name().unwrap_or(format)
            )));
        }
    }
    Ok(())
}

/// Whether a report may count as a change of the work, as far as that can be told without asking git what it ignores:
/// it lies in a repository, and neither beside a payload nor in a folder `target`.
pub(super) fn may_be_work(name: &str, context: &Context) -> bool {
    let path = context.surroundings.absolute(Utf8Path::new(name));
    let place = place(&path);
    let is_in_repository = place.ancestors().skip(1).any(|folder| folder.join(".git").exists());
    let is_built = place.components().any(|part| part.as_str() == "target");
    is_in_repository && !is_built && !is_stream(&path) && !is_summary(&path, context) && !is_beside_a_payload(&place)
}

fn is_beside_a_payload(place: &Utf8Path) -> bool {
    let is_its = |folder: &Utf8Path| folder.file_name() == Some("handoff") && folder.join("payload.json").is_file();
    place.ancestors().skip(1).any(is_its)
}

/// Whether reports in this format may stand one behind the other in one file.
const fn is_joined(format: Format) -> bool {
    match format {
        Format::Markdown | Format::Github | Format::InToto => true,
        Format::Html | Format::Sarif | Format::Junit => false,
    }
}

/// Whether something lies there that is no file to be replaced: a pipe, `/dev/stdout`.
fn is_stream(path: &Utf8Path) -> bool {
    path.metadata().is_ok_and(|entry| !entry.is_file())
}

/// `report.html`, `report-2.html`.
fn numbered(path: &Utf8Path, index: usize) -> Utf8PathBuf {
    if index == 0 {
        return path.to_owned();
    }
    let (stem, number) = (path.file_stem().unwrap_or_default(), index + 1);
    match path.extension() {
        Some(extension) => path.with_file_name(format!("{stem}-{number}.{extension}")),
        None => path.with_file_name(format!("{stem}-{number}")),
    }
}

fn write(path: &Utf8Path, bytes: &[u8], appends: bool) -> Result<()> {
    if !appends && !is_stream(path) {
        return files::replace(path, bytes);
    }
    let failed = |error| Error::io(format!("write `{path}`"), error);
    let mut file = OpenOptions::new().append(true).create(appends).open(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)
}

/// What is reported of: a payload as it was read, with what was seen of it just now.
pub(super) struct Of<'a> {
    pub(super) verb: &'a str,
    pub(super) read: &'a Read,
    pub(super) shelf: &'a crate::claims::Shelf,
    pub(super) fresh: Fresh<'a>,
    pub(super) judged: Judged,
}

/// The dossier.
pub(super) fn dossier(of: Of) -> Dossier {
    let Of { verb, read, shelf, fresh, judged } = of;
    let name = name(&read.located);
    dossier::of(&Source { verb, name: &name, text: read.document.text(), payload: &read.payload, shelf, fresh, judged })
}

/// The payload, relative to the top of the repository around it, which is found without git.
fn name(located: &Located) -> String {
    let top = located.root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&located.root);
    scene::relative(top, &located.payload)
}
