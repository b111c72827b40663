//! What of a run's logs is sealed: a bounded number of bytes in all, shared so that short logs stay whole.

/// The most bytes of log text that are sealed of one run.
pub(super) const MOST: usize = 256 << 10;

/// How many bytes of each log are sealed, given their lengths: short ones whole, the longest ones equally much.
pub(super) fn shares(lengths: &[usize], most: usize) -> Vec<usize> {
    let mut by_length: Vec<usize> = (0..lengths.len()).collect();
    by_length.sort_by_key(|index| lengths[*index]);
    let mut shares = vec![0; lengths.len()];
    let mut left = most;
    for (n_done, index) in by_length.iter().enumerate() {
        let share = lengths[*index].min(left / (lengths.len() - n_done));
        shares[*index] = share;
        left -= share;
    }
    shares
}

/// The head and the tail of a log in at most so many bytes, with a line between them that says how much is left out;
/// the whole where there is room for it. Cut between characters.
#[must_use]
pub fn cut(log: &[u8], most: usize) -> Vec<u8> {
    if log.len() <= most {
        return log.to_vec();
    }
    let mark = |left_out: usize| format!("\n[{left_out} bytes left out]\n").into_bytes();
    let Some(room) = most.checked_sub(mark(log.len()).len()) else { return Vec::new() };
    let is_inside = |at: usize| log.get(at).is_some_and(|byte| (0x80..0xc0).contains(byte));
    // A character has at most four bytes; what is longer is no text anyway.
    let mut head = room / 2;
    head -= (0..4.min(head + 1)).find(|back| !is_inside(head - back)).unwrap_or_default();
    let mut tail = log.len() - (room - room / 2);
    tail += (0..4).find(|on| !is_inside(tail + on)).unwrap_or_default();
    [&log[..head], &mark(tail - head), &log[tail..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_logs_are_whole_and_long_ones_share_what_is_left() {
        assert_eq!(shares(&[10, 1000, 20, 2000], 230), [10, 100, 20, 100]);
        assert_eq!(shares(&[10, 20], 100), [10, 20]);
        assert_eq!(shares(&[50, 50, 50], 100), [33, 33, 34]);
        assert!(shares(&[], 100).is_empty());
        for lengths in [vec![0, 1, 1 << 20], vec![MOST; 1000], vec![7; 100_000]] {
            assert!(shares(&lengths, MOST).iter().sum::<usize>() <= MOST);
        }
    }

    #[test]
    fn a_long_log_keeps_head_and_tail_and_says_what_is_left_out() {
        let log = [b"first ".as_slice(), &[b'.'; 5000], b" last"].concat();
        let kept = cut(&log, 100);
        let text = String::from_utf8(kept.clone()).expect("text");
        assert!(text.starts_with("first ") && text.ends_with(" last"), "{text}");
        let left_out = 5011 - (kept.len() - "\n[xxxx bytes left out]\n".len());
        assert!(text.contains(&format!("\n[{left_out} bytes left out]\n")), "{text}");
        assert_eq!(cut(&log, 5011), log);
    }

    #[test]
    fn no_character_is_cut_apart_and_no_limit_is_passed() {
        let log = "ä€𝄞".repeat(500).into_bytes();
        for most in 0..300 {
            let kept = cut(&log, most);
            assert!(kept.len() <= most, "{most}: {}", kept.len());
            assert!(String::from_utf8(kept).is_ok(), "{most}");
        }
        for most in 0..60 {
            assert!(cut(&[0x80; 5000], most).len() <= most, "what is no text is cut too");
        }
    }
}
