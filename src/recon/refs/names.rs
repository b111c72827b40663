//! What a name can mean, and in which spaces names live.

use super::forest::{Item, Place};
use crate::source::{Declared, Space, SymbolKind};

/// What a name can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Meaning {
    /// Something that is declared here.
    Item(Item),
    /// A crate's root, or a module no declaration was seen of.
    Module(Place),
    /// Something that is not looked at: of the standard library, of another package.
    Outside,
    /// A macro may have declared it.
    Unknown,
}

/// Types and traits everybody sees without importing them; what shadows them comes first.
pub(super) const PRELUDE: &[&str] = &[
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "ToString",
    "ToOwned",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Extend",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "FromIterator",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Debug",
    "Hash",
    "Unpin",
    "drop",
    "str",
    "bool",
    "char",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "[]",
    "()",
];

/// Whether something is a name of this kind.
pub(super) fn is_in(it: &Declared, space: Space) -> bool {
    let (is_type, is_value) = match it.kind {
        SymbolKind::Mod | SymbolKind::Enum | SymbolKind::Union | SymbolKind::Trait | SymbolKind::Type => (true, false),
        SymbolKind::Struct => (true, it.is_value),
        SymbolKind::Variant => (true, true),
        SymbolKind::Fn | SymbolKind::Const | SymbolKind::Static => (false, true),
        SymbolKind::Field | SymbolKind::Impl => (false, false),
        SymbolKind::Macro => (false, false),
    };
    match space {
        Space::Types => is_type,
        Space::Values => is_value,
        Space::Patterns => is_value && it.kind != SymbolKind::Fn,
        Space::Macros => it.kind == SymbolKind::Macro,
        Space::Any => is_type || is_value || it.kind == SymbolKind::Macro,
    }
}
