//! Which kind of document is in which table, and the pieces of SQL that depend on it. Only names of this file and
//! numbers of parameters go into a text of SQL; values are always bound.

use crate::storage::Collection;

/// Kinds with a table of their own: what is queried or constrained. The others share `document`.
const OWN: &[(Collection, &str)] = &[
    (Collection::Movie, "movie"),
    (Collection::Grab, "grab"),
    (Collection::Block, "block"),
    (Collection::Pending, "pending"),
    (Collection::DecisionRecord, "decision_record"),
    (Collection::Job, "job"),
    (Collection::EndedJob, "ended_job"),
    (Collection::Token, "token"),
    (Collection::Setting, "setting"),
    (Collection::Claim, "claim"),
];

/// All tables of documents.
pub(super) const TABLES: [&str; 11] = [
    "movie",
    "grab",
    "block",
    "pending",
    "decision_record",
    "job",
    "ended_job",
    "token",
    "setting",
    "claim",
    "document",
];

/// Where a kind of document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Table {
    collection: Collection,
    own: Option<&'static str>,
}

impl Table {
    pub(super) fn of(collection: Collection) -> Self {
        let own = OWN.iter().find(|(kind, _)| *kind == collection).map(|(_, table)| *table);
        Self { collection, own }
    }

    pub(super) fn name(self) -> &'static str {
        self.own.unwrap_or("document")
    }

    /// `AND collection = '...'` where the table is shared. A name is lower case and `_` only.
    pub(super) fn and_kind(self) -> String {
        match self.own {
            Some(_) => String::new(),
            None => format!(" AND collection = '{}'", self.collection.name()),
        }
    }

    /// Versions of the ids in `$ids`.
    pub(super) fn select_versions(self, ids: usize) -> String {
        format!(
            "SELECT '{}' AS collection, id, version FROM {} WHERE id = ANY(${ids}){}",
            self.collection.name(),
            self.name(),
            self.and_kind()
        )
    }

    /// Writes the ids in `$ids` with the versions and bodies behind it.
    pub(super) fn upsert(self, ids: usize) -> String {
        let (versions, bodies) = (ids + 1, ids + 2);
        let (columns, values, key) = match self.own {
            Some(_) => (String::new(), String::new(), "id"),
            None => ("collection, ".to_owned(), format!("'{}', ", self.collection.name()), "collection, id"),
        };
        format!(
            "INSERT INTO {} ({columns}id, version, body) SELECT {values}id, version, body::jsonb \
             FROM unnest(${ids}::text[], ${versions}::bigint[], ${bodies}::text[]) AS given (id, version, body) \
             ON CONFLICT ({key}) DO UPDATE SET version = excluded.version, body = excluded.body",
            self.name()
        )
    }

    /// Deletes the ids in `$ids`.
    pub(super) fn delete(self, ids: usize) -> String {
        format!("DELETE FROM {} WHERE id = ANY(${ids}){}", self.name(), self.and_kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_in_the_list() {
        assert!(Collection::ALL.iter().all(|kind| TABLES.contains(&Table::of(*kind).name())));
        assert_eq!(TABLES.len(), OWN.len() + 1);
    }

    #[test]
    fn no_name_of_a_kind_can_leave_its_quotes() {
        for collection in Collection::ALL {
            let name = collection.name();
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        }
    }
}
