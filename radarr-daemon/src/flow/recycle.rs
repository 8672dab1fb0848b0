//! What lay in the recycle bins for long enough goes for good.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use radarr_proto::model::RootFolder;
use tracing::{info, warn};

use super::{Flow, FlowError};
use crate::files::{FileError, blocking, clean_bin};

/// What a clean-up did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// Folders of days that are gone.
    pub removed: Vec<PathBuf>,
}

/// Cleans the recycle bins of all root folders. One that can't be cleaned keeps no other one from it.
pub async fn clean_recycle_bins(flow: &Flow) -> Result<Cleaned, FlowError> {
    let roots: Vec<RootFolder> = flow.store.load_all().await?;
    let today = TimeZone::UTC.to_datetime(flow.now()).date();

    let mut cleaned = Cleaned::default();
    let mut trouble: Option<FileError> = None;
    for root in roots {
        let Some(bin) = bin_of(&root) else { continue };
        match blocking(move || clean_bin(&bin, today, root.recycle_days)).await {
            Ok(removed) => cleaned.removed.extend(removed),
            Err(error) => {
                warn!(root = root.path, %error, hint = error.hint(), "a recycle bin can't be cleaned");
                trouble.get_or_insert(error);
            }
        }
    }
    if !cleaned.removed.is_empty() {
        info!(days = cleaned.removed.len(), "cleaned the recycle bins");
    }
    trouble.map_or(Ok(cleaned), |error| Err(error.into()))
}

/// The recycle bin of a root folder, which lies inside of it; `None` when there is none.
pub(super) fn bin_of(root: &RootFolder) -> Option<PathBuf> {
    let bin = root.recycle_bin.as_deref().filter(|bin| !bin.is_empty())?;
    let is_inside = Path::new(bin).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    is_inside.then(|| Path::new(&root.path).join(bin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::testing::{Bench, ROOT, bench};
    use radarr_proto::model::RootFolderId;

    #[tokio::test]
    async fn old_days_go_from_every_bin_and_a_bin_outside_of_its_root_is_never_touched() {
        let bench = bench().await;
        for day in ["2020-01-01", "2999-01-01"] {
            bench.file(&format!("movies/.recycle/{day}/Movie/a.mkv"), "old");
            bench.file(&format!("outside/{day}/Movie/a.mkv"), "somebody's");
        }
        let mut climbing = Bench::root_folder(RootFolderId(2), &bench.root);
        climbing.recycle_bin = Some("../outside".to_owned());
        bench.put(&climbing).await;
        bench.put(&Bench::root_folder(RootFolderId(3), Path::new("/nowhere"))).await;
        let cleaned = clean_recycle_bins(&bench.flow).await.unwrap();
        assert_eq!(cleaned.removed, [bench.root.join(".recycle/2020-01-01")]);
        assert!(bench.root.join(".recycle/2999-01-01/Movie/a.mkv").exists());
        assert!(bench.folder.path().join("outside/2020-01-01/Movie/a.mkv").exists());
        assert_eq!(bench.load::<RootFolder>(ROOT).await.recycle_days, 7);
    }
}
