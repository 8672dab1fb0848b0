//! Why a release stands where it stands: each rule with the numbers it used and what would change it, and the
//! comparison that put it before the next one.

use radarr_proto::model::{Comparison, Decision, Judgement, Permanence, RuleOutcome, RuleVerdict};
use ratatui::layout::Rect;

use super::draw::{first_reason, flag_word, verdict};
use crate::text;
use crate::theme::Tone;
use crate::widgets::canvas::{Canvas, wrap};

/// Lines of text with their meanings.
type Lines = Vec<(String, Tone)>;

/// A release, with the one that stands before it.
type Shown<'a> = (&'a Decision, Option<&'a Decision>);

pub(super) fn draw(shown: Shown, offset: &mut u16, canvas: &mut Canvas, area: Rect, beside: bool) {
    // Its first line says how much there is: as a rule where it stands below the list.
    let height = area.height.saturating_sub(1);
    let (x, taken) = if beside { (2, 2) } else { (1, 2) };
    let room =
        Rect { x: area.x + x, width: area.width.saturating_sub(taken), y: area.y.saturating_add(1), height };
    if beside {
        for y in 0..area.height {
            canvas.text(area, 0, y, "│", Tone::Dim);
        }
        canvas.text(area, 2, 0, "why", Tone::Strong);
    } else {
        canvas.rule(area, 0, "why");
    }
    let lines = lines(shown, usize::from(room.width));
    let most = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(room.height);
    *offset = (*offset).min(most);
    for (y, (text, tone)) in (0..room.height).zip(lines.iter().skip(usize::from(*offset))) {
        canvas.text(room, 0, y, text, *tone);
    }
    if most > 0 {
        canvas.right(area, 0, &format!(" J K scroll, {} more ", most.saturating_sub(*offset)), Tone::Dim);
    }
}

fn lines((decision, better): Shown, wide: usize) -> Lines {
    let mut lines: Lines = Vec::new();
    let mut say =
        |text: &str, tone: Tone| lines.extend(wrap(text, wide).into_iter().map(|line| (line, tone)));
    say(&decision.release.title, Tone::Strong);
    let (word, tone) = verdict(decision.judgement);
    say(&first_reason(decision).map_or_else(|| word.to_owned(), |reason| format!("{word}: {reason}")), tone);
    if let Some(ranked) = &decision.ranked_by {
        let by = comparison(ranked.comparison);
        say(&format!("before the next one by {by}: {} against {}", ranked.ours, ranked.theirs), Tone::Accent);
    }
    let may_be_taken = matches!(decision.judgement, Judgement::Accepted | Judgement::Delayed);
    if let Some(ranked) = better.and_then(|better| better.ranked_by.as_ref()).filter(|_| may_be_taken) {
        let by = comparison(ranked.comparison);
        say(&format!("behind the one above by {by}: {} against {}", ranked.theirs, ranked.ours), Tone::Warn);
    }
    let release = &decision.release;
    let languages: Vec<String> = decision.languages.iter().map(ToString::to_string).collect();
    let facts = [
        decision.quality().quality.to_string(),
        languages.join(", "),
        text::size(release.size_bytes),
        release.peers.map_or(String::new(), |peers| format!("{peers} peers")),
        text::group(decision.parsed.release_group.as_deref(), decision.group_reputation),
        decision.parsed.edition.clone().unwrap_or_default(),
        release.flags.iter().map(|flag| flag_word(*flag)).collect::<Vec<_>>().join(", "),
        format!("{} {}", release.indexer, release.guid),
    ];
    say(&facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · "), Tone::Dim);
    if !decision.custom_formats.is_empty() {
        let formats = decision.custom_formats.join(", ");
        say(&format!("formats {:+}: {formats}", decision.custom_format_score), Tone::Normal);
    }
    if let Some(other) = release.other_title.as_ref().filter(|other| **other != release.title) {
        say(&format!("also named {other}"), Tone::Dim);
    }
    say("", Tone::Normal);
    let counted = |wanted: fn(&RuleOutcome) -> bool| {
        decision.verdicts.iter().filter(|verdict| wanted(&verdict.outcome)).count()
    };
    let passed = counted(|outcome| *outcome == RuleOutcome::Pass);
    let refused = decision.verdicts.iter().filter(|verdict| verdict.is_reject()).count();
    let others = decision.verdicts.len() - passed - refused;
    say(
        &format!("{} passed, {refused} refused, {others} not applicable", text::count(passed as u64, "rule")),
        Tone::Strong,
    );
    // What refuses comes first, what does not concern it last.
    let order = |verdict: &&RuleVerdict| match verdict.outcome {
        RuleOutcome::Reject { .. } => 0,
        RuleOutcome::Pass => 1,
        RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => 2,
    };
    let mut verdicts: Vec<&RuleVerdict> = decision.verdicts.iter().collect();
    verdicts.sort_by_key(order);
    for verdict in verdicts {
        of_rule(verdict, wide, &mut lines);
    }
    lines
}

fn of_rule(verdict: &RuleVerdict, wide: usize, lines: &mut Lines) {
    let looked: Vec<String> =
        verdict.looked.iter().map(|looked| format!("{} {}", looked.at, looked.value)).collect();
    let looked = looked.join(", ");
    let (mark, tone, why) = match &verdict.outcome {
        RuleOutcome::Pass => ("pass", Tone::Good, ""),
        RuleOutcome::NotApplicable { because } => ("-   ", Tone::Dim, because.as_str()),
        RuleOutcome::Reject { message, permanence: Permanence::Temporary, .. } => {
            ("wait", Tone::Warn, message.as_str())
        }
        RuleOutcome::Reject { message, .. } => ("FAIL", Tone::Bad, message.as_str()),
        RuleOutcome::Unknown => ("?   ", Tone::Dim, ""),
    };
    let parts: Vec<&str> = [why, &looked].into_iter().filter(|part| !part.is_empty()).collect();
    let line = format!("{}  {}", spaced(&verdict.rule), parts.join("; "));
    // Beside the mark, which takes five columns, in all of its lines.
    let beside = wide.saturating_sub(5);
    let marks = std::iter::once(mark).chain(std::iter::repeat("    "));
    let told = marks.zip(wrap(line.trim_end(), beside));
    lines.extend(told.map(|(mark, line)| (format!("{mark} {line}"), tone)));
    if let RuleOutcome::Reject { remedy: Some(remedy), .. } = &verdict.outcome {
        let rest = wrap(&format!("to change that: {remedy}"), beside);
        lines.extend(rest.into_iter().map(|line| (format!("     {line}"), Tone::Normal)));
    }
}

/// `AcceptableSize` as people write it: `acceptable size`.
fn spaced(rule: &str) -> String {
    let mut out = String::new();
    for character in rule.chars() {
        if character.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(character.to_lowercase());
    }
    out
}

fn comparison(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Quality => "quality",
        Comparison::Revision => "revision",
        Comparison::CustomFormatScore => "custom format score",
        Comparison::Protocol => "protocol",
        Comparison::IndexerPriority => "the indexer's priority",
        Comparison::IndexerFlags => "flags",
        Comparison::GroupReputation => "the group's reputation",
        Comparison::Seeders => "seeders",
        Comparison::Peers => "peers",
        Comparison::Age => "age",
        Comparison::Size => "size",
        Comparison::Order => "the order in which they came",
        Comparison::Unknown => "something that only a newer client knows",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_says_stays_in_its_room_at_any_width() {
        let verdict = RuleVerdict {
            rule: "UpgradeAllowed".into(),
            outcome: RuleOutcome::Reject {
                reason: "UpgradesNotAllowed".into(),
                message: "it is better than the file, but the profile HD-1080p allows no upgrades".into(),
                permanence: Permanence::Permanent,
                remedy: Some("allow upgrades in the profile".into()),
            },
            looked: Vec::new(),
        };
        for wide in 20..120 {
            let mut lines = Vec::new();
            of_rule(&verdict, wide, &mut lines);
            for (line, _) in lines {
                assert!(text::width(&line) <= wide, "{wide}: {line}");
            }
        }
    }
}
