//! Names that look like another: what somebody may have meant.

/// How far apart two names are; `None` where nobody would take one for the other. Less is nearer.
pub(super) fn distance(typed: &str, name: &str) -> Option<usize> {
    if typed == name {
        return Some(0);
    }
    let plain = |text: &str| text.to_lowercase().replace('_', "");
    let (left, right) = (plain(typed), plain(name));
    if left == right {
        return Some(1);
    }
    let (n_left, n_right) = (left.chars().count(), right.chars().count());
    let (n_letters, shorter) = (n_left.max(n_right), n_left.min(n_right));
    let most = (n_letters / 3).min(3);
    if n_letters - shorter <= most {
        let edits = n_edits(&left, &right);
        if edits <= most {
            return Some(1 + edits);
        }
    }
    let is_part = 3 <= shorter && (left.contains(&right) || right.contains(&left));
    is_part.then_some(5 + n_letters - shorter)
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour.
fn n_edits(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for at in 1..=left.len() {
        let mut row = vec![at];
        for to in 1..=right.len() {
            let is_same = left[at - 1] == right[to - 1];
            let mut least =
                (rows[at - 1][to - 1] + usize::from(!is_same)).min(rows[at - 1][to] + 1).min(row[to - 1] + 1);
            if 1 < at && 1 < to && left[at - 1] == right[to - 2] && left[at - 2] == right[to - 1] {
                least = least.min(rows[at - 2][to - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_slip_of_the_fingers_is_near_and_another_name_is_not() {
        for (typed, name, expected) in [
            ("parse", "parse", Some(0)),
            ("parser", "Parser", Some(1)),
            ("read_line", "readLine", Some(1)),
            ("prase", "parse", Some(2)),
            ("pars", "parse", Some(2)),
            ("read_lines", "read_line", Some(2)),
            ("parse", "parse_document", Some(13)),
            ("new", "now", Some(2)),
            ("new", "old", None),
            ("of", "or", None),
            ("parse", "render", None),
        ] {
            assert_eq!(distance(typed, name), expected, "{typed} {name}");
        }
    }
}
