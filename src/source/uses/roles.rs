//! As what a name stands, outside of macros.

use super::super::type_name::{TypeName, bounds_of_parameter, is_absolute, plain, segments, type_name};
use super::values::{binding, value};
use super::{Frame, Role, Space, Value};
use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

/// The role of a name; `None` of a binding, a type parameter, what they shadow, and where the syntax is broken.
pub(super) fn role(token: &SyntaxToken, frame: &Frame<'_>) -> Option<Role> {
    let holder = token.parent()?;
    let around = holder.parent()?;
    match (holder.kind(), around.kind()) {
        (SyntaxKind::NAME_REF, SyntaxKind::PATH_SEGMENT) => of_segment(&around, frame),
        (SyntaxKind::NAME_REF, SyntaxKind::METHOD_CALL_EXPR) => {
            let call = ast::MethodCallExpr::cast(around)?;
            Some(Role::Method(value(call.receiver(), frame, 0)))
        }
        (SyntaxKind::NAME_REF, SyntaxKind::FIELD_EXPR) => {
            let field = ast::FieldExpr::cast(around)?;
            Some(Role::Field(value(field.expr(), frame, 0)))
        }
        (SyntaxKind::NAME_REF, SyntaxKind::RECORD_EXPR_FIELD | SyntaxKind::RECORD_PAT_FIELD) => record(&around),
        (SyntaxKind::NAME_REF, SyntaxKind::EXTERN_CRATE) => {
            Some(Role::Import { before: Vec::new(), is_absolute: true })
        }
        (SyntaxKind::NAME_REF, SyntaxKind::ASSOC_TYPE_ARG) => {
            let path = around.ancestors().find_map(ast::Path::cast).as_ref().and_then(segments)?;
            Some(Role::Path { before: path, is_absolute: false, space: Space::Types })
        }
        (SyntaxKind::NAME, SyntaxKind::IDENT_PAT) => {
            if around.parent().is_some_and(|parent| parent.kind() == SyntaxKind::RECORD_PAT_FIELD) {
                return record(&around.parent()?);
            }
            let pattern = ast::IdentPat::cast(around)?;
            let is_plain = pattern.pat().is_none() && pattern.ref_token().is_none() && pattern.mut_token().is_none();
            let path = Role::Path { before: Vec::new(), is_absolute: false, space: Space::Patterns };
            is_plain.then_some(path)
        }
        (SyntaxKind::NAME, SyntaxKind::RENAME | SyntaxKind::TYPE_PARAM | SyntaxKind::CONST_PARAM) => None,
        (SyntaxKind::NAME, SyntaxKind::SELF_PARAM) => None,
        (SyntaxKind::NAME, _) => Some(Role::Definition),
        _ => None,
    }
}

/// The struct or variant whose field stands here.
fn record(field: &SyntaxNode) -> Option<Role> {
    let whole =
        field.ancestors().find(|node| matches!(node.kind(), SyntaxKind::RECORD_EXPR | SyntaxKind::RECORD_PAT))?;
    let path = whole.children().find_map(ast::Path::cast)?;
    Some(Role::Record(segments(&path)?))
}

fn of_segment(segment: &SyntaxNode, frame: &Frame<'_>) -> Option<Role> {
    let path = ast::Path::cast(segment.parent()?)?;
    let name = plain(&path.segment()?.name_ref()?.text());
    if let Some(anchor) = path.qualifier().and_then(|qualifier| qualifier.segment()?.type_anchor()) {
        let of = anchor.ty().map(|of| type_name(&of)).unwrap_or_default();
        let of_trait = anchor.path_type().and_then(|of| segments(&of.path()?));
        return Some(Role::Qualified { of, of_trait });
    }
    let before = match path.qualifier() {
        Some(qualifier) => segments(&qualifier)?,
        None => Vec::new(),
    };
    if let [first] = before.as_slice()
        && let Some(bounds) = bounds_of_parameter(path.syntax(), first)
    {
        return Some(Role::Qualified { of: TypeName { bounds, ..TypeName::default() }, of_trait: None });
    }
    let is_prefix = path.syntax().parent().is_some_and(|parent| parent.kind() == SyntaxKind::PATH);
    let holder = path.top_path().syntax().parent()?;
    if holder.kind() == SyntaxKind::USE_TREE {
        let trees: Vec<ast::UseTree> = holder.ancestors().filter_map(ast::UseTree::cast).collect();
        let mut whole: Vec<String> = Vec::new();
        for tree in trees.iter().skip(1).rev() {
            whole.extend(tree.path().as_ref().and_then(segments).unwrap_or_default());
        }
        let first = trees.iter().rev().find_map(ast::UseTree::path).unwrap_or_else(|| path.clone());
        whole.extend(before);
        let is_absolute = is_absolute(&first);
        let leads_on = is_prefix
            || trees.first().is_some_and(|tree| tree.use_tree_list().is_some() || tree.star_token().is_some());
        return Some(match leads_on {
            true => Role::Path { before: whole, is_absolute, space: Space::Types },
            false => Role::Import { before: whole, is_absolute },
        });
    }
    let is_shorthand = holder.kind() == SyntaxKind::PATH_EXPR
        && holder.parent().is_some_and(|field| {
            field.kind() == SyntaxKind::RECORD_EXPR_FIELD
                && !field.children().any(|child| child.kind() == SyntaxKind::NAME_REF)
        });
    if is_shorthand && before.is_empty() {
        return record(&holder.parent()?);
    }
    let space = match holder.kind() {
        _ if is_prefix => Space::Types,
        SyntaxKind::PATH_TYPE | SyntaxKind::VISIBILITY | SyntaxKind::RECORD_EXPR | SyntaxKind::RECORD_PAT => {
            Space::Types
        }
        SyntaxKind::PATH_EXPR | SyntaxKind::PATH_PAT | SyntaxKind::TUPLE_STRUCT_PAT => Space::Values,
        SyntaxKind::MACRO_CALL => Space::Macros,
        _ => Space::Any,
    };
    let is_alone = before.is_empty() && !is_absolute(&path);
    let is_shadowed = is_alone
        && match space {
            Space::Types => bounds_of_parameter(path.syntax(), &name).is_some(),
            Space::Values => is_bound(&holder, &name, frame),
            Space::Patterns | Space::Macros | Space::Any => false,
        };
    (!is_shadowed).then(|| Role::Path { before, is_absolute: is_absolute(&path), space })
}

/// Whether a name is a local one here.
pub(super) fn is_bound(from: &SyntaxNode, name: &str, frame: &Frame<'_>) -> bool {
    binding(from, name, frame, 0).is_some_and(|_: Value| true)
}
