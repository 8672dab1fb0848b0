//! Custom formats.

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, FormatScore, IndexerFlag, Language,
    Modifier, QualityProfile,
};

use super::custom_format_json as json;
use super::edit::{
    self, Edit, Known, NAME_CHARS_MAX, Noun, Numbered, change, changed, find, known, place, refuse_same_name,
    several, tidy_name,
};
use crate::domain::custom_format::CompiledFormats;
use crate::domain::quality::validate::profile_problems;
use crate::flow::{By, Flow, FlowError};
use crate::storage::{Collection, Commit, Document, Expect};

/// The guides have 242 formats.
const FORMATS_MAX: usize = 2_000;

/// The largest format of the guides has about 200 conditions; more than these would not fit a document.
pub(super) const CONDITIONS_MAX: usize = 500;

/// The largest size of a condition; what a file of Radarr may say at most ([`json`]).
const SIZE_BYTES_MAX: u64 = 1_000_000 * 1024 * 1024 * 1024;

/// All formats of the guides together have 600 kB.
const IMPORT_BYTES_MAX: usize = 4 * 1024 * 1024;

impl Numbered for CustomFormat {
    const NOUN: Noun = Noun::CustomFormat;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = CustomFormatId(number);
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn based_on(&self) -> DocVersion {
        self.doc_version
    }
}

/// The custom formats.
pub async fn custom_formats(flow: &Flow) -> Result<Vec<CustomFormat>, FlowError> {
    Ok(flow.store.load_all().await?)
}

/// Makes (id 0) or replaces a custom format. A new one counts nothing until a profile gives it a score.
pub async fn save_custom_format(
    flow: &Flow,
    by: &By,
    request: CustomFormat,
) -> Result<CustomFormat, FlowError> {
    let tidied = tidy(request)?;
    change(flow, by, Noun::CustomFormat, |edit| {
        let mut format = tidied.clone();
        async move {
            let known = known::<CustomFormat>(&flow.store).await?;
            refuse_same_name(&known, &format)?;
            refuse_too_many(known.len() + usize::from(format.id.0 == 0))?;
            let expect = place(flow, &known, &mut format).await?;
            let version = edit.keep(edit.commit().put(&format, expect), &format.name).await?;
            format.set_version(version);
            Ok(format)
        }
    })
    .await
}

/// Deletes a custom format and its scores in all profiles, all at once.
pub async fn delete_custom_format(flow: &Flow, by: &By, id: CustomFormatId) -> Result<(), FlowError> {
    change(flow, by, Noun::CustomFormat, |edit| async move {
        let formats = known::<CustomFormat>(&flow.store).await?;
        let format = find(&formats, id.0)?;
        let left: Vec<CustomFormatId> =
            formats.iter().map(|known| known.document.id).filter(|other| *other != id).collect();
        let mut commit = edit.commit().delete::<CustomFormat>(id, format.expected());
        for Known { mut document, version } in known::<QualityProfile>(&flow.store).await? {
            if !document.format_scores.iter().any(|line| line.format_id == id) {
                continue;
            }
            document.format_scores.retain(|line: &FormatScore| line.format_id != id);
            if let Some(problem) = profile_problems(&document, &left).into_iter().next() {
                return Err(FlowError::conflict(
                    format!(
                        "without {:?} the quality profile {:?} does not work: {}",
                        format.document.name, document.name, problem.message
                    ),
                    format!("{} there first", problem.hint),
                ));
            }
            commit = commit
                .put(&document, Expect::Version(version))
                .event(None, changed(Noun::Profile, &document.name));
        }
        edit.keep(commit, &format.document.name).await?;
        Ok(())
    })
    .await
}

/// Takes in formats as Radarr and the TRaSH guides write them, all or none. One of a name that is there replaces it
/// and keeps its scores.
pub async fn import_custom_formats(
    flow: &Flow,
    by: &By,
    request: String,
) -> Result<Vec<CustomFormat>, FlowError> {
    if request.len() > IMPORT_BYTES_MAX {
        return Err(FlowError::invalid(
            format!("the file has {} bytes, and {IMPORT_BYTES_MAX} may come in at a time", request.len()),
            "take in fewer formats at a time",
        ));
    }
    let read = json::read(&request).map_err(|fault| {
        FlowError::invalid(
            fault.to_string(),
            "export it again from Radarr, or take the file of the guides as it is",
        )
    })?;
    save_custom_formats(flow, by, read).await
}

/// Takes in formats, all or none, in one change. One of a name that is there replaces it and keeps its scores.
pub(crate) async fn save_custom_formats(
    flow: &Flow,
    by: &By,
    request: Vec<CustomFormat>,
) -> Result<Vec<CustomFormat>, FlowError> {
    let mut formats: Vec<CustomFormat> = Vec::with_capacity(request.len());
    for format in request {
        let format = tidy(format)?;
        if formats.iter().any(|other| other.name.to_lowercase() == format.name.to_lowercase()) {
            return Err(FlowError::invalid(
                format!("the custom format {:?} is in the file twice", format.name),
                "keep one of them",
            ));
        }
        let guide = |format: &CustomFormat| format.guide.as_ref().map(|guide| guide.trash_id.clone());
        if let Some(id) = guide(&format)
            && let Some(other) = formats.iter().find(|other| guide(other).as_ref() == Some(&id))
        {
            let (one, two) = (&other.name, &format.name);
            return Err(FlowError::invalid(
                format!("the custom formats {one:?} and {two:?} of the file have the same trash_id {id:?}"),
                "keep one of them: a profile of the guides names its formats by this id",
            ));
        }
        formats.push(format);
    }
    change(flow, by, Noun::CustomFormat, |edit| {
        let formats = formats.clone();
        async move { keep_imported(flow, &edit, formats).await }
    })
    .await
}

async fn keep_imported(
    flow: &Flow,
    edit: &Edit<'_>,
    mut formats: Vec<CustomFormat>,
) -> Result<Vec<CustomFormat>, FlowError> {
    let known = known::<CustomFormat>(&flow.store).await?;
    let is_there = |format: &&CustomFormat| {
        known.iter().any(|known| known.document.name.to_lowercase() == format.name.to_lowercase())
    };
    refuse_too_many(known.len() + formats.len() - formats.iter().filter(is_there).count())?;
    let mut commit: Commit = edit.commit();
    for format in &mut formats {
        let name = format.name.to_lowercase();
        let same = known.iter().find(|known| known.document.name.to_lowercase() == name);
        let expect = if let Some(same) = same {
            format.id = same.document.id;
            same.expected()
        } else {
            format.id = CustomFormatId(flow.store.next_id(Collection::CustomFormat).await?);
            Expect::Absent
        };
        commit = commit.put(format, expect);
    }
    let version = edit.keep(commit, &several(formats.iter().map(|format| format.name.as_str()))).await?;
    for format in &mut formats {
        format.set_version(version);
    }
    Ok(formats)
}

/// A custom format as Radarr writes it.
pub async fn export_custom_format(flow: &Flow, id: CustomFormatId) -> Result<String, FlowError> {
    let known = known::<CustomFormat>(&flow.store).await?;
    Ok(json::write(&find(&known, id.0)?.document))
}

fn refuse_too_many(count: usize) -> Result<(), FlowError> {
    edit::refuse_too_many("custom formats", count, FORMATS_MAX, "delete those that no profile gives a score")
}

/// The format as it is kept, if it makes sense.
fn tidy(mut format: CustomFormat) -> Result<CustomFormat, FlowError> {
    format.name = tidy_name(Noun::CustomFormat, &format.name)?;
    if format.conditions.len() > CONDITIONS_MAX {
        let (name, count) = (&format.name, format.conditions.len());
        return Err(FlowError::invalid(
            format!("the custom format {name:?} has {count} conditions, and it may have {CONDITIONS_MAX}"),
            "make several formats of it, or join expressions with |",
        ));
    }
    for (number, condition) in (1..).zip(&mut format.conditions) {
        condition.name = condition.name.trim().to_owned();
        if condition.name.is_empty() {
            condition.name = format!("condition {number}");
        }
        if let Some((message, hint)) = name_fault(&condition.name) {
            let place = format!("custom format {:?}, the {number}. condition", format.name);
            return Err(FlowError::invalid(format!("{place}: {message}"), hint));
        }
        if let Err((message, hint)) = check(condition) {
            let place = format!("custom format {:?}, condition {:?}", format.name, condition.name);
            return Err(FlowError::invalid(format!("{place}: {message}"), hint));
        }
    }
    let (_, errors) = CompiledFormats::compile(std::slice::from_ref(&format));
    match errors.into_iter().next() {
        Some(error) => Err(FlowError::invalid(error.to_string(), "correct the expression")),
        None => Ok(format),
    }
}

/// What is wrong with the name of a condition, and what to do.
fn name_fault(name: &str) -> Option<(String, &'static str)> {
    if name.chars().count() > NAME_CHARS_MAX {
        return Some((format!("its name is longer than {NAME_CHARS_MAX} characters"), "shorten it"));
    }
    let unshowable = name.chars().any(char::is_control);
    unshowable.then(|| (format!("its name {name:?} has characters that can't be shown"), "leave them out"))
}

/// What is wrong with a condition beside its expression, and what to do.
pub(super) fn check(condition: &Condition) -> Result<(), (&'static str, &'static str)> {
    let unknown =
        ("it tests something that this version does not know", "update the older of the two programs");
    let turned = ("the lower bound is above the upper one", "exchange them");
    match &condition.test {
        ConditionTest::Unknown
        | ConditionTest::IndexerFlag { flag: IndexerFlag::Unknown }
        | ConditionTest::QualityModifier { modifier: Modifier::Unknown } => Err(unknown),
        ConditionTest::Language { language: Language::Any, .. } => {
            Err(("no release is in the language Any", "choose a language, or Original"))
        }
        ConditionTest::Size { min_bytes, max_bytes } if min_bytes >= max_bytes => Err(turned),
        ConditionTest::Size { max_bytes, .. } if *max_bytes > SIZE_BYTES_MAX => {
            Err(("no release is larger than 1,000,000 GB", "lower the upper bound"))
        }
        ConditionTest::Year { min, max } if min > max => Err(turned),
        ConditionTest::GroupReputation { min, max } if min > max => Err(turned),
        ConditionTest::GroupReputation { max, .. } if *max > 100 => {
            Err(("a reputation has 0 to 100 points", "lower the upper bound"))
        }
        ConditionTest::ReleaseTitle { pattern }
        | ConditionTest::Edition { pattern }
        | ConditionTest::ReleaseGroup { pattern }
            if pattern.is_empty() =>
        {
            Err(("it has no expression", "write one; an empty one would match everything"))
        }
        ConditionTest::ReleaseTitle { .. }
        | ConditionTest::Edition { .. }
        | ConditionTest::ReleaseGroup { .. }
        | ConditionTest::Language { .. }
        | ConditionTest::IndexerFlag { .. }
        | ConditionTest::Source { .. }
        | ConditionTest::Resolution { .. }
        | ConditionTest::QualityModifier { .. }
        | ConditionTest::Size { .. }
        | ConditionTest::Year { .. }
        | ConditionTest::GroupReputation { .. } => Ok(()),
    }
}
