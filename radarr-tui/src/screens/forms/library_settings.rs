//! How the library is kept.

use radarr_proto::model::{LibrarySettings, LinkMode, PropersAndRepacks};

use super::{FormDialog, Purpose, mebibytes};
use crate::app::ask::Ask;
use crate::widgets::form::{Form, Value};

const LINKS: &[(LinkMode, &str)] = &[
    (LinkMode::HardlinkPreferred, "hardlink, else a copy, said aloud"),
    (LinkMode::HardlinkRequired, "hardlink, or not at all"),
    (LinkMode::Copy, "always a copy"),
];

const PROPERS: &[(PropersAndRepacks, &str)] = &[
    (PropersAndRepacks::PreferAndUpgrade, "prefer, and replace what is there"),
    (PropersAndRepacks::DoNotUpgrade, "prefer, but replace nothing"),
    (PropersAndRepacks::DoNotPrefer, "as any other release"),
];

#[derive(Debug)]
struct Library {
    settings: LibrarySettings,
}

/// The form for these settings.
pub fn form(settings: &LibrarySettings) -> FormDialog {
    let link = LINKS.iter().position(|(mode, _)| *mode == settings.link_mode).unwrap_or(0);
    let proper = PROPERS.iter().position(|(mode, _)| *mode == settings.propers_and_repacks).unwrap_or(0);
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let links = names(&LINKS.iter().map(|(_, name)| *name).collect::<Vec<_>>());
    let propers = names(&PROPERS.iter().map(|(_, name)| *name).collect::<Vec<_>>());
    let form = Form::new("library", "save")
        .field(
            "files come in",
            "how a file gets from the download to the library",
            Value::Choice(links, link),
        )
        .field("propers", "what is done with propers and repacks", Value::Choice(propers, proper))
        .text_field(
            "keep free MiB",
            "must stay free after an import",
            &mebibytes(settings.minimum_free_bytes),
        )
        .text_field(
            "largest MiB",
            "larger releases are refused; 0 = no limit",
            &mebibytes(settings.maximum_size_bytes),
        )
        .field("extras", "whether subtitles come in with the movie", Value::Switch(settings.import_extras))
        .text_field(
            "extra endings",
            "of files that come in with the movie, with commas",
            &settings.extra_extensions.join(", "),
        )
        .text_field(
            "delay days",
            "added to a movie's dates before it counts as available; may be negative",
            &settings.availability_delay_days.to_string(),
        )
        .text_field(
            "cinema days",
            "after which a movie without other dates counts as released; 0 = never",
            &settings.released_after_cinemas_days.to_string(),
        )
        .text_field(
            "recent minutes",
            "between two reads of the recent releases",
            &settings.recent_interval_minutes.to_string(),
        )
        .text_field(
            "wanted minutes",
            "between two runs of the steady search, which looks for a few movies each time",
            &settings.wanted_interval_minutes.to_string(),
        )
        .text_field(
            "refresh hours",
            "between two refreshes of the library from TMDB",
            &settings.refresh_interval_hours.to_string(),
        )
        .text_field(
            "rescan hours",
            "between two looks into the folders of all movies",
            &settings.rescan_interval_hours.to_string(),
        )
        .field(
            "search again",
            "whether a failed download is searched for again",
            Value::Switch(settings.search_again_after_failure),
        )
        .field(
            "hardcoded subs",
            "whether hardcoded subtitles are fine",
            Value::Switch(settings.allow_hardcoded_subs),
        )
        .field(
            "flags first",
            "whether freeleech and internal releases win among equals",
            Value::Switch(settings.prefer_indexer_flags),
        )
        .field(
            "groups first",
            "whether a better group reputation wins among equals",
            Value::Switch(settings.prefer_group_reputation),
        )
        .field(
            "learn groups",
            "HDBits' whole listing is read, for groups; it may take it for scraping",
            Value::Switch(settings.learn_groups),
        )
        .text_field(
            "ask above files",
            "a run that would delete more files asks first",
            &settings.delete_without_asking_max.to_string(),
        );
    FormDialog::new(form, "save", Library { settings: settings.clone() })
}

/// Bytes of a field in MiB. A value that was not changed keeps its bytes.
fn bytes(form: &Form, name: &'static str, before: u64) -> Result<u64, String> {
    if form.text(name) == mebibytes(before) {
        return Ok(before);
    }
    let mebibytes: u64 = form.number(name)?;
    mebibytes.checked_mul(1024 * 1024).ok_or_else(|| format!("{name}: {mebibytes} MiB is too much"))
}

impl Purpose for Library {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        let endings =
            form.text("extra endings").split(',').map(|ending| ending.trim().trim_start_matches('.'));
        Ok(Ask::SaveLibrary(LibrarySettings {
            link_mode: LINKS
                .get(form.choice("files come in"))
                .map_or_else(LinkMode::default, |(mode, _)| *mode),
            propers_and_repacks: PROPERS
                .get(form.choice("propers"))
                .map_or_else(PropersAndRepacks::default, |(mode, _)| *mode),
            minimum_free_bytes: bytes(form, "keep free MiB", self.settings.minimum_free_bytes)?,
            maximum_size_bytes: bytes(form, "largest MiB", self.settings.maximum_size_bytes)?,
            import_extras: form.switch("extras"),
            extra_extensions: endings.filter(|ending| !ending.is_empty()).map(str::to_owned).collect(),
            availability_delay_days: form.number("delay days")?,
            released_after_cinemas_days: form.number("cinema days")?,
            recent_interval_minutes: form.number("recent minutes")?,
            wanted_interval_minutes: form.number("wanted minutes")?,
            refresh_interval_hours: form.number("refresh hours")?,
            rescan_interval_hours: form.number("rescan hours")?,
            search_again_after_failure: form.switch("search again"),
            allow_hardcoded_subs: form.switch("hardcoded subs"),
            prefer_indexer_flags: form.switch("flags first"),
            prefer_group_reputation: form.switch("groups first"),
            learn_groups: form.switch("learn groups"),
            delete_without_asking_max: form.number("ask above files")?,
            ..self.settings.clone()
        }))
    }
}
