//! What is to be checked, divided into shares that take about as long as each other.
//!
//! The same on every machine: the payload, its sealed records and the tree decide, and nothing that only one machine
//! has seen. Every package belongs to exactly one share, also where nobody expects it to be checked: what a build
//! teaches may select it yet.

mod recorded;

use crate::files::sha256;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;

pub(super) use recorded::recorded;

/// One thing that one machine does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    /// Everything of the package with this label.
    Package(String),
    /// The prescribed command with this id.
    Prescribed(String),
    /// The entry somebody wrote by hand, by its place.
    ByHand(String),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(label) => write!(f, "the package `{label}`"),
            Self::Prescribed(id) => write!(f, "the prescribed `{id}`"),
            Self::ByHand(place) => write!(f, "`{place}`"),
        }
    }
}

/// The same with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) what: What,
    /// How long it took when it was recorded; `None` where it never was.
    pub(super) took_ms: Option<u64>,
    /// Whether it will be done as far as anybody knows.
    pub(super) is_expected: bool,
}

/// Who does what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    shares: Vec<Share>,
}

/// What one machine does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Share {
    items: Vec<Item>,
    /// How long what is expected of it will take.
    pub(super) takes_ms: u64,
}

impl Share {
    /// Whether this is done here.
    pub(super) fn has(&self, what: &What) -> bool {
        self.items.iter().any(|item| item.what == *what)
    }

    /// The labels of all its packages.
    pub(super) fn packages(&self) -> BTreeSet<String> {
        self.items.iter().filter_map(|item| package(&item.what)).collect()
    }

    /// The labels of those that are expected to be checked.
    pub(super) fn expected(&self) -> BTreeSet<String> {
        self.items.iter().filter(|item| item.is_expected).filter_map(|item| package(&item.what)).collect()
    }

    /// Whether it was ever recorded how long any of it takes.
    pub(super) fn is_recorded(&self) -> bool {
        self.items.iter().any(|item| item.is_expected && item.took_ms.is_some())
    }

    /// How many things are expected to be done.
    pub(super) fn n_expected(&self) -> usize {
        self.items.iter().filter(|item| item.is_expected).count()
    }
}

fn package(what: &What) -> Option<String> {
    match what {
        What::Package(label) => Some(label.clone()),
        What::Prescribed(_) | What::ByHand(_) => None,
    }
}

/// Nothing is taken to last longer: what a payload says of times is anybody's word, and their sum has to be a number.
const LONGEST_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// The most moves and swaps that are tried to make the shares more even.
const MOST_MOVES: usize = 1000;

/// Divides: the longest first into the emptiest, then moves and swaps while that makes the fullest less full.
pub(super) fn divide(mut items: Vec<Item>, n: NonZeroUsize) -> Plan {
    let usual = usual_ms(&items);
    let weight = |item: &Item| item.took_ms.unwrap_or(usual).clamp(1, LONGEST_MS);
    items.sort_by_cached_key(|item| (Reverse(weight(item)), item.what.clone()));
    let (expected, others): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.is_expected);
    let mut shares = vec![Share::default(); n.get()];
    for item in expected {
        let emptiest = shares.iter_mut().min_by_key(|share| share.takes_ms).expect("there is at least one");
        emptiest.takes_ms += weight(&item);
        emptiest.items.push(item);
    }
    for _ in 0..MOST_MOVES {
        if !even_out(&mut shares, &weight) {
            break;
        }
    }
    for (index, item) in others.into_iter().enumerate() {
        shares[index % n].items.push(item);
    }
    for share in &mut shares {
        share.items.sort_by(|one, other| one.what.cmp(&other.what));
    }
    Plan { shares }
}

/// The median of what is recorded: what nobody ever saw is taken to be as long.
fn usual_ms(items: &[Item]) -> u64 {
    let mut known: Vec<u64> = items.iter().filter_map(|item| item.took_ms).collect();
    known.sort_unstable();
    known.get(known.len() / 2).copied().unwrap_or(1)
}

/// One move out of the fullest share, or one swap with it, that leaves the least behind. `false` where none helps.
fn even_out(shares: &mut [Share], weight: &impl Fn(&Item) -> u64) -> bool {
    let loads: Vec<u64> = shares.iter().map(|share| share.takes_ms).collect();
    let Some(fullest) = (0..loads.len()).max_by_key(|index| (loads[*index], Reverse(*index))) else { return false };
    let mut best: Option<(u64, usize, usize, Option<usize>)> = None;
    let mut offer = |after: u64, mine: usize, other: usize, theirs: Option<usize>| {
        let is_better = best.as_ref().map_or(after < loads[fullest], |(known, ..)| after < *known);
        if is_better {
            best = Some((after, mine, other, theirs));
        }
    };
    for (mine, item) in shares[fullest].items.iter().enumerate() {
        let gives = weight(item);
        for other in (0..loads.len()).filter(|other| *other != fullest) {
            offer((loads[fullest] - gives).max(loads[other] + gives), mine, other, None);
            for (theirs, item) in shares[other].items.iter().enumerate() {
                let takes = weight(item);
                if takes < gives {
                    let after = (loads[fullest] - gives + takes).max(loads[other] + gives - takes);
                    offer(after, mine, other, Some(theirs));
                }
            }
        }
    }
    let Some((_, mine, other, theirs)) = best else { return false };
    let taken = theirs.map(|theirs| shares[other].items.swap_remove(theirs));
    let given = shares[fullest].items.swap_remove(mine);
    shares[fullest].items.extend(taken);
    shares[other].items.push(given);
    for index in [fullest, other] {
        shares[index].takes_ms = shares[index].items.iter().map(weight).sum();
    }
    true
}

impl Plan {
    /// The share with this number, from 1; `None` where there are not so many.
    pub(super) fn share(&self, part: NonZeroUsize) -> Option<&Share> {
        self.shares.get(part.get() - 1)
    }

    /// All of them, the first one first.
    pub(super) fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// One digest of who does what.
    pub(super) fn digest(&self) -> String {
        let shares: Vec<Vec<&What>> =
            self.shares.iter().map(|share| share.items.iter().map(|item| &item.what).collect()).collect();
        sha256(&serde_json::to_vec(&shares).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
