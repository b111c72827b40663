//! Everything of a repository, beside its files, that our questions are answered from: as one digest.

use super::repository::Git;
use crate::error::Result;
use crate::files;

impl Git {
    /// Moves when any ref, HEAD, the settings, the shallow boundary or the attributes beside the tree move.
    ///
    /// # Errors
    /// Those of asking.
    pub fn state(&self) -> Result<String> {
        let format = "--format=%(HEAD)%(refname) %(objectname)";
        let (refs, settings) = std::thread::scope(|scope| {
            let settings = scope.spawn(|| self.answer(&["config", "--list", "-z", "--show-scope"]));
            (self.answer(&["for-each-ref", format]), settings.join().expect("a question panics nowhere"))
        });
        let (refs, settings) = (refs?, settings?);
        let mut whole = Vec::new();
        let mut add = |bytes: &[u8]| {
            whole.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            whole.extend_from_slice(bytes);
        };
        add(self.head().unwrap_or_default().as_bytes());
        add(&refs);
        add(&settings);
        // `objects` lies in the folder all working trees of the repository share.
        let shared = self.objects().parent().unwrap_or(self.objects());
        for name in ["shallow", "info/attributes", "info/exclude", "info/grafts", "MERGE_HEAD"] {
            add(&files::read(&shared.join(name), 64 << 20)?.unwrap_or_default());
        }
        Ok(files::sha256(&whole))
    }
}
