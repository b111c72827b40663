//! Whether a use is one of the symbol that is meant, and how sure that is.

use super::Label;
use super::forest::{Forest, Item, Place};
use super::names::Meaning;
use super::resolve::Resolver;
use super::target::Target;
use super::types::{Around, Type};
use crate::source::{Role, Space, SymbolKind, TypeName, Use, Value};

/// Methods of the standard library: a call of one says nothing where the type is not known.
const COMMON: &[&str] = &[
    "all",
    "and_then",
    "any",
    "append",
    "as_bytes",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "bytes",
    "chain",
    "chars",
    "clear",
    "clone",
    "cloned",
    "cmp",
    "collect",
    "contains",
    "contains_key",
    "copied",
    "count",
    "default",
    "drain",
    "drop",
    "end",
    "entry",
    "enumerate",
    "eq",
    "err",
    "exists",
    "expect",
    "extend",
    "filter",
    "filter_map",
    "find",
    "first",
    "flush",
    "fmt",
    "fold",
    "for_each",
    "from",
    "get",
    "get_mut",
    "hash",
    "insert",
    "into",
    "into_inner",
    "into_iter",
    "is_empty",
    "is_err",
    "is_file",
    "is_none",
    "is_ok",
    "is_some",
    "iter",
    "iter_mut",
    "join",
    "key",
    "keys",
    "kind",
    "last",
    "len",
    "lines",
    "lock",
    "map",
    "map_err",
    "max",
    "message",
    "min",
    "name",
    "new",
    "next",
    "next_back",
    "ok",
    "or_insert",
    "or_insert_with",
    "parse",
    "path",
    "peek",
    "pop",
    "position",
    "push",
    "push_str",
    "read",
    "remove",
    "replace",
    "reserve",
    "retain",
    "rev",
    "send",
    "skip",
    "sort",
    "spawn",
    "split",
    "start",
    "starts_with",
    "status",
    "swap",
    "take",
    "to_owned",
    "to_string",
    "trim",
    "truncate",
    "unwrap",
    "value",
    "values",
    "wait",
    "with_capacity",
    "write",
    "write_str",
    "zip",
];

/// What is said of a use in one crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Is(Label),
    /// It is another's.
    Other,
}

/// Decides about uses of one symbol.
pub(super) struct Judge<'a> {
    pub(super) resolver: &'a Resolver<'a>,
    pub(super) forest: &'a Forest,
    pub(super) target: &'a Target,
    /// How many other things of this name a call or a field could mean.
    pub(super) rivals: usize,
    /// How many other things of this name there are.
    pub(super) namesakes: usize,
}

impl Judge<'_> {
    /// What a use is in one of the crates its file is part of.
    pub(super) fn say(&self, used: &Use, instance: usize) -> Said {
        let declarations = self.forest.of(instance);
        let place = (instance, declarations.scope_at(used.at.start));
        let own = declarations.context(used.at.start).map(|own| (instance, own));
        let around = Around { place, own };
        let said = match &used.role {
            Role::Definition => self.definition(used, instance),
            Role::Path { before, is_absolute, space } => self.path(used, around, before, *is_absolute, *space),
            Role::Import { before, is_absolute } => self.import(used, place, before, *is_absolute),
            Role::Qualified { .. } if !self.is_part() || self.target.kind == SymbolKind::Variant => Said::Other,
            Role::Qualified { of, of_trait } => {
                let is_trait = of_trait.as_ref().map(|of| self.leads_to_owner(around, of));
                match (is_trait, self.resolver.named(of, around)) {
                    (Some(true), _) => Said::Is(Label::Certain),
                    (Some(false), _) if self.target.of_trait.is_some() => Said::Other,
                    (_, of) => self.on(&of, around),
                }
            }
            Role::Method(of) | Role::Field(of) => self.behind_dot(used, of, around),
            Role::Record(path) => self.record(path, around),
            Role::DocLink(before) => self.documented(used, around, before),
            Role::DocTest { before, is_behind_dot } => self.in_doc_test(used, around, before, *is_behind_dot),
            // A macro is never meant without its `!`.
            Role::Word if self.target.kind == SymbolKind::Macro => Said::Other,
            Role::Word => Said::Is(Label::NameOnly),
        };
        match said {
            Said::Is(label) if label != Label::Certain && !self.sees(place) => Said::Other,
            Said::Is(Label::Certain) if self.is_doubtful(used, instance) => Said::Is(Label::Likely),
            said => said,
        }
    }

    /// Whether something between the words and the compiler may make something else of it.
    fn is_doubtful(&self, used: &Use, instance: usize) -> bool {
        self.forest.instances[instance].is_guess
            || used.in_definition
            || (used.in_macro.is_some() && !used.is_plain_macro)
    }

    fn sees(&self, place: Place) -> bool {
        self.target.module.is_none_or(|module| self.resolver.is_within(place, module))
    }

    fn is_it(&self, item: Item) -> bool {
        let identity = self.forest.identity(item);
        self.target.identities.contains(&identity) || self.target.implementations.contains(&identity)
    }

    fn definition(&self, used: &Use, instance: usize) -> Said {
        let file = self.forest.file_of(instance);
        let declared = &self.forest.of(instance).declared;
        let at = declared.iter().position(|it| it.name_at == used.at);
        match at {
            Some(at) if self.target.implementations.contains(&(file, at)) => Said::Is(Label::Certain),
            _ => Said::Other,
        }
    }

    fn import(&self, used: &Use, place: Place, before: &[String], is_absolute: bool) -> Said {
        let path: Vec<String> = before.iter().cloned().chain([used.name.clone()]).collect();
        let found = self.resolver.path(place, None, &path, is_absolute, Space::Any);
        self.among(&found).unwrap_or(Said::Is(Label::NameOnly))
    }

    /// What meanings come to; `None` where there are none.
    fn among(&self, found: &[Meaning]) -> Option<Said> {
        let is_it = |meaning: &Meaning| match meaning {
            Meaning::Item(item) => self.is_it(*item),
            Meaning::Module(place) => self.is_module(*place),
            Meaning::Outside | Meaning::Unknown => false,
        };
        if found.iter().any(is_it) {
            return Some(Said::Is(Label::Certain));
        }
        match found {
            [] => None,
            found if found.contains(&Meaning::Unknown) => Some(Said::Is(Label::NameOnly)),
            _ => Some(Said::Other),
        }
    }

    fn is_module(&self, place: Place) -> bool {
        self.target.kind == SymbolKind::Mod
            && self.target.items.iter().any(|item| self.forest.inside(*item) == Some(place))
    }

    fn path(&self, used: &Use, around: Around, before: &[String], is_absolute: bool, space: Space) -> Said {
        let path: Vec<String> = before.iter().cloned().chain([used.name.clone()]).collect();
        let found = self.resolver.path(around.place, around.own, &path, is_absolute, space);
        let is_outside = !before.is_empty() && found.iter().all(|meaning| *meaning == Meaning::Outside);
        if let Some(said) = self.among(&found).filter(|said| *said != Said::Other || !is_outside) {
            // A lone word in a macro's braces may be anything of this name.
            let is_word = space == Space::Any && before.is_empty() && used.in_macro.is_some();
            let is_doubtful = is_word && said == Said::Is(Label::Certain) && 0 < self.namesakes;
            return if is_doubtful { Said::Is(Label::NameOnly) } else { said };
        }
        if before.is_empty() {
            // A pattern that leads to nothing binds the name.
            let is_binding = space == Space::Patterns;
            let can_be_alone = !self.is_part() || self.target.kind == SymbolKind::Variant;
            return if is_binding || !can_be_alone { Said::Other } else { Said::Is(Label::NameOnly) };
        }
        // Something of a type whose `impl` does not name it: a trait's.
        if !self.is_part() || self.target.kind == SymbolKind::Variant {
            let is_known = found.iter().any(|meaning| *meaning != Meaning::Unknown);
            let of = self.resolver.path(around.place, around.own, before, is_absolute, Space::Types);
            let is_there = of.iter().any(|of| matches!(of, Meaning::Module(_) | Meaning::Item(_) | Meaning::Outside));
            return if is_known || is_there { Said::Other } else { Said::Is(Label::NameOnly) };
        }
        let of = self.resolver.named(&TypeName::of(before.to_vec()), around);
        match of {
            Type::Outside(..) if self.target.of_trait.is_none() => Said::Other,
            of => self.on(&of, around),
        }
    }

    /// Whether the symbol stands in a type or trait.
    fn is_part(&self) -> bool {
        !self.target.owners.is_empty() || self.target.of_trait.is_some()
    }

    fn leads_to_owner(&self, around: Around, path: &[String]) -> bool {
        let found = self.resolver.path(around.place, around.own, path, false, Space::Types);
        found.into_iter().flat_map(|of| self.resolver.types(of)).any(|of| self.is_owner(of))
    }

    fn is_owner(&self, item: Item) -> bool {
        self.target.owners.contains(&self.forest.identity(item))
            || self.target.of_trait.is_some_and(|of| self.forest.identity(of) == self.forest.identity(item))
    }

    fn behind_dot(&self, used: &Use, of: &Value, around: Around) -> Said {
        let is_method = matches!(used.role, Role::Method(_));
        let can_be = match self.target.kind {
            SymbolKind::Field => !is_method,
            SymbolKind::Fn => is_method && self.target.items.iter().any(|item| self.forest.item(*item).has_self),
            _ => false,
        };
        if !can_be {
            return Said::Other;
        }
        self.on(&self.resolver.type_of(of, around), around)
    }

    /// The name on something of this type.
    fn on(&self, of: &Type, _: Around) -> Said {
        let name = &self.target.name;
        match of {
            Type::Own(item) if self.is_owner(*item) => {
                // An item of a trait may be hidden by the type's own.
                Said::Is(Label::Certain)
            }
            Type::Own(item) => {
                let own = self.resolver.members_of(*item, name);
                let own_field = self.resolver.member_of_trait(*item, name);
                if own.iter().copied().chain(own_field).any(|own| self.is_it(own)) {
                    return Said::Is(Label::Certain);
                }
                if !own.is_empty() || own_field.is_some() {
                    return Said::Other;
                }
                match self.target.of_trait {
                    Some(_) => self.unknown(),
                    None if self.target.kind == SymbolKind::Field => Said::Other,
                    None if self.derefs(*item) => self.unknown(),
                    None => Said::Other,
                }
            }
            Type::With(traits) => {
                let declared = traits.iter().filter_map(|of| self.resolver.member_of_trait(*of, name));
                let declared: Vec<Item> = declared.collect();
                if declared.iter().any(|item| self.is_it(*item)) {
                    return Said::Is(Label::Certain);
                }
                if !declared.is_empty() {
                    return Said::Other;
                }
                let owner = |item: &Item| self.target.owners.contains(&self.forest.identity(*item));
                if traits.iter().any(owner) { Said::Is(Label::Certain) } else { self.unknown() }
            }
            Type::Outside(name, _) => match (self.target.of_trait, name.as_str()) {
                (
                    None,
                    "Vec" | "String" | "str" | "[]" | "Option" | "Result" | "HashMap" | "BTreeMap" | "usize" | "()",
                ) => Said::Other,
                (_, _) => self.unknown(),
            },
            Type::Unknown => self.unknown(),
        }
    }

    /// Whether a type lends the methods of another: a `Deref` somewhere.
    fn derefs(&self, item: Item) -> bool {
        let of = self.forest.item(item);
        let file = &self.forest.files[self.forest.file_of(item.0)].text;
        of.kind == SymbolKind::Trait || file.contains("Deref for")
    }

    /// Where the type is not known: the name decides.
    fn unknown(&self) -> Said {
        let is_common = COMMON.contains(&self.target.name.as_str()) && self.target.kind != SymbolKind::Field;
        if self.rivals == 0 && !is_common { Said::Is(Label::Likely) } else { Said::Is(Label::NameOnly) }
    }

    fn record(&self, path: &[String], around: Around) -> Said {
        if self.target.kind != SymbolKind::Field {
            return Said::Other;
        }
        let found = self.resolver.path(around.place, around.own, path, false, Space::Types);
        let is_known = found.iter().any(|of| *of != Meaning::Unknown);
        let is_its = found.into_iter().flat_map(|of| self.resolver.types(of)).any(|of| self.is_owner(of));
        match (is_its, is_known) {
            (true, _) => Said::Is(Label::Certain),
            (false, true) => Said::Other,
            (false, false) => self.unknown(),
        }
    }

    fn documented(&self, used: &Use, around: Around, before: &[String]) -> Said {
        let said = self.path(used, around, before, false, Space::Any);
        if said == Said::Other && before.is_empty() && self.is_part() {
            return Said::Other;
        }
        said
    }

    /// Code in documentation stands outside the crate: what it imports is not followed.
    fn in_doc_test(&self, used: &Use, around: Around, before: &[String], is_behind_dot: bool) -> Said {
        if is_behind_dot || before.is_empty() {
            return Said::Is(Label::NameOnly);
        }
        let root = self.forest.instances[around.place.0].of_crate;
        let path: Vec<String> = before.iter().cloned().chain([used.name.clone()]).collect();
        let own = &self.forest.crates[root].name;
        let found = match path.split_first() {
            Some((first, rest)) if first == own => {
                let root = self.forest.root(root);
                root.map(|root| self.resolver.path(root, None, rest, false, Space::Any)).unwrap_or_default()
            }
            _ => self.resolver.path(around.place, around.own, &path, false, Space::Any),
        };
        match self.among(&found) {
            Some(Said::Is(Label::Certain)) => Said::Is(Label::Likely),
            Some(Said::Other) => Said::Other,
            Some(Said::Is(_)) | None => Said::Is(Label::NameOnly),
        }
    }
}
