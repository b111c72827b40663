//! What type an expression has, as far as declared types tell.

use super::forest::{Item, Place};
use super::names::Meaning;
use super::resolve::Resolver;
use crate::source::{Space, SymbolKind, TypeName, Value};

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// One that is declared here.
    Own(Item),
    /// One that is not looked at, by its last name, with what stands in its angle brackets.
    Outside(String, Vec<Type>),
    /// Some type with these traits, those of them that are looked at.
    With(Vec<Item>),
    /// Not known.
    Unknown,
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) place: Place,
    /// The `impl` or trait around.
    pub(super) own: Option<Item>,
}

/// Wrappers whose methods are mostly those of what they hold.
const TRANSPARENT: &[&str] = &["Box", "Rc", "Arc", "Ref", "RefMut", "MutexGuard", "Cow", "Pin", "Lazy", "LazyLock"];

/// Methods that return what they are called on, or a reference to it.
const SAME: &[&str] = &[
    "clone",
    "to_owned",
    "borrow",
    "borrow_mut",
    "as_ref",
    "as_mut",
    "by_ref",
    "iter",
    "iter_mut",
    "into_iter",
    "rev",
    "peekable",
    "cloned",
    "copied",
    "lock",
    "read",
    "write",
    "as_deref",
    "as_deref_mut",
    "or_else",
    "or",
    "as_slice",
    "into_inner",
    "filter",
    "skip",
    "take",
    "deref",
    "deref_mut",
    "into_boxed",
    "map_err",
    "drain",
    "values",
    "values_mut",
    "into_values",
    "inspect",
    "get_or_insert_with",
];

/// Methods that return what is held.
const HELD: &[&str] = &["unwrap", "expect", "unwrap_or", "unwrap_or_default", "unwrap_or_else", "unwrap_err"];

/// Methods of collections that return one of what is held, perhaps.
const ONE: &[&str] = &[
    "get",
    "get_mut",
    "first",
    "last",
    "first_mut",
    "last_mut",
    "pop",
    "next",
    "next_back",
    "pop_front",
    "pop_back",
    "nth",
    "find",
    "remove",
    "min",
    "max",
    "last_key_value",
    "peek",
    "front",
    "back",
];

/// Expressions are followed so far.
const FARTHEST: usize = 16;

impl Resolver<'_> {
    /// The type of an expression.
    pub(super) fn type_of(&self, value: &Value, around: Around) -> Type {
        self.evaluate(value, around, 0)
    }

    fn evaluate(&self, value: &Value, around: Around, n_steps: usize) -> Type {
        if FARTHEST < n_steps {
            return Type::Unknown;
        }
        let inner = |value: &Value| self.evaluate(value, around, n_steps + 1);
        match value {
            Value::Unknown => Type::Unknown,
            Value::Own => around.own.map_or(Type::Unknown, |own| self.own(own)),
            Value::Typed(name) => self.named(name, around),
            Value::Path(path) => self.of_value(self.path(around.place, around.own, path, false, Space::Values)),
            Value::Call(path) => self.called(path, around),
            Value::Record(path) => {
                let found = self.path(around.place, around.own, path, false, Space::Types);
                found.into_iter().find_map(|of| self.whole(of)).map_or(Type::Unknown, Type::Own)
            }
            Value::Method(of, name) => self.method(inner(of), name),
            Value::Field(of, name) => self.field(&inner(of), name),
            Value::Unwrapped(of) => held(inner(of)),
            Value::Element(of) => match inner(of) {
                Type::Own(item) => self.indexed(item),
                of => element(of),
            },
            Value::Item(of, at) => match inner(of) {
                Type::Outside(name, args) if name == "()" => args.into_iter().nth(*at).unwrap_or(Type::Unknown),
                Type::Outside(..) | Type::Own(_) | Type::With(_) | Type::Unknown => Type::Unknown,
            },
            Value::Part(path, at) => {
                let found = self.path(around.place, around.own, path, false, Space::Types);
                let part = found.into_iter().find_map(|of| self.part(of, *at));
                part.unwrap_or(Type::Unknown)
            }
            Value::Named(path, name) => {
                let found = self.path(around.place, around.own, path, false, Space::Types);
                let of = found.into_iter().flat_map(|of| self.types(of)).next();
                of.map_or(Type::Unknown, |of| self.field(&Type::Own(of), name))
            }
        }
    }

    /// What `self` is in an `impl` or trait.
    fn own(&self, own: Item) -> Type {
        let declared = self.forest.item(own);
        match (&declared.of_type, declared.kind) {
            (_, SymbolKind::Trait) => Type::With(vec![own]),
            (Some(of), _) => self.named(of, Around { place: (own.0, declared.scope), own: None }),
            (None, _) => Type::Unknown,
        }
    }

    /// A type that is written.
    pub(super) fn named(&self, name: &TypeName, around: Around) -> Type {
        self.read(name, around, 0)
    }

    fn read(&self, name: &TypeName, around: Around, n_steps: usize) -> Type {
        if FARTHEST < n_steps {
            return Type::Unknown;
        }
        let args = || name.args.iter().map(|arg| self.read(arg, around, n_steps + 1)).collect::<Vec<_>>();
        let Some(last) = name.path.last() else {
            let found =
                name.bounds.iter().flat_map(|bound| self.path(around.place, around.own, bound, false, Space::Types));
            let traits: Vec<Item> = found.flat_map(|of| self.types(of)).collect();
            return if traits.is_empty() { Type::Unknown } else { Type::With(traits) };
        };
        if name.path.len() == 1 && last == "Self" {
            return around.own.map_or(Type::Unknown, |own| self.own(own));
        }
        if let [own, part] = name.path.as_slice()
            && own == "Self"
            && let Some(of) = around.own.and_then(|own| self.associated(own, part))
        {
            return of;
        }
        let found = self.path(around.place, around.own, &name.path, false, Space::Types);
        for meaning in found {
            match meaning {
                Meaning::Item(item) => match self.forest.item(item).kind {
                    SymbolKind::Type if !name.args.is_empty() && matches!(last.as_str(), "Result" | "Option") => {
                        return Type::Outside(last.clone(), args());
                    }
                    SymbolKind::Type => {
                        let declared = self.forest.item(item);
                        let Some(of) = &declared.of_type else { continue };
                        let own = declared.owner.map(|owner| (item.0, owner));
                        return self.read(of, Around { place: (item.0, declared.scope), own }, n_steps + 1);
                    }
                    SymbolKind::Trait => return Type::With(vec![item]),
                    _ => return Type::Own(item),
                },
                Meaning::Outside => return through(Type::Outside(last.clone(), args())),
                Meaning::Module(_) | Meaning::Unknown => {}
            }
        }
        Type::Unknown
    }

    /// An associated type of an `impl`.
    fn associated(&self, own: Item, name: &str) -> Option<Type> {
        let declared = &self.forest.of(own.0).declared;
        let of = declared.iter().find(|it| it.owner == Some(own.1) && it.name == name)?;
        let around = Around { place: (own.0, of.scope), own: Some(own) };
        Some(self.named(of.of_type.as_ref()?, around))
    }

    /// What indexing it gives.
    fn indexed(&self, of: Item) -> Type {
        let outputs = self.members_of(of, "Output");
        let is_of_index = |item: &&Item| {
            let owner = self.forest.item(**item).owner.map(|owner| self.forest.item((item.0, owner)));
            owner.and_then(|owner| owner.of_trait.as_ref()?.last()).is_some_and(|of| of == "Index")
        };
        outputs.iter().find(is_of_index).map_or(Type::Unknown, |item| self.returned(*item))
    }

    /// The type a struct, an alias or a variant builds.
    fn whole(&self, of: Meaning) -> Option<Item> {
        let item = self.types(of).into_iter().next()?;
        match (self.forest.item(item).kind, self.forest.item(item).owner) {
            (SymbolKind::Variant, Some(owner)) => Some((item.0, owner)),
            (SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union, _) => Some(item),
            (_, _) => None,
        }
    }

    fn of_value(&self, found: Vec<Meaning>) -> Type {
        let of = |meaning: Meaning| {
            let Meaning::Item(item) = meaning else { return None };
            let declared = self.forest.item(item);
            match (declared.kind, &declared.of_type) {
                (SymbolKind::Const | SymbolKind::Static, Some(of)) => {
                    let own = declared.owner.map(|owner| (item.0, owner));
                    Some(self.named(of, Around { place: (item.0, declared.scope), own }))
                }
                (_, _) => self.whole(meaning).map(Type::Own),
            }
        };
        found.into_iter().find_map(of).unwrap_or(Type::Unknown)
    }

    fn called(&self, path: &[String], around: Around) -> Type {
        let found = self.path(around.place, around.own, path, false, Space::Values);
        for meaning in &found {
            let Meaning::Item(item) = meaning else { continue };
            if self.forest.item(*item).kind == SymbolKind::Fn {
                return self.returned(*item);
            }
            if let Some(whole) = self.whole(*meaning) {
                return Type::Own(whole);
            }
        }
        let Some((last, before)) = path.split_last() else { return Type::Unknown };
        // What derives and the standard library's traits build.
        if !before.is_empty() && matches!(last.as_str(), "default" | "from" | "new" | "from_iter" | "clone") {
            let of = self.named(&TypeName::of(before.to_vec()), around);
            if let Type::Own(_) = of {
                return of;
            }
        }
        Type::Unknown
    }

    /// What a function returns.
    fn returned(&self, item: Item) -> Type {
        let declared = self.forest.item(item);
        let own = declared.owner.map(|owner| (item.0, owner));
        let around = Around { place: (item.0, declared.scope), own };
        declared.of_type.as_ref().map_or(Type::Unknown, |of| self.named(of, around))
    }

    fn method(&self, of: Type, name: &str) -> Type {
        let declared = match &of {
            Type::Own(item) => self.members_of(*item, name).into_iter().next(),
            Type::With(traits) => traits.iter().find_map(|of| self.member_of_trait(*of, name)),
            Type::Outside(..) | Type::Unknown => None,
        };
        if let Some(declared) = declared {
            return match (self.returned(declared), &of) {
                (Type::With(_), Type::Own(_)) if self.returns_itself(declared) => of,
                (found, _) => found,
            };
        }
        match &of {
            _ if SAME.contains(&name) => of,
            Type::Outside(..) if HELD.contains(&name) => held(of),
            Type::Outside(..) if ONE.contains(&name) => Type::Outside("Option".into(), vec![element(of)]),
            _ => Type::Unknown,
        }
    }

    fn returns_itself(&self, item: Item) -> bool {
        self.forest.item(item).of_type.as_ref().is_some_and(|of| of.path == ["Self"])
    }

    /// A function of a trait, or of those it demands.
    pub(super) fn member_of_trait(&self, of: Item, name: &str) -> Option<Item> {
        let declared = self.forest.of(of.0).declared.iter().enumerate();
        let mut own = declared.filter(|(_, it)| it.owner == Some(of.1) && it.name == name);
        own.next().map(|(at, _)| (of.0, at))
    }

    fn field(&self, of: &Type, name: &str) -> Type {
        let item = match of {
            Type::Own(item) => *item,
            Type::Outside(tuple, args) if tuple == "()" => {
                let at = name.parse::<usize>().ok();
                return at.and_then(|at| args.get(at).cloned()).unwrap_or(Type::Unknown);
            }
            Type::Outside(..) | Type::With(_) | Type::Unknown => return Type::Unknown,
        };
        if let Ok(at) = name.parse::<usize>() {
            return self.part(Meaning::Item(item), at).unwrap_or(Type::Unknown);
        }
        let declared = &self.forest.of(item.0).declared;
        let field =
            declared.iter().find(|it| it.owner == Some(item.1) && it.name == name && it.kind == SymbolKind::Field);
        let around = Around { place: (item.0, declared[item.1].scope), own: None };
        field.and_then(|field| field.of_type.as_ref()).map_or(Type::Unknown, |of| self.named(of, around))
    }

    fn part(&self, of: Meaning, at: usize) -> Option<Type> {
        let item = self.types(of).into_iter().next()?;
        let declared = self.forest.item(item);
        let around = Around { place: (item.0, declared.scope), own: None };
        Some(self.named(declared.parts.get(at)?, around))
    }
}

/// What a box holds instead of the box.
fn through(of: Type) -> Type {
    match of {
        Type::Outside(name, args) if TRANSPARENT.contains(&name.as_str()) && !args.is_empty() => {
            args.into_iter().next_back().unwrap_or(Type::Unknown)
        }
        of => of,
    }
}

fn held(of: Type) -> Type {
    match of {
        Type::Outside(name, args) if matches!(name.as_str(), "Option" | "Result" | "Poll") => {
            args.into_iter().next().unwrap_or(Type::Unknown)
        }
        // What was in a lock is told as itself already.
        Type::Own(item) => Type::Own(item),
        Type::Outside(..) | Type::With(_) | Type::Unknown => Type::Unknown,
    }
}

fn element(of: Type) -> Type {
    match of {
        Type::Outside(name, args) if name != "()" => args.into_iter().next_back().unwrap_or(Type::Unknown),
        Type::Outside(..) | Type::Own(_) | Type::With(_) | Type::Unknown => Type::Unknown,
    }
}
