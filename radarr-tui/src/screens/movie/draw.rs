//! How a movie looks: lines from the top down, with a scroll position.

use radarr_proto::model::{
    Grab, HdrFormat, Language, MediaInfo, MinimumAvailability, MovieFile, MovieStatus, MovieVersion,
    SourcedDate,
};
use radarr_proto::request::MovieDetails;
use ratatui::layout::Rect;

use super::MovieScreen;
use crate::app::step::Context;
use crate::screens::library::state_mark;
use crate::screens::{empty, history, title};
use crate::story;
use crate::text;
use crate::theme::Tone;
use crate::widgets::canvas::{Canvas, split_top, wrap};
use crate::widgets::gauge::gauge;

/// Columns of the names of facts.
const NAME: usize = 13;

/// Parts of one line.
type Parts = Vec<(String, Tone)>;

pub(super) fn draw(screen: &mut MovieScreen, canvas: &mut Canvas, area: Rect, context: &Context) {
    let (head, body) = split_top(area, 1);
    let Some(details) = &screen.details else {
        let name = context.world.library.row(screen.id).map(|row| text::titled(&row.title, row.year));
        title(canvas, head, &name.unwrap_or_else(|| format!("movie {}", screen.id)), "");
        empty(canvas, body, screen.problem.as_ref(), false, "");
        return;
    };
    let facts = &details.movie.facts;
    let row = context.world.library.row(screen.id).unwrap_or(&details.row);
    let (state, tone) = state_mark(row, context.world);
    let wide = usize::from(body.width.saturating_sub(2));
    let lines = lines(screen, details, wide, context);
    screen.lines = (u16::try_from(lines.len()).unwrap_or(u16::MAX), body.height);
    screen.offset = screen.offset.min(screen.lines.0.saturating_sub(body.height));
    let place = if screen.lines.0 > body.height {
        format!("{}-{} of {}", screen.offset + 1, screen.offset + body.height, screen.lines.0)
    } else {
        String::new()
    };
    title(canvas, head, "", &place);
    let name = text::titled(&facts.title, facts.year);
    canvas.texts(head, 1, 0, &[(&name, Tone::Strong), ("  ", Tone::Normal), (&state, tone)]);
    for (y, parts) in (0..body.height).zip(lines.iter().skip(usize::from(screen.offset))) {
        parts.iter().fold(1, |x, (text, tone)| x + canvas.text(body, x, y, text, *tone));
    }
}

fn lines(screen: &MovieScreen, details: &MovieDetails, wide: usize, context: &Context) -> Vec<Parts> {
    let mut lines: Vec<Parts> = Vec::new();
    about(details, wide, context, &mut lines);
    for (at, version) in details.movie.versions.iter().enumerate() {
        let path = details.paths.get(at).map_or("", String::as_str);
        let profile = details.profiles.get(at).map_or("", String::as_str);
        if details.movie.versions.len() > 1 {
            let name = if version.name.is_empty() { "first" } else { &version.name };
            let mark = if version.slot == screen.slot { ", verbs work on this one" } else { "" };
            heading(&mut lines, wide, &format!("version {name}{mark}"));
        } else {
            heading(&mut lines, wide, "file");
        }
        let reputation = details.group_reputations.get(at).copied().flatten();
        of_version(version, (path, profile, reputation), wide, context, &mut lines);
    }
    let mut grabs = context.world.queue.iter().flatten().filter(|grab| grab.movie_id == screen.id).peekable();
    if grabs.peek().is_some() {
        heading(&mut lines, wide, "on its way");
        grabs.for_each(|grab| on_its_way(grab, &mut lines));
    }
    heading(&mut lines, wide, "what happened");
    if screen.events.is_empty() {
        lines.push(vec![("nothing yet".to_owned(), Tone::Dim)]);
    }
    for event in &screen.events {
        lines.push(vec![
            (text::when(event.at, context.zone), Tone::Dim),
            (format!("  {}", text::fit(story::event_word(&event.kind), 12)), history::tone(event)),
            (
                format!(" {}", without_title(&story::event_in_list(&event.kind), &details.movie.facts.title)),
                Tone::Normal,
            ),
        ]);
    }
    lines
}

/// A sentence about this movie need not begin with its title.
fn without_title(sentence: &str, title: &str) -> String {
    sentence.strip_prefix(title).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(sentence).to_owned()
}

fn heading(lines: &mut Vec<Parts>, wide: usize, name: &str) {
    let rule = "─".repeat(wide.saturating_sub(text::width(name) + 4));
    lines.push(vec![
        ("─ ".to_owned(), Tone::Dim),
        (name.to_owned(), Tone::Strong),
        (format!(" {rule}"), Tone::Dim),
    ]);
}

fn fact(lines: &mut Vec<Parts>, wide: usize, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    for (at, part) in wrap(value, wide.saturating_sub(NAME + 1)).into_iter().enumerate() {
        let name = text::fit(if at == 0 { name } else { "" }, NAME);
        lines.push(vec![(format!("{name} "), Tone::Dim), (part, Tone::Normal)]);
    }
}

fn about(details: &MovieDetails, wide: usize, context: &Context, lines: &mut Vec<Parts>) {
    let movie = &details.movie;
    let facts = &movie.facts;
    for line in wrap(&facts.overview, wide) {
        lines.push(vec![(line, Tone::Normal)]);
    }
    let watched = if movie.monitored { "yes" } else { "no" };
    fact(
        lines,
        wide,
        "monitored",
        &format!("{watched}, wanted {}", availability(movie.minimum_availability)),
    );
    fact(lines, wide, "status", status(facts.status));
    for (name, date) in [
        ("in cinemas", &facts.dates.in_cinemas),
        ("digital", &facts.dates.digital),
        ("physical", &facts.dates.physical),
    ] {
        fact(lines, wide, name, &date.as_ref().map_or(String::new(), sourced));
    }
    let original = if facts.original_title == facts.title { "" } else { &facts.original_title };
    fact(lines, wide, "original", original);
    let some = |number: u16, unit: &str| if number == 0 { String::new() } else { format!("{number} {unit}") };
    let parts = [
        some(facts.runtime_minutes, "min"),
        facts.certification.clone().unwrap_or_default(),
        if facts.original_language == Language::Unknown {
            String::new()
        } else {
            facts.original_language.to_string()
        },
        facts.genres.join(", "),
    ];
    fact(
        lines,
        wide,
        "about",
        &parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
    );
    let rating = format!(
        "{}.{} from {} votes at TMDB",
        facts.rating_tenths / 10,
        facts.rating_tenths % 10,
        facts.votes
    );
    fact(lines, wide, "rating", if facts.votes == 0 { "" } else { &rating });
    let names = |credits: &[radarr_proto::model::Credit], most: usize| {
        credits.iter().take(most).map(|credit| credit.name.clone()).collect::<Vec<_>>().join(", ")
    };
    fact(lines, wide, "with", &names(&facts.cast, 5));
    let directors: Vec<_> = facts.crew.iter().filter(|credit| credit.role == "Director").cloned().collect();
    fact(lines, wide, "by", &names(&directors, 3));
    fact(lines, wide, "collection", facts.collection.as_ref().map_or("", |one| one.title.as_str()));
    let imdb = facts.imdb_id.as_ref().map_or(String::new(), |id| format!("   imdb:{id}"));
    fact(lines, wide, "ids", &format!("movie {}   tmdb:{}{imdb}", movie.id, facts.tmdb_id));
    let refreshed = text::age_roughly(context.now, movie.refreshed_at);
    let by = if movie.added_by.is_empty() { String::new() } else { format!(" by {}", movie.added_by) };
    let added = text::when(movie.added_at, context.zone);
    fact(lines, wide, "added", &format!("{added}{by}, TMDB asked {refreshed} ago"));
}

fn availability(from: MinimumAvailability) -> &'static str {
    match from {
        MinimumAvailability::Tba => "at once",
        MinimumAvailability::Announced => "from its announcement on",
        MinimumAvailability::InCinemas => "from cinemas on",
        MinimumAvailability::Released => "from its release on",
        MinimumAvailability::Unknown => "from an unknown time on",
    }
}

fn status(status: MovieStatus) -> &'static str {
    match status {
        MovieStatus::Tba => "planned",
        MovieStatus::Announced => "announced",
        MovieStatus::InCinemas => "in cinemas",
        MovieStatus::Released => "released",
        MovieStatus::Deleted => "TMDB has no entry any more",
        MovieStatus::Unknown => "unknown",
    }
}

/// A date with the place it was taken from.
fn sourced(date: &SourcedDate) -> String {
    let note = if date.note.is_empty() { String::new() } else { format!(", {}", date.note) };
    format!("{} ({}{note})", date.date, date.country)
}

fn of_version(
    version: &MovieVersion,
    (path, profile, reputation): (&str, &str, Option<u8>),
    wide: usize,
    context: &Context,
    lines: &mut Vec<Parts>,
) {
    fact(lines, wide, "profile", profile);
    fact(lines, wide, "folder", path);
    let searched = version
        .last_searched_at
        .map_or("never".to_owned(), |at| format!("{} ago", text::age_roughly(context.now, at)));
    fact(lines, wide, "searched", &searched);
    match &version.file {
        None => fact(lines, wide, "file", "none"),
        Some(file) => of_file(file, reputation, wide, context, lines),
    }
}

fn of_file(file: &MovieFile, reputation: Option<u8>, wide: usize, context: &Context, lines: &mut Vec<Parts>) {
    fact(lines, wide, "file", &file.relative_path);
    let languages: Vec<String> = file.languages.iter().map(ToString::to_string).collect();
    let parts = [
        file.quality.quality.to_string(),
        text::size(file.size_bytes),
        format!("score {:+}", file.stored_score.score),
        languages.join(", "),
        text::group(file.release_group.as_deref(), reputation),
        file.edition.clone().unwrap_or_default(),
    ];
    fact(
        lines,
        wide,
        "quality",
        &parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
    );
    fact(lines, wide, "formats", &file.stored_score.formats.join(", "));
    if let Some(info) = &file.media_info {
        fact(lines, wide, "media", &media(info));
        let audio: Vec<String> = info
            .audio
            .iter()
            .map(|track| {
                let channels = format!("{}.{}", track.channels_tenths / 10, track.channels_tenths % 10);
                let language =
                    if track.language.is_empty() { String::new() } else { format!("{} ", track.language) };
                format!("{language}{} {channels}", track.codec)
            })
            .collect();
        fact(lines, wide, "audio", &audio.join(", "));
        fact(lines, wide, "subtitles", &info.subtitles.join(", "));
    }
    let extras: Vec<&str> = file.extras.iter().map(|extra| extra.relative_path.as_str()).collect();
    fact(lines, wide, "beside it", &extras.join(", "));
    fact(lines, wide, "release", file.scene_name.as_deref().unwrap_or_default());
    fact(lines, wide, "since", &text::when(file.added_at, context.zone));
}

fn media(info: &MediaInfo) -> String {
    let hdr = if info.hdr == HdrFormat::None { String::new() } else { format!(" {:?}", info.hdr) };
    let depth =
        if info.video_bit_depth == 0 { String::new() } else { format!(" {} bit", info.video_bit_depth) };
    let rate = info.frames_per_1000_seconds;
    let frames = if rate == 0 { String::new() } else { format!(", {}.{:03} fps", rate / 1000, rate % 1000) };
    let length = text::span(u64::from(info.duration_seconds));
    format!("{}x{} {}{depth}{hdr}{frames}, {length}", info.width, info.height, info.video_codec)
}

fn on_its_way(grab: &Grab, lines: &mut Vec<Parts>) {
    let progress = &grab.progress;
    let eta = progress.eta_seconds.map_or(String::new(), |eta| format!(", {} to go", text::span(eta)));
    lines.push(vec![
        (format!("{}  ", gauge(progress.percent(), 20)), Tone::Accent),
        (story::grab_state(&grab.state).to_owned(), Tone::Strong),
        (format!("  {}/s{eta}", text::size(progress.speed_bytes)), Tone::Normal),
    ]);
    lines.push(vec![(format!("  {}", grab.release.title), Tone::Dim)]);
    if let Some(note) = story::grab_note(grab) {
        lines.push(vec![(format!("  {note}"), Tone::Warn)]);
    }
}
