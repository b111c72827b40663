//! Nodes -> declarations.

use super::super::attributes::last_word;
use super::super::outline::SymbolKind;
use super::super::text::{bytes, parse};
use super::super::type_name::{TypeName, is_absolute, plain, segments, supertraits, type_name};
use super::{Declarations, Declared, Import, Reach, Scope};
use ra_ap_syntax::ast::{self, AstNode as _, HasVisibility as _, VisibilityKind};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};
use std::ops::Range;

/// How deep macros within macros are followed.
const DEEPEST: usize = 4;

#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) scope: usize,
    pub(super) owner: Option<usize>,
    /// The tree's first byte in the file.
    pub(super) offset: usize,
    /// How many macro calls are around.
    pub(super) depth: usize,
}

impl Place {
    fn shift(self, range: &Range<usize>) -> Range<usize> {
        range.start + self.offset..range.end + self.offset
    }
}

pub(super) fn walk(holder: &SyntaxNode, place: Place, found: &mut Declarations) {
    for node in holder.children() {
        match node.kind() {
            SyntaxKind::USE => {
                let Some(item) = ast::Use::cast(node.clone()) else { continue };
                let reach = reach(item.visibility(), None);
                if let Some(tree) = item.use_tree() {
                    imports(&tree, &(Vec::new(), false), place.scope, &reach, found);
                }
            }
            SyntaxKind::EXTERN_CRATE => extern_crate(&node, place, found),
            SyntaxKind::MACRO_CALL => macro_call(&node, place, found),
            SyntaxKind::STMT_LIST => {
                let inner = if has_items(&node) { block(&node, place, found) } else { place };
                walk(&node, inner, found);
            }
            kind => match SymbolKind::of(kind) {
                Some(kind) => declare(&node, kind, place, found),
                None => walk(&node, place, found),
            },
        }
    }
}

/// Whether a block declares or imports something of its own.
fn has_items(list: &SyntaxNode) -> bool {
    list.children().any(|child| {
        SymbolKind::of(child.kind()).is_some() || matches!(child.kind(), SyntaxKind::USE | SyntaxKind::EXTERN_CRATE)
    })
}

fn block(list: &SyntaxNode, place: Place, found: &mut Declarations) -> Place {
    let range = place.shift(&bytes(list.text_range()));
    found.scopes.push(Scope { parent: Some(place.scope), module: None, is_block: true, range, has_macros: false });
    Place { scope: found.scopes.len() - 1, owner: None, ..place }
}

fn declare(node: &SyntaxNode, kind: SymbolKind, place: Place, found: &mut Declarations) {
    let name = node.children().find_map(ast::Name::cast);
    let (text, name_at) = match (&name, kind) {
        (_, SymbolKind::Impl) => (String::new(), bytes(node.text_range())),
        (Some(name), _) => (plain(&name.text()), bytes(name.syntax().text_range())),
        (None, _) => return walk(node, place, found), // `const _`, or broken
    };
    let at = found.declared.len();
    let owner = place.owner.and_then(|owner| found.declared.get(owner));
    let is_of_trait = owner.is_some_and(|owner| owner.kind == SymbolKind::Trait || owner.of_trait.is_some());
    let visibility = node.children().find_map(ast::Visibility::cast);
    let has_attribute = |word: &str| {
        let mut attributes = node.children().filter_map(ast::Attr::cast);
        attributes.any(|attribute| last_word(&attribute).as_deref() == Some(word))
    };
    let item = ast::Impl::cast(node.clone());
    let of_trait = item.as_ref().and_then(|item| match item.trait_()? {
        ast::Type::PathType(path) => segments(&path.path()?),
        _ => None,
    });
    let has_self = match kind {
        SymbolKind::Field => true,
        SymbolKind::Fn => {
            node.children().find_map(ast::ParamList::cast).is_some_and(|list| list.self_param().is_some())
        }
        _ => false,
    };
    let is_record = node.children().any(|child| child.kind() == SyntaxKind::RECORD_FIELD_LIST);
    let inherits = kind == SymbolKind::Variant || (is_of_trait && kind != SymbolKind::Impl);
    found.declared.push(Declared {
        kind,
        name: text.clone(),
        name_at: place.shift(&name_at),
        whole: place.shift(&bytes(node.text_range())),
        scope: place.scope,
        owner: place.owner,
        inner: None,
        of_type: of_type(node, kind),
        parts: parts(node),
        of_trait,
        supertraits: ast::Trait::cast(node.clone()).map(|item| supertraits(&item)).unwrap_or_default(),
        reach: reach(visibility, inherits.then_some(Reach::AsOwner)),
        has_self,
        is_value: kind == SymbolKind::Struct && !is_record,
        is_exported: kind == SymbolKind::Macro && has_attribute("macro_export"),
        has_cfg: has_attribute("cfg"),
    });
    let mut inner = place;
    match kind {
        SymbolKind::Mod => {
            let Some(list) = node.children().find(|child| child.kind() == SyntaxKind::ITEM_LIST) else { return };
            let range = place.shift(&bytes(list.text_range()));
            let scope =
                Scope { parent: Some(place.scope), module: Some(text), is_block: false, range, has_macros: false };
            found.scopes.push(scope);
            inner = Place { scope: found.scopes.len() - 1, owner: None, ..place };
            found.declared[at].inner = Some(inner.scope);
        }
        SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union | SymbolKind::Variant => inner.owner = Some(at),
        SymbolKind::Trait | SymbolKind::Impl => inner.owner = Some(at),
        SymbolKind::Fn | SymbolKind::Const | SymbolKind::Static | SymbolKind::Type | SymbolKind::Field => {
            inner.owner = None;
        }
        SymbolKind::Macro => return,
    }
    walk(node, inner, found);
}

fn reach(visibility: Option<ast::Visibility>, otherwise: Option<Reach>) -> Reach {
    match visibility.map(|visibility| visibility.kind()) {
        None => otherwise.unwrap_or(Reach::Private),
        Some(VisibilityKind::Pub) => Reach::Public,
        Some(VisibilityKind::PubCrate) => Reach::Crate,
        Some(VisibilityKind::PubSuper) => Reach::In(vec!["super".into()]),
        Some(VisibilityKind::PubSelf) => Reach::Private,
        Some(VisibilityKind::In(path)) => segments(&path).map_or(Reach::Crate, Reach::In),
    }
}

fn of_type(node: &SyntaxNode, kind: SymbolKind) -> Option<TypeName> {
    let own = || node.children().find_map(ast::Type::cast);
    let of = match kind {
        SymbolKind::Fn => node.children().find_map(ast::RetType::cast)?.ty(),
        SymbolKind::Impl => ast::Impl::cast(node.clone())?.self_ty(),
        SymbolKind::Const | SymbolKind::Static | SymbolKind::Type | SymbolKind::Field => own(),
        SymbolKind::Mod
        | SymbolKind::Struct
        | SymbolKind::Enum
        | SymbolKind::Union
        | SymbolKind::Variant
        | SymbolKind::Trait
        | SymbolKind::Macro => None,
    }?;
    Some(type_name(&of))
}

fn parts(node: &SyntaxNode) -> Vec<TypeName> {
    let list = node.children().find_map(ast::TupleFieldList::cast);
    let fields = list.into_iter().flat_map(|list| list.fields());
    fields.map(|field| field.ty().map(|of| type_name(&of)).unwrap_or_default()).collect()
}

fn extern_crate(node: &SyntaxNode, place: Place, found: &mut Declarations) {
    let Some(item) = ast::ExternCrate::cast(node.clone()) else { return };
    let Some(name) = item.name_ref().map(|name| plain(&name.text())) else { return };
    let renamed = item.rename().and_then(|rename| renamed(&rename));
    found.imports.push(Import {
        scope: place.scope,
        is_absolute: name != "self",
        path: vec![if name == "self" { "crate".into() } else { name.clone() }],
        name: Some(renamed.unwrap_or(name)),
        reach: reach(item.visibility(), None),
    });
}

fn renamed(rename: &ast::Rename) -> Option<String> {
    rename.syntax().children().find_map(ast::Name::cast).map(|name| plain(&name.text()))
}

fn imports(
    tree: &ast::UseTree,
    (before, is_from_crates): &(Vec<String>, bool),
    scope: usize,
    reach: &Reach,
    found: &mut Declarations,
) {
    let own = tree.path();
    let is_absolute = *is_from_crates || (before.is_empty() && own.as_ref().is_some_and(is_absolute));
    let mut path = before.clone();
    path.extend(own.as_ref().and_then(segments).unwrap_or_default());
    if let Some(list) = tree.use_tree_list() {
        let is_absolute = is_absolute || (before.is_empty() && own.is_none() && tree.coloncolon_token().is_some());
        let before = (path, is_absolute);
        return list.use_trees().for_each(|tree| imports(&tree, &before, scope, reach, found));
    }
    // `use a::b::{self}` imports `b`.
    if path.last().is_some_and(|last| last == "self") && 1 < path.len() {
        path.pop();
    }
    let renamed = tree.rename().map(|rename| renamed(&rename).unwrap_or_else(|| "_".to_owned()));
    let name = if tree.star_token().is_some() { None } else { renamed.or_else(|| path.last().cloned()) };
    found.imports.push(Import { scope, path, is_absolute, name, reach: reach.clone() });
}

/// A macro that is called where items stand may declare some; what stands in its braces is read as if it were items.
fn macro_call(node: &SyntaxNode, place: Place, found: &mut Declarations) {
    let is_among_items = node.parent().is_some_and(|parent| {
        matches!(parent.kind(), SyntaxKind::SOURCE_FILE | SyntaxKind::ITEM_LIST | SyntaxKind::ASSOC_ITEM_LIST)
    });
    if is_among_items {
        found.scopes[place.scope].has_macros = true;
    }
    let Some(inside) = ast::MacroCall::cast(node.clone()).and_then(|call| call.token_tree()) else { return };
    if inside.l_curly_token().is_none() || DEEPEST <= place.depth {
        return;
    }
    let whole = inside.syntax().text().to_string();
    let Some(inner) = whole.get(1..whole.len().saturating_sub(1)) else { return };
    let words = ["fn ", "struct ", "enum ", "trait ", "impl ", "mod ", "const ", "static ", "type ", "use "];
    if !words.iter().any(|word| inner.contains(word)) {
        return;
    }
    let offset = place.offset + usize::from(inside.syntax().text_range().start()) + 1;
    walk(&parse(inner).syntax_node(), Place { offset, depth: place.depth + 1, ..place }, found);
}
