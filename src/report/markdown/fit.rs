//! Sections that share the room there is: whole rows only, and what was left out counted.

/// What the rows of a section are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Of a table, with these columns.
    Table(&'static [&'static str]),
    /// Items of a list.
    List,
    /// Paragraphs, fences, folds: each ends with an empty line.
    Blocks,
}

/// A heading and rows below it.
#[derive(Debug, Clone)]
pub(super) struct Section {
    title: &'static str,
    intro: String,
    rows: Vec<String>,
    kind: Rows,
    /// How many there are that are not among the rows.
    n_others: usize,
    /// The share of the room it may take before any other is given more.
    share: usize,
}

/// More than this is never shown of one section: the bytes of all.
const MOST_BYTES: usize = 60_000;

impl Section {
    /// A section of these rows. The rows are made one by one, and no more than there can be room for.
    pub(super) fn new(
        title: &'static str,
        kind: Rows,
        share: usize,
        mut rows: impl ExactSizeIterator<Item = String>,
    ) -> Self {
        let mut kept = Vec::new();
        let mut n_bytes = 0;
        while n_bytes < MOST_BYTES {
            let Some(row) = rows.next() else { break };
            n_bytes += row.len();
            kept.push(row);
        }
        Self { title, intro: String::new(), rows: kept, kind, n_others: rows.len(), share }
    }

    /// The same with a paragraph between heading and rows.
    pub(super) fn intro(self, intro: impl Into<String>) -> Self {
        Self { intro: intro.into(), ..self }
    }

    /// The same where so many more are known of.
    pub(super) fn others(self, n: usize) -> Self {
        Self { n_others: self.n_others.saturating_add(n), ..self }
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.intro.is_empty() && self.n_others == 0
    }

    fn head(&self) -> String {
        let intro = if self.intro.is_empty() { String::new() } else { format!("{}\n\n", self.intro) };
        let columns = match self.kind {
            Rows::Table(columns) if !self.rows.is_empty() => {
                format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len()))
            }
            Rows::Table(_) | Rows::List | Rows::Blocks => String::new(),
        };
        format!("### {}\n\n{intro}{columns}", self.title)
    }

    /// What is told of those that are not shown.
    fn rest(&self, n_shown: usize) -> String {
        let n = (self.rows.len() - n_shown).saturating_add(self.n_others);
        let told = if n_shown == 0 { format!("{n} not shown") } else { format!("and {n} more") };
        match (n, self.kind) {
            (0, Rows::Blocks) => String::new(),
            (0, _) if self.rows.is_empty() => String::new(),
            (0, Rows::Table(_) | Rows::List) => "\n".into(),
            (_, Rows::Table(_)) => format!("\n{told}\n\n"),
            (_, Rows::List) => format!("- {told}\n\n"),
            (_, Rows::Blocks) => format!("{told}\n\n"),
        }
    }

    /// The bytes of everything but the rows.
    fn frame(&self) -> usize {
        self.head().len() + "\n not shown\n\n".len() + 20
    }
}

/// As many rows of each section as there is room for: each its share, then what is left over to the first of
/// `order` that want more, then to the others. `order` holds indices.
pub(super) fn fit(sections: &[Section], order: &[usize], room: usize) -> String {
    let is_told = |index: &usize| !sections[*index].is_empty();
    let told: Vec<usize> = (0..sections.len()).filter(is_told).collect();
    let frames: usize = told.iter().map(|index| sections[*index].frame()).sum();
    let for_rows = room.saturating_sub(frames);
    let shares: usize = told.iter().map(|index| sections[*index].share).sum();
    let mut n_shown = vec![0; sections.len()];
    let mut left = for_rows;
    let mut take = |index: usize, mut most: usize, n_shown: &mut Vec<usize>| {
        let rows = &sections[index].rows;
        while let Some(row) = rows.get(n_shown[index]).filter(|row| row.len() <= most.min(left)) {
            most -= row.len();
            left -= row.len();
            n_shown[index] += 1;
        }
    };
    for index in &told {
        let share = sections[*index].share;
        let scaled = if for_rows < shares { share * for_rows / shares } else { share };
        take(*index, scaled, &mut n_shown);
    }
    for index in order.iter().filter(|index| told.contains(index)) {
        take(*index, usize::MAX, &mut n_shown);
    }
    let mut text = String::new();
    for index in told {
        let section = &sections[index];
        text.push_str(&section.head());
        text.extend(section.rows[..n_shown[index]].iter().map(String::as_str));
        text.push_str(&section.rest(n_shown[index]));
    }
    text
}

/// A row of a table.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Names in a row, the first few of them.
pub(super) fn some(names: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let n_more = names.len().saturating_sub(most);
    let shown: Vec<String> = names.take(most).collect();
    match (shown.is_empty(), n_more) {
        (true, _) => String::new(),
        (false, 0) => shown.join(", "),
        (false, n) => format!("{} and {n} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;
