//! The documentation of a dependency.

use crate::answers::ReconAnswer;
use crate::recon::Bounded;
use crate::recon::docs::{CrateDocs, Docs, Excerpt, Feature, ItemDocs};
use crate::report::layout::{COMMAND, DOUBT, FAINT, Line, PLAIN, Room, STRONG, count, wrap};

/// Each package: what it is, then the items that were found, or its texts.
#[must_use]
pub fn docs(answer: &ReconAnswer<Docs>, room: &Room) -> String {
    let found = &answer.found;
    let mut lines = Vec::new();
    if let [first, _, ..] = found.crates.as_slice() {
        let versions: Vec<&str> = found.crates.iter().map(|it| it.version.as_str()).collect();
        let text = format!(
            "{} versions of {} are locked: {}. `{}@{}` or `--for PACKAGE` chooses one.",
            versions.len(),
            first.name,
            versions.join(", "),
            first.name,
            first.version,
        );
        lines.extend(wrap(Line::default(), &text, room.width));
        lines.push(Line::default());
    }
    for (at, it) in found.crates.iter().enumerate() {
        if 0 < at {
            lines.push(Line::default());
        }
        one(it, &found.item, room, &mut lines);
    }
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}

fn one(it: &CrateDocs, item: &str, room: &Room, lines: &mut Vec<Line>) {
    let width = room.width;
    let from = match it.used_by.as_slice() {
        [] => format!("  {}", it.from),
        users => format!("  {}, used by {}", it.from, users.join(", ")),
    };
    lines.push(Line::default().and(STRONG, &format!("{} {}", it.name, it.version)).and(FAINT, &from));
    let field = |name: &str, text: &str| wrap(Line::plain("  ").and(FAINT, name).to(13), text, width);
    if let Some(text) = &it.description {
        lines.extend(field("what", text));
    }
    for link in it.links.iter().filter(|link| it.items.items.is_empty() || link.what != "search") {
        lines.push(Line::plain("  ").and(FAINT, &link.what).to(13).and(COMMAND, &link.url));
    }
    if let Some(folder) = &it.folder {
        lines.push(Line::plain("  ").and(FAINT, "folder").to(13).and(PLAIN, folder));
    }
    if let Some(missing) = &it.missing {
        lines.extend(wrap(Line::plain("  ").and(DOUBT, "missing").to(13), missing, width));
    }
    if it.unknown.is_some() && it.used_by.is_empty() {
        lines.extend(field("used by", "nobody can tell: not everything that is locked is on this machine"));
    }
    if 0 < it.features.total() {
        lines.extend(field("features", &features(&it.features)));
    }
    if 0 < it.examples.total() {
        lines.extend(field("examples", &(it.examples.items.join(", ") + &left_out(&it.examples, ", and"))));
    }
    for (name, excerpt) in [("library", &it.docs), ("readme", &it.readme), ("changelog", &it.changelog)] {
        let Some(excerpt) = excerpt else { continue };
        lines.push(Line::default());
        text(name, excerpt, lines);
    }
    for found in &it.items.items {
        lines.push(Line::default());
        described(found, it, room, lines);
    }
    if 0 < it.items.left_out {
        lines.push(
            Line::default().and(FAINT, &format!("and {} (--limit)", count(it.items.left_out, "other", "others"))),
        );
    }
    let is_asked = item.contains("::") && it.missing.is_none();
    if is_asked && it.items.items.is_empty() {
        lines.push(Line::default());
        let what =
            format!("Nothing at this path in {} {}: macros may make what cannot be seen here.", it.name, it.version);
        lines.extend(wrap(Line::default(), &what, width));
        for path in &it.lost {
            lines.push(Line::plain("  ").and(DOUBT, "not followed").to(17).and(PLAIN, path));
        }
        if 0 < it.near.total() {
            lines.push(Line::plain("Of that name:"));
        }
        lines.extend(it.near.items.iter().map(|near| Line::plain("  ").and(PLAIN, near)));
        if 0 < it.near.left_out {
            lines.push(Line::plain("  ").and(FAINT, left_out(&it.near, "and").trim()));
        }
    }
}

fn features(features: &Bounded<Feature>) -> String {
    let told = features.items.iter().map(|feature| match feature.enabled {
        Some(true) => format!("{} (on)", feature.name),
        Some(false) | None => feature.name.clone(),
    });
    told.collect::<Vec<_>>().join(", ") + &left_out(features, ", and")
}

fn left_out<T>(list: &Bounded<T>, before: &str) -> String {
    if list.left_out == 0 { String::new() } else { format!("{before} {} more (--limit)", list.left_out) }
}

fn text(name: &str, excerpt: &Excerpt, lines: &mut Vec<Line>) {
    let place = if excerpt.line <= 1 { String::new() } else { format!(":{}", excerpt.line) };
    lines.push(Line::default().and(STRONG, name).and(FAINT, &format!("  {}{place}", excerpt.file)));
    body(&excerpt.lines, lines);
}

fn body(of: &Bounded<String>, lines: &mut Vec<Line>) {
    lines.extend(of.items.iter().map(|line| Line::plain("  ").and(PLAIN, line)));
    if 0 < of.left_out {
        let more = count(of.left_out, "more line", "more lines");
        lines.push(Line::plain("  ").and(FAINT, &format!("… {more} (--limit)")));
    }
}

fn described(item: &ItemDocs, it: &CrateDocs, room: &Room, lines: &mut Vec<Line>) {
    let hidden = if item.is_public { "" } else { "  not public" };
    let head = Line::default().and(STRONG, &item.path);
    lines.push(head.and(FAINT, &format!("  {}", item.kind.word())).and(DOUBT, hidden));
    if let Some(within) = &item.within {
        lines.extend(wrap(Line::plain("  "), within, room.width));
    }
    lines.extend(wrap(Line::plain("  "), &item.signature, room.width));
    if !item.cfg.is_empty() {
        lines.push(Line::plain("  ").and(FAINT, &item.cfg));
    }
    let is_own = it.folder.as_ref() == Some(&item.folder);
    let folder = if is_own { String::new() } else { format!("{}/", item.folder) };
    let place = format!("{folder}{}:{}", item.file, item.line);
    lines.push(Line::plain("  ").and(FAINT, "at").to(7).and(PLAIN, &place));
    if !is_own {
        lines.push(Line::plain("  ").and(FAINT, "of").to(7).and(PLAIN, &item.package));
    }
    if !item.via.is_empty() {
        lines.push(Line::plain("  ").and(FAINT, "via").to(7).and(PLAIN, &item.via.join(" -> ")));
    }
    if let Some(link) = &item.link {
        lines.push(Line::plain("  ").and(FAINT, "cite").to(7).and(COMMAND, link));
    }
    if 0 < item.docs.total() {
        lines.push(Line::default());
        body(&item.docs, lines);
    }
    if 0 < item.members.total() {
        lines.push(Line::default());
        lines.push(Line::plain("  ").and(FAINT, "in it"));
        let items = item.members.items.iter().map(|it| format!("  {it}")).collect();
        body(&Bounded { items, left_out: item.members.left_out }, lines);
    }
    if let Some(source) = &item.source {
        lines.push(Line::default());
        lines.push(Line::plain("  ").and(FAINT, "source"));
        body(source, lines);
    }
}
