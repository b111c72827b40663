//! A list that ends somewhere, and says how much it left out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// As many as were asked for, and how many there were besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bounded<T> {
    /// The first ones.
    pub items: Vec<T>,
    /// How many there are besides.
    pub left_out: usize,
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Self { items: Vec::new(), left_out: 0 }
    }
}

impl<T> Bounded<T> {
    /// The first `limit` of them.
    #[must_use]
    pub fn of(mut items: Vec<T>, limit: usize) -> Self {
        let left_out = items.len().saturating_sub(limit);
        items.truncate(limit);
        Self { items, left_out }
    }

    /// How many there were.
    #[must_use]
    pub fn total(&self) -> usize {
        self.items.len() + self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;

    #[test]
    fn what_does_not_fit_is_counted() {
        let bounded = Bounded::of(vec![1, 2, 3], 2);
        assert_eq!((bounded.items.as_slice(), bounded.left_out, bounded.total()), (&[1, 2][..], 1, 3));
    }
}
