//! The custom formats as they were compiled last.
//!
//! Compiling all formats of the guides takes longer than judging thousands of releases, and formats change seldom. They
//! are compared with what was compiled, so that nobody has to say when they changed.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use radarr_proto::model::CustomFormat;

use crate::domain::custom_format::CompiledFormats;
use crate::domain::custom_format::compiled::FormatError;
use crate::storage::{SharedStore, StoreError};

/// Formats that are ready to be matched, and those that are not.
pub struct ReadyFormats {
    /// What these were made of: all that are stored.
    pub given: Vec<CustomFormat>,
    /// Those that can be matched.
    pub formats: CompiledFormats,
    /// Why the others can't.
    pub faults: Vec<FormatError>,
}

/// Keeps what was compiled last.
#[derive(Default)]
pub struct FormatCache {
    last: ArcSwapOption<ReadyFormats>,
}

impl FormatCache {
    /// The stored formats; compiled only when they are others than last time.
    pub async fn ready(&self, store: &SharedStore) -> Result<Arc<ReadyFormats>, StoreError> {
        let given = store.load_all::<CustomFormat>().await?;
        if let Some(last) = self.last.load_full().filter(|last| last.given == given) {
            return Ok(last);
        }
        let (formats, faults) = CompiledFormats::compile(&given);
        let ready = Arc::new(ReadyFormats { given, formats, faults });
        self.last.store(Some(Arc::clone(&ready)));
        Ok(ready)
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{Condition, ConditionTest, CustomFormatId, DocVersion};

    use super::*;
    use crate::flow::circumstances::rulebook;
    use crate::flow::testing::bench;

    fn format(id: u64, pattern: &str) -> CustomFormat {
        let test = ConditionTest::ReleaseTitle { pattern: pattern.to_owned() };
        CustomFormat {
            id: CustomFormatId(id),
            doc_version: DocVersion::default(),
            name: format!("format {id}"),
            include_when_renaming: false,
            conditions: vec![Condition { name: "title".to_owned(), required: false, negate: false, test }],
            guide: None,
        }
    }

    #[tokio::test]
    async fn formats_are_compiled_when_they_changed_and_only_then() {
        let bench = bench().await;
        let ready = async || rulebook(&bench.flow).await.unwrap().formats;
        bench.put(&format(1, "x264")).await;
        let first = ready().await;
        assert_eq!((first.formats.names().collect::<Vec<_>>(), first.faults.len()), (vec!["format 1"], 0));
        assert!(Arc::ptr_eq(&first, &ready().await), "nothing changed");
        bench.put(&format(1, "x265")).await;
        let changed = ready().await;
        assert!(!Arc::ptr_eq(&first, &changed), "an expression changed");
        bench.put(&format(2, "(")).await;
        let added = ready().await;
        assert_eq!((added.formats.names().count(), added.faults.len()), (1, 1), "one was added");
        assert!(Arc::ptr_eq(&added, &bench.flow.formats.ready(&bench.flow.store).await.unwrap()));
    }
}
