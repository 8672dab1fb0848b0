//! Plays the daemon and the user.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use radarr_proto::client::Greeting;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{ConditionTest, Cursor, Event as LogEvent, MovieRow, Principal, Role, TestResult};
use radarr_proto::request::{
    ConditionTested, DeletedMovie, EventBatch, Explanation, FormatTested, HistoryPage, MoviePage,
    NamingPreview, RenamePreview, RenamedFolder, RenamedName, WantedPage,
};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use crate::app::ask::{Answer, Ask, Heard, Problem, Topic};
use crate::app::draw;
use crate::app::effects::Effect;
use crate::app::event::{Event, Since};
use crate::app::state::State;
use crate::app::update::update;
use crate::screens::samples;
use crate::theme::Theme;

/// What the played daemon has and how it behaves.
pub(super) struct Driver {
    pub(super) state: State,
    /// The rows of its library.
    pub(super) rows: Vec<MovieRow>,
    /// Nothing is set up.
    pub(super) bare: bool,
    /// Questions that are not answered until [`Driver::answer_held`].
    pub(super) hold: fn(&Ask) -> bool,
    /// Questions that fail.
    pub(super) fail: fn(&Ask) -> bool,
    /// Effects that were held back.
    pub(super) held: Vec<Effect>,
    /// All questions asked so far.
    pub(super) asked: Vec<Ask>,
    /// The TUI wanted to end.
    pub(super) quit: bool,
}

impl Driver {
    /// A TUI that is connected to a daemon with a small library.
    pub(super) fn connected() -> Self {
        let mut driver = Self::unconnected();
        driver.connect(Role::Admin);
        driver
    }

    /// A TUI before it is connected.
    pub(super) fn unconnected() -> Self {
        Self {
            state: State::new(samples::now(), TimeZone::UTC),
            rows: samples::rows(),
            bare: false,
            hold: |_| false,
            fail: |_| false,
            held: Vec::new(),
            asked: Vec::new(),
            quit: false,
        }
    }

    pub(super) fn connect(&mut self, role: Role) {
        self.event(Event::Connected(Self::greeting(role), Since::Anew));
    }

    /// What the daemon says of itself and of us.
    pub(super) fn greeting(role: Role) -> Greeting {
        Greeting {
            principal: Principal { name: "user:me".to_owned(), role },
            software: "radarr-daemon/0.1.0".to_owned(),
            features: Vec::new(),
        }
    }

    /// Lets something happen, and plays the daemon until nothing is asked any more.
    pub(super) fn event(&mut self, event: Event) {
        let mut effects = update(&mut self.state, event, samples::now());
        while !effects.is_empty() {
            let mut more = Vec::new();
            for effect in effects {
                match effect {
                    Effect::Ask(ticket, ask, pause) => {
                        self.asked.push(ask.clone());
                        if (self.hold)(&ask) {
                            self.held.push(Effect::Ask(ticket, ask, pause));
                            continue;
                        }
                        let answer = self.answer(&ask);
                        more.extend(update(&mut self.state, Event::Answered(ticket, answer), samples::now()));
                    }
                    Effect::Drop(ticket) => {
                        self.held.retain(|held| !matches!(held, Effect::Ask(held, ..) if *held == ticket));
                    }
                    Effect::Quit => self.quit = true,
                    Effect::Suspend | Effect::Repaint => {}
                }
            }
            effects = more;
        }
    }

    /// Answers what was held back.
    pub(super) fn answer_held(&mut self) {
        for held in std::mem::take(&mut self.held) {
            if let Effect::Ask(ticket, ask, _) = held {
                let answer = self.answer(&ask);
                self.event(Event::Answered(ticket, answer));
            }
        }
    }

    /// Refuses what was held back.
    pub(super) fn refuse_held(&mut self, problem: &Problem) {
        for held in std::mem::take(&mut self.held) {
            if let Effect::Ask(ticket, ..) = held {
                self.event(Event::Answered(ticket, Err(problem.clone())));
            }
        }
    }

    /// An event of the daemon's log.
    pub(super) fn happens(&mut self, event: LogEvent) {
        let cursor = event.cursor;
        self.event(Event::Happened(EventBatch { events: vec![event], cursor, gap: false }));
    }

    /// Presses keys by their names: `j`, `ctrl-d`, `enter`.
    pub(super) fn press(&mut self, keys: &[&str]) {
        for name in keys {
            self.event(Event::Key(key(name)));
        }
    }

    /// Types a text.
    pub(super) fn types(&mut self, text: &str) {
        for character in text.chars() {
            self.event(Event::Key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE)));
        }
    }

    fn answer(&self, ask: &Ask) -> Result<Answer, Problem> {
        if (self.fail)(ask) {
            return Err(Problem::new(
                "HDBits does not answer (time-out after 20 s)",
                Some("it is tried again in 5 min"),
            ));
        }
        let done = |what: &str| Ok(Answer::Done(what.to_owned()));
        Ok(match ask {
            Ask::Rows { offset } => {
                let rows: Vec<MovieRow> = if self.bare { Vec::new() } else { self.rows.clone() };
                let total = rows.len() as u64;
                let from = usize::try_from(*offset).unwrap();
                let rows = rows.into_iter().skip(from).take(2000).collect();
                Answer::Rows { offset: *offset, page: MoviePage { rows, total, cursor: Cursor(30) } }
            }
            Ask::Row(id) => {
                Answer::Row(*id, self.rows.iter().find(|row| row.id == *id).cloned().map(Box::new))
            }
            Ask::Topic(topic) => Answer::Heard(*topic, self.hear(*topic)),
            Ask::Movie(_) => Answer::Movie(Box::new(samples::details())),
            Ask::History(query) => {
                let events = samples::events();
                let of_it = |event: &LogEvent| query.movie_id.is_none() || event.movie_id == query.movie_id;
                Answer::History(HistoryPage {
                    events: events.into_iter().filter(of_it).collect(),
                    next_before: None,
                })
            }
            Ask::Releases(_) => Answer::Releases(samples::decisions()),
            Ask::Explain(request) => Answer::Explained(Box::new(Explanation {
                decision: samples::decisions().remove(0),
                decided_at: None,
                sentences: vec![
                    format!("{} may be taken: no rule is against it.", request.release),
                    "It stands before Nosferatu.1922.DVDRip-GRP by quality: Bluray-1080p against DVD."
                        .to_owned(),
                ],
                remedies: Vec::new(),
            })),
            Ask::Group(name) => {
                let group = samples::groups().into_iter().find(|one| one.group.eq_ignore_ascii_case(name));
                let Some(group) = group else {
                    let message = format!("no indexer listed anything of {name}");
                    return Err(Problem { message, hint: None, code: Some(ErrorCode::NotFound) });
                };
                Answer::Group(Box::new(group))
            }
            Ask::TestFormat(request) => {
                let fault = |pattern: &str| (pattern == "(").then(|| "at 1: ( is never closed".to_owned());
                let tested = request.format.conditions.iter().map(|condition| match &condition.test {
                    ConditionTest::ReleaseTitle { pattern } => ConditionTested {
                        met: request.name.contains(pattern.trim_matches(['\\', 'b'])) != condition.negate,
                        fault: fault(pattern),
                    },
                    _ => ConditionTested::default(),
                });
                let conditions: Vec<ConditionTested> = tested.collect();
                Answer::FormatTested(FormatTested {
                    matches: conditions.iter().all(|one| one.met && one.fault.is_none()),
                    conditions,
                })
            }
            Ask::Lookup(_) => Answer::Hits(samples::hits()),
            Ask::Delete(request) => Answer::Deleted(DeletedMovie {
                title: "Nosferatu (1922)".to_owned(),
                files: if request.delete_files {
                    vec!["/movies/Nosferatu (1922)/Nosferatu.mkv".to_owned()]
                } else {
                    Vec::new()
                },
                recycled_to: Some("/movies/.recycle".to_owned()),
                preview: request.preview,
            }),
            Ask::PreviewRename(id) => Answer::Renames(RenamePreview {
                id: *id,
                title: "Nosferatu (1922)".to_owned(),
                files: vec![RenamedName {
                    folder: "/movies/Nosferatu (1922)".to_owned(),
                    from: "Nosferatu.mkv".to_owned(),
                    to: "Nosferatu (1922) Bluray-1080p.mkv".to_owned(),
                    ..RenamedName::default()
                }],
                folders: vec![RenamedFolder {
                    root: "/movies".to_owned(),
                    from: "Nosferatu (1922)".to_owned(),
                    to: "1922/Nosferatu".to_owned(),
                    ..RenamedFolder::default()
                }],
                state: "1f".to_owned(),
            }),
            Ask::TestTmdb(_) | Ask::TestClient(_) => {
                Answer::Tested(TestResult { ok: true, message: "it answers".to_owned(), hint: None })
            }
            Ask::TestIndexer(_) => Answer::Tested(TestResult {
                ok: false,
                message: "HDBits refused the passkey (HTTP 403)".to_owned(),
                hint: Some("copy it again from your profile".to_owned()),
            }),
            Ask::PreviewNaming(settings) => Answer::Naming(vec![NamingPreview {
                movie: "Nosferatu".to_owned(),
                folder: "Nosferatu (1922)".to_owned(),
                file: format!("{}.mkv", settings.file_format),
            }]),
            _ => return done("done"),
        })
    }

    fn hear(&self, topic: Topic) -> Heard {
        let some = |there: bool| there && !self.bare;
        let wanted = |rows: Vec<MovieRow>| WantedPage { total: rows.len() as u64, rows };
        match topic {
            Topic::Queue => Heard::Queue(if some(true) { samples::queue() } else { Vec::new() }),
            Topic::Health => Heard::Health(if some(true) { samples::health() } else { Vec::new() }),
            Topic::Rows | Topic::Status => {
                let mut status = samples::status();
                if self.bare {
                    status.movies = 0;
                    status.not_set_up = ["root", "tmdb", "indexer", "client"].map(str::to_owned).to_vec();
                }
                Heard::Status(Box::new(status))
            }
            Topic::Jobs => Heard::Jobs(samples::jobs()),
            Topic::Schedule => Heard::Schedule(samples::schedule()),
            Topic::Profiles => Heard::Profiles(vec![samples::profile()]),
            Topic::Roots => Heard::Roots(if some(true) { vec![samples::root()] } else { Vec::new() }),
            Topic::Indexers => {
                Heard::Indexers(if some(true) { vec![samples::indexer()] } else { Vec::new() })
            }
            Topic::Clients => Heard::Clients(if some(true) { vec![samples::client()] } else { Vec::new() }),
            Topic::Tmdb => Heard::Tmdb(samples::tmdb()),
            Topic::Naming => Heard::Naming(samples::naming()),
            Topic::Library => Heard::Library(samples::library_settings()),
            Topic::Blocklist => Heard::Blocklist(vec![samples::blocked()]),
            Topic::Missing => {
                Heard::Missing(wanted(vec![samples::rows().remove(6), samples::rows().remove(2)]))
            }
            Topic::CutoffUnmet => Heard::CutoffUnmet(wanted(vec![samples::rows().remove(1)])),
            Topic::CustomFormats => Heard::CustomFormats(samples::custom_formats()),
            Topic::Groups => Heard::Groups(if some(true) { samples::groups() } else { Vec::new() }),
            Topic::Config => Heard::Config("[http]\nlisten = \"127.0.0.1:7878\"\n".to_owned()),
            Topic::Managed => Heard::Managed(if some(true) { samples::managed() } else { Vec::new() }),
        }
    }

    /// Draws a frame.
    pub(super) fn frame(&mut self, wide: u16, high: u16) -> (Buffer, Option<Position>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, wide, high));
        let cursor = draw::draw(&mut self.state, &mut buffer, Theme::Colours);
        (buffer, cursor)
    }

    /// The text on the screen.
    pub(super) fn screen(&mut self, wide: u16, high: u16) -> String {
        text(&self.frame(wide, high).0)
    }

    /// The text on the screen and below it which cells look other than plain.
    pub(super) fn screen_with_styles(&mut self, wide: u16, high: u16) -> String {
        let (buffer, cursor) = self.frame(wide, high);
        let cursor = cursor.map_or(String::new(), |at| format!("cursor {},{}\n", at.x, at.y));
        format!("{}{cursor}--- styles\n{}", text(&buffer), styles(&buffer))
    }
}

/// The key of that name.
pub(super) fn key(name: &str) -> KeyEvent {
    let (modifiers, rest) = match name.strip_prefix("ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, name),
    };
    let code = match rest {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "backspace" => KeyCode::Backspace,
        "del" => KeyCode::Delete,
        "space" => KeyCode::Char(' '),
        "f1" => KeyCode::F(1),
        "f5" => KeyCode::F(5),
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer.cell((x, y)).unwrap().symbol();
            skip = crate::text::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn styles(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut runs: Vec<(u16, u16, String)> = Vec::new();
        for x in 0..buffer.area.width {
            let style = name(buffer.cell((x, y)).unwrap().style());
            match runs.last_mut() {
                Some((_, end, last)) if *end == x && *last == style => *end = x + 1,
                _ => runs.push((x, x + 1, style)),
            }
        }
        let shown: Vec<String> = runs
            .into_iter()
            .filter(|(_, _, style)| !style.is_empty())
            .map(|(start, end, style)| format!("{start}-{} {style}", end - 1))
            .collect();
        if !shown.is_empty() {
            out.push_str(&format!("{y}: {}\n", shown.join(", ")));
        }
    }
    out
}

fn name(style: Style) -> String {
    let colour = match style.fg {
        None | Some(Color::Reset) => String::new(),
        Some(colour) => format!("{colour}").to_lowercase(),
    };
    let mut parts = vec![colour];
    for (modifier, word) in
        [(Modifier::BOLD, "bold"), (Modifier::DIM, "dim"), (Modifier::REVERSED, "reversed")]
    {
        if style.add_modifier.contains(modifier) {
            parts.push(word.to_owned());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("+")
}
