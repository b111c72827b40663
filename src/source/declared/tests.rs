//! What declarations come to.
