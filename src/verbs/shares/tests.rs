//! How even shares are, and that nothing is lost or done twice.

use super::*;

fn package(label: &str, took_ms: impl Into<Option<u64>>) -> Item {
    Item { what: What::Package(label.into()), took_ms: took_ms.into(), is_expected: true }
}

fn packages(times: &[u64]) -> Vec<Item> {
    times.iter().enumerate().map(|(index, ms)| package(&format!("p{index:02}"), *ms)).collect()
}

fn n(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).expect("more than none")
}

/// Numbers that look like times, the same ones each time.
fn made_up(seed: u64, n: usize) -> Vec<u64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    (0..n).map(|_| 200 + next() % 8_000).collect()
}

#[test]
fn shares_are_within_a_fifth_of_even_where_no_package_is_larger_than_that() {
    for seed in 0..200 {
        for n_shares in 1..=5 {
            let times = made_up(seed, 12 + (seed as usize % 30));
            let even = times.iter().sum::<u64>() as f64 / n_shares as f64;
            if times.iter().any(|ms| even < *ms as f64) || times.len() < 3 * n_shares {
                continue; // what cannot be divided is no matter of how it is divided
            }
            for share in divide(packages(&times), n(n_shares)).shares() {
                let off = (share.takes_ms as f64 - even).abs() / even;
                assert!(off <= 0.2, "seed {seed}, {n_shares} shares: {} of {even}: {times:?}", share.takes_ms);
            }
        }
    }
}

#[test]
fn a_swap_helps_where_longest_first_is_not_enough() {
    let plan = divide(packages(&[5, 5, 4, 4, 3, 3, 3]), n(3));
    let takes: Vec<u64> = plan.shares().iter().map(|share| share.takes_ms).collect();
    assert!(takes.iter().all(|ms| (8..=10).contains(ms)), "{takes:?}");
}

#[test]
fn every_package_is_in_exactly_one_share_whether_it_is_expected_or_not() {
    let mut items = packages(&made_up(7, 23));
    items.iter_mut().step_by(3).for_each(|item| item.is_expected = false);
    items.push(Item { what: What::Prescribed("command:p".into()), took_ms: None, is_expected: true });
    items.push(Item { what: What::ByHand("commands[3]".into()), took_ms: Some(9), is_expected: true });
    for n_shares in [1, 2, 5, 40] {
        let plan = divide(items.clone(), n(n_shares));
        assert_eq!(plan.shares().len(), n_shares, "also where some of them are empty");
        for item in &items {
            assert_eq!(plan.shares().iter().filter(|share| share.has(&item.what)).count(), 1, "{item:?}");
        }
    }
}

#[test]
fn what_nobody_expects_weighs_nothing() {
    let mut items = packages(&[10, 10, 1000]);
    items[2].is_expected = false;
    let plan = divide(items, n(2));
    assert!(plan.shares().iter().all(|share| share.takes_ms == 10 && share.expected().len() == 1), "{plan:?}");
    assert_eq!(plan.shares().iter().map(|share| share.packages().len()).sum::<usize>(), 3);
}

#[test]
fn what_was_never_recorded_counts_as_much_as_the_one_in_the_middle() {
    let mut items = packages(&[100, 200, 900]);
    items.push(package("new", None));
    let plan = divide(items, n(1));
    assert_eq!(plan.shares()[0].takes_ms, 1400);
    let unknown = divide(vec![package("a", None), package("b", None)], n(2));
    assert!(unknown.shares().iter().all(|share| share.packages().len() == 1), "one each: {unknown:?}");
}

#[test]
fn the_order_in_which_they_come_decides_nothing_and_who_does_what_has_one_digest() {
    let items = packages(&[3, 3, 3, 2, 2, 1, 1, 1]);
    let turned: Vec<Item> = items.iter().rev().cloned().collect();
    let (plan, same) = (divide(items.clone(), n(3)), divide(turned, n(3)));
    assert_eq!(plan, same);
    assert_eq!(plan.digest(), same.digest());
    assert_ne!(plan.digest(), divide(items.clone(), n(2)).digest());
    let mut other = items;
    other[0].took_ms = Some(50);
    assert_ne!(plan.digest(), divide(other, n(3)).digest());
}

#[test]
fn times_that_no_clock_ever_showed_are_divided_all_the_same() {
    let plan = divide(packages(&[u64::MAX, u64::MAX, u64::MAX, 1, 0]), n(2));
    assert_eq!(plan.shares().iter().map(|share| share.packages().len()).sum::<usize>(), 5);
    assert!(plan.shares().iter().all(|share| share.packages().len() < 5), "{plan:?}");
}
