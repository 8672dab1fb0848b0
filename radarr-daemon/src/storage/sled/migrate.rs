//! The schema's version, and the way from an older one to the newest.
//!
//! Fields that are added to a document need no step here: they have defaults. A step is needed when keys or the
//! meaning of what is stored change.

use super::engine::Engine;
use super::layout;
use crate::storage::StoreError;
use ::sled::Batch;

/// One step from the schema before.
pub(super) struct Migration {
    /// The schema that it leads to.
    pub(super) to: u32,
    /// What it changes, as one batch: the new version is stored with it.
    pub(super) run: fn(&Engine) -> Result<Batch, StoreError>,
}

/// All steps, in order. Schema 1 is the first.
pub(super) const MIGRATIONS: &[Migration] = &[];

/// The schema that this version writes.
pub(super) fn newest() -> u32 {
    MIGRATIONS.last().map_or(1, |migration| migration.to)
}

/// Brings the database to the newest schema that `migrations` lead to.
pub(super) fn migrate(engine: &Engine, migrations: &[Migration]) -> Result<(), StoreError> {
    let known = migrations.last().map_or(1, |migration| migration.to);
    let mut found = match engine.get(layout::SCHEMA_KEY)? {
        Some(bytes) => {
            let bytes: [u8; 4] = bytes.as_ref().try_into().map_err(|_| StoreError::Corrupt {
                what: "the schema's version".to_owned(),
                why: format!("{} bytes where 4 were expected", bytes.len()),
            })?;
            u32::from_be_bytes(bytes)
        }
        None => {
            store(engine, Batch::default(), known)?;
            known
        }
    };
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for migration in migrations.iter().filter(|migration| migration.to > found).collect::<Vec<_>>() {
        tracing::info!(from = found, to = migration.to, "the storage is brought to a newer schema");
        store(engine, (migration.run)(engine)?, migration.to)?;
        found = migration.to;
    }
    Ok(())
}

fn store(engine: &Engine, mut batch: Batch, version: u32) -> Result<(), StoreError> {
    batch.insert(layout::SCHEMA_KEY, &version.to_be_bytes());
    engine.apply(batch)?;
    engine.sync()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rename_collection(engine: &Engine) -> Result<Batch, StoreError> {
        let mut batch = Batch::default();
        for item in engine.scan(b"dold\0", b"dold\0") {
            let (key, value) = item?;
            batch.insert([b"dnew\0", key.get(5..).unwrap_or_default()].concat(), value);
            batch.remove(key);
        }
        Ok(batch)
    }

    #[test]
    fn an_older_schema_is_brought_forward_once() {
        let temp = tempfile::tempdir().unwrap();
        let engine = Engine::open(temp.path()).unwrap();
        migrate(&engine, &[]).unwrap();
        let mut batch = Batch::default();
        batch.insert(b"dold\x001", b"x");
        engine.apply(batch).unwrap();
        let steps = [Migration { to: 2, run: rename_collection }];
        migrate(&engine, &steps).unwrap();
        assert_eq!(engine.get(b"dnew\x001").unwrap().unwrap(), b"x");
        assert!(engine.get(b"dold\x001").unwrap().is_none());
        assert_eq!(engine.get(layout::SCHEMA_KEY).unwrap().unwrap(), 2_u32.to_be_bytes());
        migrate(&engine, &steps).unwrap();
    }

    #[test]
    fn a_newer_schema_is_refused_and_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let engine = Engine::open(temp.path()).unwrap();
        store(&engine, Batch::default(), 9).unwrap();
        assert_eq!(migrate(&engine, MIGRATIONS), Err(StoreError::NewerSchema { found: 9, known: 1 }));
        assert_eq!(engine.get(layout::SCHEMA_KEY).unwrap().unwrap(), 9_u32.to_be_bytes());
    }
}
