//! The packages: drawn where the drawing can be followed, and told in words in any case.

use super::index::Index;
use super::layers::{Graph, Layers, Layout, lay_out, layers};
use super::marks::part_word;
use super::paper::{Anchor, In, Paper};
use crate::evidence::{PackageRecord, Part};
use crate::report::dossier::Dossier;
use crate::report::layout::count;

/// The most packages that are drawn.
const MOST_DRAWN: usize = 80;

/// The most lines and bends that are drawn.
const MOST_LINES: usize = 400;

/// The most characters of a label in the drawing.
const MOST_LABEL: usize = 24;

/// What a phone shows of a drawing's width, and what the page does at its widest.
const SCREEN: i64 = 300;
const PAGE: i64 = 900;

/// Half the distance of two rows, the height of a box, the gap between two columns, the width of a character.
const HALF_ROW: i64 = 21;
const BOX: i64 = 30;
const GAP: i64 = 56;
const CHARACTER: i64 = 8;

/// All members of the dossier and who rests on whom, the second one known.
fn graph(packages: &[&PackageRecord], index: &Index<'_>, places: &[usize]) -> Graph {
    let mut node_of = std::collections::BTreeMap::new();
    places.iter().enumerate().for_each(|(node, place)| _ = node_of.insert(*place, node));
    let of_one = |(node, package): (usize, &&PackageRecord)| {
        let known = package.depends_on.iter().filter_map(|label| index.package_at(label));
        known.filter_map(|place| node_of.get(&place)).map(|whom| (node, *whom)).collect::<Vec<_>>()
    };
    Graph { n_nodes: packages.len(), edges: packages.iter().enumerate().flat_map(of_one).collect() }
}

/// The section.
pub(super) fn write(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    if dossier.packages.is_empty() {
        paper.raw("<p class=\"none\">The record does not tell how the packages hang together.</p>\n");
        return;
    }
    let is_concerned = |package: &&PackageRecord| package.part != Part::Untouched;
    paper.raw("<p>").say(&in_short(dossier)).raw(".</p>\n");
    let all: Vec<usize> = (0..dossier.packages.len()).collect();
    let concerned: Vec<usize> = all.iter().copied().filter(|at| is_concerned(&&dossier.packages[*at])).collect();
    let drawn = if all.len() <= MOST_DRAWN { all.clone() } else { concerned };
    let is_drawn = !drawn.is_empty() && drawn.len() <= MOST_DRAWN && draw(paper, dossier, index, &drawn);
    if is_drawn && drawn.len() < all.len() {
        paper.raw("<p class=\"soft\">Drawn are the packages this work concerns; all are listed below.</p>\n");
    } else if !is_drawn {
        paper.raw("<p class=\"soft\">They are too many, or too tangled, to be drawn: here they are by layer.</p>\n");
    }
    let packages: Vec<&PackageRecord> = dossier.packages.iter().collect();
    let whole = layers(&graph(&packages, index, &all));
    list(paper, dossier, index, &whole, is_drawn);
}

/// `4 packages: 2 changed, 1 affected, 1 untouched`.
fn in_short(dossier: &Dossier) -> String {
    let parts = [Part::Changed, Part::Affected, Part::Checked, Part::Untouched];
    let n = |part: Part| dossier.packages.iter().filter(|package| package.part == part).count();
    let counted = parts.into_iter().map(|part| (n(part), part_word(part))).filter(|(n, _)| 0 < *n);
    let counted: Vec<String> = counted.map(|(n, word)| format!("{n} {word}")).collect();
    format!("{}: {}", count(dossier.packages.len(), "package", "packages"), counted.join(", "))
}

/// A label as it is drawn: its beginning and its end where it is long.
fn label(name: &str) -> String {
    let shown = crate::report::escape::line(name);
    let n = shown.chars().count();
    if n <= MOST_LABEL {
        return shown.into_owned();
    }
    let half = MOST_LABEL / 2;
    shown.chars().take(half).chain(['…']).chain(shown.chars().skip(n - half + 1)).collect()
}

/// The drawing; `false` where there is none.
fn draw(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>, drawn: &[usize]) -> bool {
    let packages: Vec<&PackageRecord> = drawn.iter().map(|at| &dossier.packages[*at]).collect();
    let layers = layers(&graph(&packages, index, drawn));
    let Some(layout) = lay_out(&layers, MOST_LINES) else { return false };
    let labels: Vec<String> = packages.iter().map(|package| label(&package.package)).collect();
    let columns = columns(&layout, &labels);
    let width = columns.last().map_or(0, |(left, width)| left + width) + 2;
    let height = layout.height * HALF_ROW + BOX + 4;
    paper.raw("<figure><div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Drawing of the packages\">\n");
    paper.raw("<svg class=\"graph\" role=\"img\" aria-labelledby=\"g0 g1\"");
    paper.numbers("width", &[width]).numbers("height", &[height]).numbers("viewBox", &[0, 0, width, height]);
    paper.raw(">\n<title").id(Anchor('g', 0)).raw(">Packages and what they rest on</title><desc").id(Anchor('g', 1));
    paper.raw(">").say(&in_short(dossier)).raw(". The list that follows says the same in words.</desc>\n");
    lines(paper, &layers, &layout, &columns, &packages);
    for ((package, label), place) in packages.iter().zip(&labels).zip(&layout.places) {
        node(paper, package, label, *place, &columns);
    }
    paper.raw("</svg></div>\n");
    if SCREEN < width {
        paper.raw(if PAGE < width { "<p class=\"swipe soft\">" } else { "<p class=\"swipe narrow soft\">" });
        paper.raw("The drawing goes on to the right: <span aria-hidden=\"true\">→</span> swipe or scroll it.</p>\n");
    }
    legend(paper, !layers.back.is_empty());
    true
}

/// Where each column begins, and how wide it is: as its longest label wants it.
fn columns(layout: &Layout, labels: &[String]) -> Vec<(i64, i64)> {
    let n_columns = layout.places.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
    let mut columns = vec![(0, 0); n_columns];
    for ((column, _), label) in layout.places.iter().zip(labels) {
        let n_characters = i64::try_from(label.chars().count()).unwrap_or(0);
        columns[*column].1 = columns[*column].1.max(n_characters * CHARACTER + 40);
    }
    let mut left = 2;
    for column in &mut columns {
        column.0 = left;
        left += column.1 + GAP;
    }
    columns
}

/// How a line or a box looks, by how the work concerns the package.
const fn class(part: Part) -> &'static str {
    match part {
        Part::Changed => " class=\"changed\"",
        Part::Affected => " class=\"affected\"",
        Part::Checked => " class=\"checked\"",
        Part::Untouched => " class=\"untouched\"",
    }
}

/// The lines between the packages: those along which the work spreads on top of the others.
fn lines(paper: &mut Paper, layers: &Layers, layout: &Layout, columns: &[(i64, i64)], packages: &[&PackageRecord]) {
    let part_at = |place: &(usize, i64)| {
        let node = layout.places.iter().position(|other| other == place);
        node.map_or(Part::Untouched, |node| packages[node].part)
    };
    let spreads = |line: &Vec<(usize, i64)>| {
        let ends = [line.first(), line.last()].into_iter().flatten();
        ends.map(part_at).all(|part| matches!(part, Part::Changed | Part::Affected))
    };
    let height = |row: i64| row * HALF_ROW + BOX / 2 + 2;
    let (spreading, others): (Vec<_>, Vec<_>) = layout.lines.iter().partition(|line| spreads(line));
    paper.raw("<g class=\"lines\">\n");
    for (is_spreading, line) in others.iter().map(|line| (false, line)).chain(spreading.iter().map(|line| (true, line)))
    {
        paper.raw(if is_spreading { "<path class=\"spreads\"" } else { "<path" });
        let mut steps: Vec<(&'static str, Vec<i64>)> = Vec::new();
        for pair in line.windows(2) {
            let ((from, start), (to, end)) = (pair[0], pair[1]);
            let (right, left) = (columns[from].0 + columns[from].1, columns[to].0);
            let middle = right.midpoint(left);
            // Through a column a line runs level.
            steps.push((if steps.is_empty() { "M" } else { "L" }, vec![right, height(start)]));
            steps.push(("C", vec![middle, height(start), middle, height(end), left, height(end)]));
        }
        paper.path(&steps).raw("/>\n");
    }
    for (who, whom) in &layers.back {
        let ((from, start), (to, end)) = (layout.places[*whom], layout.places[*who]);
        let (right, left) = (columns[from].0 + columns[from].1, columns[to].0);
        let (start, end) = (height(start) + 6, height(end) + 6);
        let bend = vec![right + GAP / 2, start, left - GAP / 2, end, left, end];
        paper.raw("<path class=\"back\"").path(&[("M", vec![right, start]), ("C", bend)]).raw("/>\n");
    }
    paper.raw("</g>\n");
}

/// A package: a box with its name, and a sign for how the work concerns it.
fn node(paper: &mut Paper, package: &PackageRecord, label: &str, place: (usize, i64), columns: &[(i64, i64)]) {
    let ((left, width), top) = (columns[place.0], place.1 * HALF_ROW + 2);
    paper.raw("<g").raw(class(package.part)).raw("><title>").say(&package.package).raw(": ");
    paper.raw(part_word(package.part)).raw("</title><rect rx=\"8\"").numbers("x", &[left]).numbers("y", &[top]);
    paper.numbers("width", &[width]).numbers("height", &[BOX]).raw("/>");
    sign(paper, package.part, left + 16, top + BOX / 2);
    paper.raw("<text").numbers("x", &[left + 28]).numbers("y", &[top + BOX / 2 + 4]);
    if !label.is_ascii() {
        // Other scripts have wider letters: they are squeezed into what was measured for them.
        let n_characters = i64::try_from(label.chars().count()).unwrap_or(0);
        paper.numbers("textLength", &[n_characters * CHARACTER]).raw(" lengthAdjust=\"spacingAndGlyphs\"");
    }
    paper.raw(">").say(label).raw("</text></g>\n");
}

/// The sign of a part: a full disc, a ring, a square, a dot.
fn sign(paper: &mut Paper, part: Part, x: i64, y: i64) {
    match part {
        Part::Changed => paper.raw("<circle class=\"sign full\" r=\"5\""),
        Part::Affected => paper.raw("<circle class=\"sign ring\" r=\"4\""),
        Part::Checked => paper.raw("<rect class=\"sign ring\" width=\"8\" height=\"8\""),
        Part::Untouched => paper.raw("<circle class=\"sign full\" r=\"2\""),
    };
    match part {
        Part::Checked => paper.numbers("x", &[x - 4]).numbers("y", &[y - 4]),
        Part::Changed | Part::Affected | Part::Untouched => paper.numbers("cx", &[x]).numbers("cy", &[y]),
    };
    paper.raw("/>");
}

/// What the signs and lines mean.
fn legend(paper: &mut Paper, has_circles: bool) {
    paper.raw("<figcaption><p>Each package rests on those to its left that a line leads to. ");
    paper.raw("Lines that follow from others are not drawn.</p>\n<ul class=\"legend\">");
    let meanings = [
        (Part::Changed, "a file of it changed"),
        (Part::Affected, "it rests on something that changed"),
        (Part::Checked, "neither, and it was checked all the same"),
        (Part::Untouched, "nothing of it was looked at"),
    ];
    for (part, meaning) in meanings {
        paper
            .raw("<li><svg class=\"graph\" width=\"16\" height=\"16\" aria-hidden=\"true\"><g")
            .raw(class(part))
            .raw(">");
        sign(paper, part, 8, 8);
        paper.raw("</g></svg> <b>").raw(part_word(part)).raw("</b> ").raw(meaning).raw("</li>");
    }
    if has_circles {
        paper.raw("<li><svg class=\"graph\" width=\"16\" height=\"16\" aria-hidden=\"true\"><g class=\"lines\">");
        paper.raw("<path class=\"back\" d=\"M0 8L16 8\"/></g></svg> <b>back</b> closes a circle, as dev-dependencies may</li>");
    }
    paper.raw("</ul></figcaption></figure>\n");
}

/// The packages by layer, in words.
fn list(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>, layers: &Layers, is_drawn: bool) {
    let n_layers = layers.of.iter().max().map_or(0, |last| last + 1);
    let mut by_layer: Vec<Vec<usize>> = vec![Vec::new(); n_layers];
    layers.of.iter().enumerate().for_each(|(at, layer)| by_layer[*layer].push(at));
    paper.raw(if is_drawn { "<details><summary>The same in words</summary>\n" } else { "<div>\n" });
    let n = paper.each(by_layer.iter().enumerate(), 200, |paper, (layer, places)| {
        paper.raw("<details class=\"layer\"").raw(if is_drawn || n_layers <= 3 { " open>" } else { ">" });
        paper.raw("<summary>").raw(if layer == 0 { "They rest on no other member:" } else { "Layer " });
        if 0 < layer {
            paper.number(layer as u64);
        }
        let n_touched = places.iter().filter(|at| dossier.packages[**at].part != Part::Untouched).count();
        paper
            .raw(if layer == 0 { " <span class=\"soft\">" } else { ": <span class=\"soft\">" })
            .say(&count(places.len(), "package", "packages"))
            .raw(", ");
        paper.number(n_touched as u64).raw(" concerned</span></summary>\n<ul class=\"packages\">\n");
        let n = paper.each(places.iter(), 500, |paper, at| one(paper, *at, &dossier.packages[*at], index));
        paper.left_out(n, In::List, "package", "packages").raw("</ul></details>\n");
    });
    paper.left_out(n, In::Flow, "layer", "layers").raw(if is_drawn { "</details>\n" } else { "</div>\n" });
}

/// A package with what it rests on.
fn one(paper: &mut Paper, at: usize, package: &PackageRecord, index: &Index<'_>) {
    paper.raw("<li").id(Anchor('p', at)).raw(">").code(&package.package).raw(" <span class=\"part\">");
    paper.raw(part_word(package.part)).raw("</span> <span class=\"soft\">in ").code(&package.folder);
    if !package.depends_on.is_empty() {
        paper.raw(", rests on ");
        let write = |paper: &mut Paper, label: &String| _ = paper.code_linked(index.package(label), label);
        paper.in_a_row(package.depends_on.iter(), 40, write);
    }
    paper.raw("</span></li>\n");
}
