//! Joins the parts of a divided validation, and judges as `validate` does.

use super::request::Context;
use super::validate;
use crate::answers::ValidateAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use schemars::JsonSchema;
use serde::Serialize;

/// What `merge` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The files that `validate --partition` wrote, all of them.
    pub parts: Vec<String>,
    /// What `validate` would be asked where all of it is run here.
    pub judge: validate::Request,
}

/// Holds the claims against what all parts saw together. The tree is left as it was.
///
/// # Errors
/// 65 where the parts are not those of one validation of this tree, and those of `validate`.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ValidateAnswer> {
    if request.parts.is_empty() {
        return Err(Error::new(Code::Usage, "there is no part to join").hint("cargo handoff merge PART..."));
    }
    let mut answer = validate::join(&request.judge, &request.parts, context, cancel, watch)?;
    answer.closing.verb = "merge".into();
    Ok(answer)
}
