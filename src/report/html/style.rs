//! How the page looks, and the digest by which its policy lets in this style and no other.

use sha2::{Digest, Sha256};

/// The style, as it stands on the page.
pub(super) const CSS: &str = concat!("\n", include_str!("style.css"));

/// What the page may load: nothing, but for this very style.
pub(super) fn policy() -> String {
    let digest = base64(&Sha256::digest(CSS));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let whole = (0..3).fold(0_u32, |whole, at| whole << 8 | three.get(at).map_or(0, |byte| u32::from(*byte)));
        for at in 0..4 {
            let letter = LETTERS[(whole >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests;
