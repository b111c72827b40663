//! The style: its colours can be read, in daylight, at night and on paper, and it loads nothing.

use super::{CSS, base64};
use std::collections::BTreeMap;

/// The colours that a block of the style sets.
fn colours(from: &str) -> BTreeMap<&str, [f64; 3]> {
    let start = CSS.find(from).expect("it is there") + from.len();
    let block = &CSS[start..];
    let block = &block[..block.find('}').expect("it ends")];
    let channel = |hex: &str, at: usize| {
        let value = u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let pairs = block.split(';').filter_map(|pair| pair.trim().strip_prefix("--")?.split_once(": #"));
    pairs.map(|(name, hex)| (name, [channel(hex, 0), channel(hex, 2), channel(hex, 4)])).collect()
}

/// As WCAG 2.2 defines it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |[red, green, blue]: [f64; 3]| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn black_on_white_is_twenty_one_to_one() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 0.001);
}

#[test]
fn every_text_can_be_read_in_daylight_at_night_and_on_paper() {
    let grounds = ["paper", "raised", "sunk", "accent-tint"];
    let texts = ["ink", "soft", "accent", "good", "warn", "bad", "said", "quiet"];
    let mut pairs: Vec<(&str, &str)> = texts.iter().flat_map(|text| grounds.map(|ground| (*text, ground))).collect();
    for ground in ["good-tint", "warn-tint", "bad-tint"] {
        pairs.extend(["ink", "soft", "accent"].map(|text| (text, ground)));
    }
    pairs.extend([("good", "good-tint"), ("warn", "warn-tint"), ("bad", "bad-tint")]);
    let light = "\n:root {";
    let dark = "@media (prefers-color-scheme: dark) {\n  :root {";
    let print = "@media print {\n  :root {";
    for scheme in [light, dark, print] {
        let colours = colours(scheme);
        assert_eq!(colours.len(), 16, "{scheme}");
        for (text, ground) in &pairs {
            let ratio = contrast(colours[text], colours[ground]);
            assert!(4.5 <= ratio, "{text} on {ground} is {ratio:.2}:1 in {scheme}");
        }
    }
}

#[test]
fn the_style_loads_nothing_and_ends_nothing() {
    for unwanted in ["url(", "@import", "@font-face", "</", "<!--", "expression("] {
        assert!(!CSS.contains(unwanted), "{unwanted}");
    }
}

#[test]
fn base64_is_as_the_rfc_has_it() {
    for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
    assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
}
