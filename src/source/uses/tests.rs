//! As what names stand.
