//! How the list of releases looks.

use radarr_proto::model::{Decision, IndexerFlag, Judgement, RuleOutcome};
use ratatui::layout::Rect;

use super::{DetailPane, ReleasesScreen, Shown, detail};
use crate::app::step::Context;
use crate::screens::{empty, title};
use crate::text;
use crate::theme::Tone;
use crate::widgets::canvas::{Canvas, split_left, split_top};
use crate::widgets::table::{self, Cell, Column, toned};

const COLUMNS: &[Column] = &[
    Column::exactly("verdict", 8),
    Column::exactly("quality", 14),
    Column::exactly("size", 7).right(),
    Column::exactly("score", 6).right(),
    Column::exactly("seed", 5).right().from(52),
    Column::exactly("age", 4).right().from(58),
    Column::exactly("flags", 5).from(64),
    Column::share("release", 1),
    Column::exactly("indexer", 10).from(130),
];

/// From this width on there is room for whole names; below, the front that all have in common would fill it.
const WHOLE_NAMES_FROM: u16 = 110;

/// From this width on the verdicts stand beside the list rather than below it.
const BESIDE_FROM: u16 = 160;

pub(super) fn draw(screen: &mut ReleasesScreen, canvas: &mut Canvas, area: Rect, context: &Context) {
    let (head, body) = split_top(area, 1);
    let row = context.world.library.row(screen.movie_id);
    let name =
        row.map_or_else(|| format!("movie {}", screen.movie_id), |row| text::titled(&row.title, row.year));
    let version = if screen.slot.0 == 0 { String::new() } else { format!(", version {}", screen.slot.0) };
    let search = context.world.search(screen.movie_id, screen.slot);
    let right = match (screen.searching, search) {
        (Some((_, since)), _) => {
            format!("asking the indexers, {} … esc ends it", text::age(context.now, since))
        }
        (None, Some(search)) => {
            let accepted = search.decisions.iter().filter(|one| one.judgement == Judgement::Accepted).count();
            let shown = match screen.shown {
                Shown::All => "",
                Shown::Accepted => ", only accepted",
                Shown::Refused => ", only refused",
            };
            let all = text::count(search.decisions.len() as u64, "release");
            format!("{all}, {accepted} accepted{shown}, {} ago", text::age_roughly(context.now, search.at))
        }
        (None, None) => String::new(),
    };
    title(canvas, head, &format!("releases of {name}{version}"), &right);
    if screen.view.is_empty() {
        let problem = screen.problem.as_ref();
        let nothing = match (screen.searching, search.map(|search| search.decisions.is_empty())) {
            (Some(_), _) => "The indexers are being asked. esc ends the search.",
            (None, Some(true)) => "The indexers know no release of it. i asks again.",
            (None, Some(false)) => "None of this kind. f shows others.",
            (None, None) => "i asks the indexers.",
        };
        empty(canvas, body, problem, true, nothing);
        return;
    }
    let body = match &screen.problem {
        // The last search stays readable below what went wrong with the new one.
        Some(problem) => {
            let room = Rect { x: body.x.saturating_add(1), width: body.width.saturating_sub(2), ..body };
            let used = canvas.wrapped(room, 0, &problem.message, Tone::Bad);
            let hint =
                problem.hint.as_deref().map_or(0, |hint| canvas.wrapped(room, used, hint, Tone::Normal));
            split_top(body, used + hint).1
        }
        None => body,
    };
    let (list, pane) = match screen.pane {
        DetailPane::None => (body, Rect::ZERO),
        DetailPane::Half if body.width >= BESIDE_FROM => split_left(body, body.width * 3 / 5),
        DetailPane::Half => split_top(body, body.height / 2),
    };
    let found = screen.found(context);
    let view = &screen.view;
    let shown = || view.iter().filter_map(|at| found.get(*at)).map(|one| one.release.title.as_str());
    let front = if list.width < WHOLE_NAMES_FROM { common_front(shown()) } else { "" };
    table::draw(canvas, list, COLUMNS, &mut screen.selection, view.len(), |at| {
        view.get(at).and_then(|at| found.get(*at)).map(|one| line(one, front, context)).unwrap_or_default()
    });
    if let Some(decision) = screen.selected(context).filter(|_| pane.height > 0) {
        let at = found.iter().position(|other| std::ptr::eq(other, decision));
        let better = at.and_then(|at| at.checked_sub(1)).and_then(|at| found.get(at));
        detail::draw((decision, better), &mut screen.pane_offset, canvas, pane, body.width >= BESIDE_FROM);
    }
}

/// What all names begin with, up to the end of a word: the movie's title, mostly.
fn common_front<'a>(mut names: impl Iterator<Item = &'a str>) -> &'a str {
    let Some(first) = names.next() else { return "" };
    let mut others = 0;
    let common = names.fold(first, |common, name| {
        others += 1;
        let alike = |ours: char, theirs: char| ours == theirs || (is_gap(ours) && is_gap(theirs));
        let same = common.char_indices().zip(name.chars()).take_while(|((_, a), b)| alike(*a, *b));
        let end = same.last().map_or(0, |((at, letter), _)| at + letter.len_utf8());
        common.get(..end).unwrap_or_default()
    });
    if others == 0 {
        return "";
    }
    let end = common.rfind(is_gap).map_or(0, |at| at + 1);
    common.get(..end).unwrap_or_default()
}

/// Whether it stands between two words of a name. Indexers write one for another.
fn is_gap(letter: char) -> bool {
    matches!(letter, '.' | ' ' | '_')
}

/// The word for a judgement, and how it looks.
pub(super) fn verdict(judgement: Judgement) -> (&'static str, Tone) {
    match judgement {
        Judgement::Accepted => ("accepted", Tone::Good),
        Judgement::Delayed => ("delayed", Tone::Warn),
        Judgement::Rejected => ("refused", Tone::Bad),
        Judgement::Unknown => ("?", Tone::Dim),
    }
}

/// The first reason against a release.
pub(super) fn first_reason(decision: &Decision) -> Option<&str> {
    decision.verdicts.iter().find_map(|verdict| match &verdict.outcome {
        RuleOutcome::Reject { message, .. } => Some(message.as_str()),
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
    })
}

/// Flags as letters: F freeleech, H half leech, I internal, X exclusive, S scene, N nuked.
pub(super) fn flags(flags: &[IndexerFlag]) -> String {
    flags
        .iter()
        .map(|flag| match flag {
            IndexerFlag::Freeleech => 'F',
            IndexerFlag::Halfleech | IndexerFlag::Freeleech75 | IndexerFlag::Freeleech25 => 'H',
            IndexerFlag::DoubleUpload => 'D',
            IndexerFlag::Internal => 'I',
            IndexerFlag::Exclusive => 'X',
            IndexerFlag::Scene => 'S',
            IndexerFlag::Nuked => 'N',
            IndexerFlag::PtpGolden | IndexerFlag::PtpApproved => 'P',
            IndexerFlag::Unknown => '?',
        })
        .collect()
}

/// A flag in words, where there is room for them.
pub(super) fn flag_word(flag: IndexerFlag) -> &'static str {
    match flag {
        IndexerFlag::Freeleech => "freeleech",
        IndexerFlag::Halfleech => "half leech",
        IndexerFlag::Freeleech75 => "75 % freeleech",
        IndexerFlag::Freeleech25 => "25 % freeleech",
        IndexerFlag::DoubleUpload => "double upload",
        IndexerFlag::Internal => "internal",
        IndexerFlag::Exclusive => "exclusive",
        IndexerFlag::Scene => "scene",
        IndexerFlag::Nuked => "nuked",
        IndexerFlag::PtpGolden => "golden",
        IndexerFlag::PtpApproved => "approved",
        IndexerFlag::Unknown => "a flag that only a newer client knows",
    }
}

/// A line; of its name the front that all have is left out.
fn line<'a>(decision: &'a Decision, front: &str, context: &Context) -> Vec<Cell<'a>> {
    let release = &decision.release;
    let (word, tone) = verdict(decision.judgement);
    let faint = if decision.judgement == Judgement::Accepted { Tone::Normal } else { Tone::Dim };
    vec![
        toned(word, tone),
        toned(decision.quality().quality.name(), faint),
        toned(text::size_short(release.size_bytes), faint),
        toned(format!("{:+}", decision.custom_format_score), faint),
        toned(release.seeders.map_or("-".to_owned(), |seeders| seeders.to_string()), faint),
        toned(release.published_at.map_or("-".to_owned(), |at| text::age_roughly(context.now, at)), faint),
        toned(flags(&release.flags), Tone::Accent),
        // All have this front, up to the kind of gap, and a gap is one byte.
        match release.title.get(front.len()..) {
            Some(rest) if !front.is_empty() => toned(format!("…{rest}"), faint),
            _ => toned(release.title.as_str(), faint),
        },
        toned(release.indexer.as_str(), Tone::Dim),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_names_begin_with_ends_with_a_word() {
        let check = |names: &[&str], want: &str| assert_eq!(common_front(names.iter().copied()), want);
        check(
            &["The.General.1926.1080p.BluRay-A", "The.General.1926.1080p.WEB-B"],
            "The.General.1926.1080p.",
        );
        check(&["The.General.1926-A", "The.General.1926.REMUX-A"], "The.General.");
        check(&["Élan 2001 x", "Élan 2002 x"], "Élan ");
        check(&["Charade 1963 1080p-A", "Charade.1963.720p-B"], "Charade 1963 ");
        check(&["Heat.1995"], "");
        check(&["Heat.1995", "Ronin.1998"], "");
        check(&[], "");
    }
}
