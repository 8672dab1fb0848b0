//! Things with a name: one may be here already, and its name may be taken by another.

use std::collections::HashMap;

use super::{Taking, refusal};
use crate::flow::{By, Flow, FlowError};
use crate::migrate::fields::Fields;
use crate::migrate::nouns::Mapped;
use crate::migrate::report::Noun;
use crate::migrate::taken::{Taken, digest};

/// Things of one name and different content; more than anybody has.
const NAMESAKES_MAX: u32 = 20;

/// A thing that is told from others of its noun by its name.
pub(super) trait Named: Sized + Clone {
    /// What goes along into the storage: a secret, or nothing.
    type With;
    /// The noun in the report.
    const CALLED: &'static str;
    /// The noun in the storage. Never change it.
    const STORED: &'static str;
    /// Whether two of the same content are the same, whatever they are called.
    const WHATEVER_CALLED: bool = false;

    fn number(&self) -> u64;
    fn name(&self) -> &str;
    /// The same under this number and name.
    fn placed(self, number: u64, name: String) -> Self;
    /// Whether it is the same thing, whatever its number and name.
    fn is_same(&self, other: &Self) -> bool;
    /// Whether it is as every installation starts with, and nobody's choice.
    fn is_replaceable(&self) -> bool {
        false
    }
    /// Those that are here.
    async fn here(flow: &Flow) -> Result<Vec<Self>, FlowError>;
    /// Keeps it as a user's change is kept.
    async fn save(self, with: Self::With, flow: &Flow, by: &By) -> Result<Self, FlowError>;
}

/// Takes things of a noun over. `members` are those that tell whether one is as it was at an earlier import: never
/// one that is secret. Answers with our numbers under Radarr's.
pub(super) async fn take<T: Named>(
    taking: &mut Taking<'_>,
    rows: &[Fields],
    members: &[&str],
    called: fn(&Fields) -> String,
    map: impl Fn(&Fields, &Taking<'_>) -> Result<Mapped<(T, T::With)>, String>,
) -> Result<HashMap<i64, u64>, FlowError> {
    let mut noun = Noun::new(T::CALLED);
    let before = Taken::load(taking.flow, T::STORED).await?;
    let mut taken = before.clone();
    let mut here = T::here(taking.flow).await?;
    let mut numbers = HashMap::new();
    for row in rows {
        let called = called(row);
        let (thing, with, changes) = match map(row, taking) {
            Ok(Mapped { value: (thing, with), changes }) => (thing, with, changes),
            Err(why) => {
                noun.left_out(called, why);
                continue;
            }
        };
        let digest = digest(row, members);
        let (number, name) = match place(&here, &thing, taken.number(&digest)) {
            Place::There(number) => {
                noun.there();
                taken.insert(digest, number);
                numbers.extend(row.int("id").map(|radarrs| (radarrs, number)));
                continue;
            }
            Place::Replaces(number) => (number, thing.name().to_owned()),
            Place::New(name) => (0, name),
        };
        let renamed =
            (name != thing.name()).then(|| format!("another one has its name here; it is {name:?}"));
        match thing.placed(number, name).save(with, taking.flow, taking.by).await {
            Ok(saved) => {
                noun.taken();
                noun.changes(&called, renamed.into_iter().chain(changes).collect());
                taken.insert(digest, saved.number());
                numbers.extend(row.int("id").map(|radarrs| (radarrs, saved.number())));
                here.retain(|other| other.number() != saved.number());
                here.push(saved);
            }
            Err(error) => noun.left_out(called, refusal(error)?),
        }
    }
    taken.keep(taking.flow, taking.by, &before).await?;
    taking.report.nouns.push(noun);
    Ok(numbers)
}

/// Where a thing goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// It is here, under this number.
    There(u64),
    /// It replaces what an installation starts with.
    Replaces(u64),
    /// It is new, under this name.
    New(String),
}

/// Where it goes; `before` is the number that it got at an earlier import.
fn place<T: Named>(here: &[T], thing: &T, before: Option<u64>) -> Place {
    let by_number = |number: u64| here.iter().find(|other| other.number() == number);
    let by_name = |name: &str| here.iter().find(|other| other.name().to_lowercase() == name.to_lowercase());
    let of_earlier = before.and_then(by_number);
    if let Some(known) = of_earlier.or_else(|| here.iter().find(|other| is_it(*other, thing))) {
        return Place::There(known.number());
    }
    let name = thing.name();
    match by_name(name) {
        None => Place::New(name.to_owned()),
        Some(holder) if holder.is_replaceable() => Place::Replaces(holder.number()),
        Some(_) => {
            let mut others = (1..=NAMESAKES_MAX).map(|number| namesake(name, number));
            let free = others.find(|other| by_name(other).is_none());
            Place::New(free.unwrap_or_else(|| name.to_owned()))
        }
    }
}

/// Of the same content and name, or under the name that it would have got beside a namesake.
fn is_it<T: Named>(other: &T, thing: &T) -> bool {
    let mut names = std::iter::once(thing.name().to_owned())
        .chain((1..=NAMESAKES_MAX).map(|number| namesake(thing.name(), number)));
    other.is_same(thing)
        && (T::WHATEVER_CALLED || names.any(|name| name.to_lowercase() == other.name().to_lowercase()))
}

fn namesake(name: &str, number: u32) -> String {
    match number {
        1 => format!("{name} (Radarr)"),
        _ => format!("{name} (Radarr {number})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Thing(u64, &'static str, &'static str);

    impl Named for Thing {
        type With = ();
        const CALLED: &'static str = "things";
        const STORED: &'static str = "thing";
        fn number(&self) -> u64 {
            self.0
        }
        fn name(&self) -> &str {
            self.1
        }
        fn placed(self, _number: u64, _name: String) -> Self {
            self
        }
        fn is_same(&self, other: &Self) -> bool {
            self.2 == other.2
        }
        fn is_replaceable(&self) -> bool {
            self.2 == "default"
        }
        async fn here(_flow: &Flow) -> Result<Vec<Self>, FlowError> {
            Ok(Vec::new())
        }
        async fn save(self, _with: (), _flow: &Flow, _by: &By) -> Result<Self, FlowError> {
            Ok(self)
        }
    }

    #[test]
    fn a_thing_is_found_again_replaces_what_is_nobodys_or_gets_a_name_of_its_own() {
        let here = [Thing(1, "Any", "default"), Thing(2, "HD", "mine"), Thing(3, "hd (radarr)", "theirs")];
        for (name, content, before, want) in [
            ("UHD", "x", None, Place::New("UHD".into())),
            ("any", "x", None, Place::Replaces(1)),
            ("HD", "x", None, Place::New("HD (Radarr 2)".into())),
            ("HD", "theirs", None, Place::There(3)),
            ("UHD", "theirs", None, Place::New("UHD".into())),
            ("HD", "x", Some(2), Place::There(2)),
            ("UHD", "x", Some(9), Place::New("UHD".into())),
        ] {
            assert_eq!(place(&here, &Thing(0, name, content), before), want, "{name} {content}");
        }
    }
}
