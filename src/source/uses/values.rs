//! What an expression is, and what a local name stands for.

use super::super::type_name::{TypeName, plain, segments, type_name};
use super::{Frame, Value};
use ra_ap_syntax::ast::{self, AstNode as _, HasName as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

/// Expressions and bindings are followed so far.
const FARTHEST: usize = 12;

/// What an expression is.
pub(super) fn value(of: Option<ast::Expr>, frame: &Frame<'_>, n_steps: usize) -> Value {
    let (Some(of), true) = (of, n_steps < FARTHEST) else { return Value::Unknown };
    let inner = |of| value(of, frame, n_steps + 1);
    let boxed = |of| Box::new(inner(of));
    match of {
        ast::Expr::PathExpr(path) => {
            let Some(names) = path.path().as_ref().and_then(segments) else { return Value::Unknown };
            match names.as_slice() {
                [own] if own == "self" => Value::Own,
                [name] => binding(path.syntax(), name, frame, n_steps + 1).unwrap_or(Value::Path(names)),
                _ => Value::Path(names),
            }
        }
        ast::Expr::CallExpr(call) => match call.expr() {
            Some(ast::Expr::PathExpr(path)) => {
                path.path().as_ref().and_then(segments).map_or(Value::Unknown, Value::Call)
            }
            _ => Value::Unknown,
        },
        ast::Expr::MethodCallExpr(call) => match call.name_ref() {
            Some(name) => Value::Method(boxed(call.receiver()), plain(&name.text())),
            None => Value::Unknown,
        },
        ast::Expr::FieldExpr(field) => match field.name_ref() {
            Some(name) => Value::Field(boxed(field.expr()), plain(&name.text())),
            None => Value::Unknown,
        },
        ast::Expr::RecordExpr(record) => {
            record.path().as_ref().and_then(segments).map_or(Value::Unknown, Value::Record)
        }
        ast::Expr::TryExpr(of) => Value::Unwrapped(boxed(of.expr())),
        ast::Expr::AwaitExpr(of) => Value::Unwrapped(boxed(of.expr())),
        ast::Expr::RefExpr(of) => inner(of.expr()),
        ast::Expr::ParenExpr(of) => inner(of.expr()),
        ast::Expr::PrefixExpr(of) => inner(of.expr()),
        ast::Expr::IndexExpr(of) => Value::Element(boxed(of.base())),
        ast::Expr::CastExpr(of) => of.ty().map_or(Value::Unknown, |of| Value::Typed(type_name(&of))),
        ast::Expr::BlockExpr(block) => inner(block.stmt_list().and_then(|list| list.tail_expr())),
        ast::Expr::IfExpr(of) => inner(of.then_branch().map(ast::Expr::BlockExpr)),
        ast::Expr::MatchExpr(of) => {
            let arms = of.match_arm_list().into_iter().flat_map(|list| list.arms());
            let mut values = arms.map(|arm| inner(arm.expr())).filter(|value| *value != Value::Unknown);
            values.next().unwrap_or(Value::Unknown)
        }
        ast::Expr::Literal(literal) => match literal.syntax().first_token().map(|token| token.kind()) {
            Some(SyntaxKind::STRING) => Value::Typed(TypeName::of(vec!["str".into()])),
            Some(SyntaxKind::INT_NUMBER) => Value::Typed(TypeName::of(vec!["usize".into()])),
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

/// What a name is bound to by a pattern around this node: `None` where none binds it.
pub(super) fn binding(from: &SyntaxNode, name: &str, frame: &Frame<'_>, n_steps: usize) -> Option<Value> {
    if FARTHEST < n_steps {
        return Some(Value::Unknown);
    }
    let mut inner = from.clone();
    while let Some(around) = inner.parent() {
        let is_before = |node: &SyntaxNode| node.text_range().end() <= from.text_range().start();
        let found = match around.kind() {
            SyntaxKind::STMT_LIST => {
                let before = std::iter::successors(inner.prev_sibling(), SyntaxNode::prev_sibling);
                let mut lets = before.filter_map(ast::LetStmt::cast);
                lets.find_map(|item| {
                    let of = || match item.ty() {
                        Some(of) => Value::Typed(type_name(&of)),
                        None => value(item.initializer(), frame, n_steps + 1),
                    };
                    bound(item.pat(), name, &of)
                })
            }
            SyntaxKind::FN => {
                let list = around.children().find_map(ast::ParamList::cast);
                let found = list.iter().flat_map(|list| list.params()).find_map(|param| {
                    bound(param.pat(), name, &|| param.ty().map_or(Value::Unknown, |of| Value::Typed(type_name(&of))))
                });
                let is_wrapper = frame.outside.is_some() && around.parent().is_some_and(|top| top.parent().is_none());
                if found.is_some() || !is_wrapper {
                    return found;
                }
                None
            }
            SyntaxKind::CLOSURE_EXPR => {
                let list = around.children().find_map(ast::ParamList::cast);
                list.iter().flat_map(|list| list.params()).find_map(|param| {
                    bound(param.pat(), name, &|| param.ty().map_or(Value::Unknown, |of| Value::Typed(type_name(&of))))
                })
            }
            SyntaxKind::MATCH_ARM => {
                let arm = ast::MatchArm::cast(around.clone());
                let of = || {
                    let around = arm.as_ref().and_then(|arm| arm.syntax().ancestors().find_map(ast::MatchExpr::cast));
                    value(around.and_then(|of| of.expr()), frame, n_steps + 1)
                };
                bound(arm.as_ref().and_then(ast::MatchArm::pat).filter(|pat| *pat.syntax() != inner), name, &of)
            }
            SyntaxKind::FOR_EXPR => {
                let item = ast::ForExpr::cast(around.clone());
                let is_body = inner.kind() == SyntaxKind::BLOCK_EXPR;
                let of = || {
                    let many = item.as_ref().and_then(ast::ForExpr::iterable);
                    Value::Element(Box::new(value(many, frame, n_steps + 1)))
                };
                bound(item.as_ref().filter(|_| is_body).and_then(ast::ForExpr::pat), name, &of)
            }
            SyntaxKind::IF_EXPR | SyntaxKind::WHILE_EXPR => {
                let condition = around.children().find(|child| child.kind() != SyntaxKind::ATTR);
                let lets = condition.iter().flat_map(SyntaxNode::descendants).filter_map(ast::LetExpr::cast);
                let mut before: Vec<ast::LetExpr> = lets.filter(|item| is_before(item.syntax())).collect();
                before.reverse();
                before.iter().find_map(|item| bound(item.pat(), name, &|| value(item.expr(), frame, n_steps + 1)))
            }
            SyntaxKind::CONST | SyntaxKind::STATIC | SyntaxKind::IMPL | SyntaxKind::TRAIT => return None,
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        inner = around;
    }
    let (frame, call) = frame.outside.as_ref()?;
    binding(call, name, frame, n_steps + 1)
}

/// What a pattern binds a name to, the whole being what `of` says; `None` where it does not bind it.
fn bound(pattern: Option<ast::Pat>, name: &str, of: &dyn Fn() -> Value) -> Option<Value> {
    match pattern? {
        ast::Pat::IdentPat(pattern) => {
            if pattern.name().is_some_and(|own| plain(&own.text()) == name) {
                // A constant looks the same: names in capitals are none that are bound.
                return name.chars().any(char::is_lowercase).then(of).filter(|_| !name.starts_with(char::is_uppercase));
            }
            bound(pattern.pat(), name, of)
        }
        ast::Pat::RefPat(pattern) => bound(pattern.pat(), name, of),
        ast::Pat::ParenPat(pattern) => bound(pattern.pat(), name, of),
        ast::Pat::BoxPat(pattern) => bound(pattern.pat(), name, of),
        ast::Pat::OrPat(pattern) => pattern.pats().find_map(|pattern| bound(Some(pattern), name, of)),
        ast::Pat::TuplePat(pattern) => {
            let mut fields = pattern.fields().enumerate();
            fields.find_map(|(at, field)| bound(Some(field), name, &|| Value::Item(Box::new(of()), at)))
        }
        ast::Pat::SlicePat(pattern) => {
            pattern.pats().find_map(|pattern| bound(Some(pattern), name, &|| Value::Element(Box::new(of()))))
        }
        ast::Pat::TupleStructPat(pattern) => {
            let path = pattern.path().as_ref().and_then(segments).unwrap_or_default();
            let is_wrapper = matches!(path.as_slice(), [only] if only == "Some" || only == "Ok");
            let mut fields = pattern.fields().enumerate();
            fields.find_map(|(at, field)| {
                bound(Some(field), name, &|| match is_wrapper {
                    true => Value::Unwrapped(Box::new(of())),
                    false => Value::Part(path.clone(), at),
                })
            })
        }
        ast::Pat::RecordPat(pattern) => {
            let path = pattern.path().as_ref().and_then(segments).unwrap_or_default();
            let fields = pattern.record_pat_field_list().into_iter().flat_map(|list| list.fields());
            let mut fields = fields.filter_map(|field| Some((field.pat()?, field.name_ref())));
            fields.find_map(|(pattern, field)| {
                let field = field.map_or_else(|| name.to_owned(), |field| plain(&field.text()));
                bound(Some(pattern), name, &|| Value::Named(path.clone(), field.clone()))
            })
        }
        _ => None,
    }
}
