//! A type as it is written, as far as it tells whose methods and fields are meant.

use ra_ap_syntax::ast::{
    self, AstNode as _, HasGenericArgs as _, HasGenericParams as _, HasName as _, HasTypeBounds as _,
};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

/// A type without references, lifetimes and brackets around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeName {
    /// Its path: `Vec`, `crate::a::B`, `Self`; `[]` of a slice or array, `()` of a tuple. Empty where it is not known,
    /// and of `impl` and `dyn`.
    pub path: Vec<String>,
    /// What stands in its angle brackets, or between them and the next.
    pub args: Vec<TypeName>,
    /// The traits that are known of it, where that is all that is known.
    pub bounds: Vec<Vec<String>>,
}

impl TypeName {
    /// A type of this path.
    #[must_use]
    pub fn of(path: Vec<String>) -> Self {
        Self { path, ..Self::default() }
    }
}

/// Reads a type.
pub(super) fn type_name(of: &ast::Type) -> TypeName {
    match of {
        ast::Type::RefType(inner) => inner.ty().map(|inner| type_name(&inner)).unwrap_or_default(),
        ast::Type::PtrType(inner) => inner.ty().map(|inner| type_name(&inner)).unwrap_or_default(),
        ast::Type::ParenType(inner) => inner.ty().map(|inner| type_name(&inner)).unwrap_or_default(),
        ast::Type::ArrayType(inner) => many("[]", inner.ty().as_slice()),
        ast::Type::SliceType(inner) => many("[]", inner.ty().as_slice()),
        ast::Type::TupleType(tuple) => many("()", &tuple.fields().collect::<Vec<_>>()),
        ast::Type::PathType(path) => path.path().map(|path| of_path(&path)).unwrap_or_default(),
        ast::Type::ImplTraitType(inner) => TypeName { bounds: bounds(inner.type_bound_list()), ..TypeName::default() },
        ast::Type::DynTraitType(inner) => TypeName { bounds: bounds(inner.type_bound_list()), ..TypeName::default() },
        ast::Type::FnPtrType(_)
        | ast::Type::ForType(_)
        | ast::Type::InferType(_)
        | ast::Type::MacroType(_)
        | ast::Type::NeverType(_) => TypeName::default(),
    }
}

fn many(path: &str, of: &[ast::Type]) -> TypeName {
    TypeName { path: vec![path.to_owned()], args: of.iter().map(type_name).collect(), bounds: Vec::new() }
}

fn of_path(path: &ast::Path) -> TypeName {
    let Some(segments) = segments(path) else { return TypeName::default() };
    if let [name] = segments.as_slice()
        && let Some(bounds) = bounds_of_parameter(path.syntax(), name)
    {
        return TypeName { bounds, ..TypeName::default() };
    }
    let list = path.segment().and_then(|segment| segment.generic_arg_list());
    let args = list.into_iter().flat_map(|list| list.generic_args()).filter_map(|arg| match arg {
        ast::GenericArg::TypeArg(arg) => arg.ty().map(|of| type_name(&of)),
        ast::GenericArg::AssocTypeArg(_) | ast::GenericArg::ConstArg(_) | ast::GenericArg::LifetimeArg(_) => None,
    });
    TypeName { path: segments, args: args.collect(), bounds: Vec::new() }
}

/// The names of a path; `None` where it begins with a type in angle brackets.
pub(super) fn segments(path: &ast::Path) -> Option<Vec<String>> {
    let mut names = match path.qualifier() {
        Some(qualifier) => segments(&qualifier)?,
        None => Vec::new(),
    };
    names.push(plain(&path.segment()?.name_ref()?.text()));
    Some(names)
}

/// A name without `r#`.
pub(super) fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// Whether a path begins with `::`.
pub(super) fn is_absolute(path: &ast::Path) -> bool {
    let first = std::iter::successors(Some(path.clone()), ast::Path::qualifier).last();
    first.and_then(|path| path.segment()).is_some_and(|segment| segment.coloncolon_token().is_some())
}

fn bounds(list: Option<ast::TypeBoundList>) -> Vec<Vec<String>> {
    let bounds = list.into_iter().flat_map(|list| list.bounds());
    let of = bounds.filter_map(|bound| match bound.ty()? {
        ast::Type::PathType(path) => segments(&path.path()?),
        ast::Type::ArrayType(_)
        | ast::Type::DynTraitType(_)
        | ast::Type::FnPtrType(_)
        | ast::Type::ForType(_)
        | ast::Type::ImplTraitType(_)
        | ast::Type::InferType(_)
        | ast::Type::MacroType(_)
        | ast::Type::NeverType(_)
        | ast::Type::ParenType(_)
        | ast::Type::PtrType(_)
        | ast::Type::RefType(_)
        | ast::Type::SliceType(_)
        | ast::Type::TupleType(_) => None,
    });
    of.collect()
}

/// The bounds of a type parameter of something around this node; `None` where nothing around has one of this name.
pub(super) fn bounds_of_parameter(node: &SyntaxNode, name: &str) -> Option<Vec<Vec<String>>> {
    for around in node.ancestors() {
        let Some(owner) = ast::AnyHasGenericParams::cast(around.clone()) else { continue };
        let parameters = owner.generic_param_list().into_iter().flat_map(|list| list.type_or_const_params());
        for parameter in parameters {
            let ast::TypeOrConstParam::Type(parameter) = parameter else { continue };
            if parameter.name().is_none_or(|own| own.text() != name) {
                continue;
            }
            let mut found = bounds(parameter.type_bound_list());
            let clauses = owner.where_clause().into_iter().flat_map(|clause| clause.predicates());
            let own = clauses.filter(|clause| clause.ty().is_some_and(|of| of.syntax().text() == name));
            found.extend(own.flat_map(|clause| bounds(clause.type_bound_list())));
            return Some(found);
        }
        if around.kind() == SyntaxKind::MODULE {
            break;
        }
    }
    None
}

/// The supertraits of a trait.
pub(super) fn supertraits(of: &ast::Trait) -> Vec<Vec<String>> {
    bounds(of.type_bound_list())
}
