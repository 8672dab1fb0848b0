//! A custom format tried on a release name before it is saved.

use radarr_proto::model::{Condition, CustomFormat, Language};
use radarr_proto::request::{ConditionTested, FormatTested, TestFormat};

use super::custom_formats::{CONDITIONS_MAX, check};
use crate::domain::custom_format::{CompiledFormats, FormatInput};
use crate::domain::decide::candidate::languages;
use crate::domain::parse::parse_release;
use crate::flow::explain::named_release;
use crate::flow::{Flow, FlowError};

/// A longer name is no name of a release.
const NAME_BYTES_MAX: usize = 10 * 1024;

/// What each condition and the whole say of the name. A condition that can't be used says why; the others are tried all
/// the same.
pub async fn test_custom_format(flow: &Flow, request: TestFormat) -> Result<FormatTested, FlowError> {
    if request.name.len() > NAME_BYTES_MAX || request.format.conditions.len() > CONDITIONS_MAX {
        return Err(FlowError::invalid(
            format!("a name may have {NAME_BYTES_MAX} bytes, and a format {CONDITIONS_MAX} conditions"),
            "shorten it",
        ));
    }
    let reputation = |group: Option<&str>| flow.groups.score(group);
    Ok(tested(&request, reputation))
}

fn tested(request: &TestFormat, reputation: impl Fn(Option<&str>) -> Option<u8>) -> FormatTested {
    let parsed = parse_release(&request.name);
    let release = named_release(&request.name, request.size_bytes);
    let languages = languages(&release, &parsed, Language::Unknown, &[]);
    let input = FormatInput::of_release(&release, &parsed, &languages, None)
        .with_reputation(reputation(parsed.release_group.as_deref()));
    let try_out = |condition: &Condition| {
        if let Err((message, hint)) = check(condition) {
            return ConditionTested { met: false, fault: Some(format!("{message}; {hint}")) };
        }
        // Alone it is met or not, whether it is required or not.
        let alone = CustomFormat { conditions: vec![condition.clone()], ..request.format.clone() };
        let (compiled, faults) = CompiledFormats::compile(std::slice::from_ref(&alone));
        match faults.into_iter().next() {
            Some(fault) => ConditionTested { met: false, fault: Some(fault.source.to_string()) },
            None => ConditionTested { met: !compiled.matching(&input).is_empty(), fault: None },
        }
    };
    let conditions: Vec<ConditionTested> = request.format.conditions.iter().map(try_out).collect();
    let (compiled, _) = CompiledFormats::compile(std::slice::from_ref(&request.format));
    let can_be_used = conditions.iter().all(|condition| condition.fault.is_none());
    FormatTested { matches: can_be_used && !compiled.matching(&input).is_empty(), conditions }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{ConditionTest, CustomFormatId, DocVersion};

    use super::*;

    fn condition(test: ConditionTest, required: bool, negate: bool) -> Condition {
        Condition { name: String::new(), required, negate, test }
    }

    fn title(pattern: &str) -> ConditionTest {
        ConditionTest::ReleaseTitle { pattern: pattern.to_owned() }
    }

    #[track_caller]
    fn check_on(conditions: Vec<Condition>, want: &[&str], matches: bool) {
        let format = CustomFormat {
            doc_version: DocVersion(0),
            id: CustomFormatId(0),
            name: String::new(),
            include_when_renaming: false,
            conditions,
            guide: None,
        };
        let name = "Heat.1995.2160p.UHD.BluRay.x265.HDR-GRP".to_owned();
        let got = tested(&TestFormat { format, name, size_bytes: 0 }, |group| group.map(|_| 70));
        let words: Vec<&str> = got
            .conditions
            .iter()
            .map(|one| match (&one.fault, one.met) {
                (Some(_), _) => "fault",
                (None, true) => "met",
                (None, false) => "not",
            })
            .collect();
        assert_eq!((words.as_slice(), got.matches), (want, matches), "{got:?}");
    }

    #[test]
    fn each_condition_and_the_whole_are_told() {
        check_on(vec![], &[], true);
        check_on(
            vec![condition(title("hdr"), false, false), condition(title("dv"), false, false)],
            &["met", "not"],
            true,
        );
        check_on(
            vec![condition(title("hdr"), false, false), condition(title("dv"), true, false)],
            &["met", "not"],
            false,
        );
        check_on(vec![condition(title("hdr"), false, true)], &["not"], false);
        check_on(
            vec![condition(ConditionTest::Resolution { resolution: 2160 }, true, false)],
            &["met"],
            true,
        );
        check_on(
            vec![condition(ConditionTest::GroupReputation { min: 60, max: 80 }, false, false)],
            &["met"],
            true,
        );
    }

    #[test]
    fn what_can_not_be_used_says_why_and_the_others_are_tried_all_the_same() {
        check_on(
            vec![condition(title("("), false, false), condition(title("hdr"), false, false)],
            &["fault", "met"],
            false,
        );
        check_on(vec![condition(title(""), false, false)], &["fault"], false);
        check_on(
            vec![condition(ConditionTest::Year { min: 2000, max: 1990 }, false, false)],
            &["fault"],
            false,
        );
    }
}
