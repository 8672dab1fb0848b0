//! The table of all verbs.

use radarr_proto::model::Role;

use super::{Motion, Place, Verb, VerbInfo};

const MOVIES: &[Place] = &[Place::Library, Place::Movie, Place::Wanted];

const fn look(
    verb: Verb,
    name: &'static str,
    keys: &'static [&'static str],
    places: &'static [Place],
    help: &'static str,
) -> VerbInfo {
    VerbInfo { verb, name, keys, places, help, cli: None, role: Role::Viewer }
}

const fn act(
    verb: Verb,
    name: &'static str,
    keys: &'static [&'static str],
    places: &'static [Place],
    help: &'static str,
    cli: &'static str,
) -> VerbInfo {
    VerbInfo { verb, name, keys, places, help, cli: Some(cli), role: Role::Operator }
}

const fn set(
    verb: Verb,
    name: &'static str,
    keys: &'static [&'static str],
    places: &'static [Place],
    help: &'static str,
) -> VerbInfo {
    VerbInfo { verb, name, keys, places, help, cli: None, role: Role::Admin }
}

/// Every verb there is. The first ones of a place are those that the hint line shows.
pub const VERBS: &[VerbInfo] = &[
    // --- movies ---
    look(Verb::Open, "open movie", &["enter", "l", "right"], &[Place::Library, Place::Wanted], "open"),
    act(Verb::Add, "add movie", &["a"], &[Place::Library], "add", "movie add"),
    act(Verb::Interactive, "search releases", &["i"], MOVIES, "releases", "release search"),
    act(Verb::Search, "search movie", &["s"], MOVIES, "grab the best", "movie search"),
    look(Verb::Filter, "filter", &["/"], &[Place::Library], "filter"),
    look(Verb::Show, "show which", &["f"], &[Place::Library], "show"),
    look(Verb::Sort, "sort", &["o"], &[Place::Library], "sort by another"),
    look(Verb::Reverse, "reverse", &["O"], &[Place::Library], "turn the order round"),
    act(Verb::Monitor, "monitor", &["m"], MOVIES, "monitor", "movie edit"),
    act(Verb::Edit, "edit movie", &["e"], MOVIES, "edit", "movie edit"),
    act(Verb::Delete, "delete movie", &["d", "del"], MOVIES, "delete", "movie delete"),
    act(Verb::Refresh, "refresh movie", &["u"], MOVIES, "ask TMDB again", "movie refresh"),
    act(Verb::Rescan, "rescan movie", &["R"], MOVIES, "look into its folder", "movie rescan"),
    act(Verb::Rename, "rename files", &["N"], MOVIES, "name its files anew", "movie rename"),
    look(Verb::Show, "missing or unmet", &["f"], &[Place::Wanted], "missing, unmet"),
    look(Verb::NextMovie, "next movie", &["]", "n"], &[Place::Movie], "next movie"),
    look(Verb::PreviousMovie, "previous movie", &["[", "p"], &[Place::Movie], "previous movie"),
    look(Verb::Back, "back to the list", &["h", "left"], &[Place::Movie, Place::Group], "back"),
    look(Verb::Version, "next version", &["V"], &[Place::Movie], "its next version"),
    // --- releases ---
    act(Verb::Grab, "grab release", &["enter"], &[Place::Releases], "grab", "release grab"),
    act(Verb::Interactive, "search again", &["i"], &[Place::Releases], "search again", "release search"),
    look(Verb::Show, "accepted only", &["f"], &[Place::Releases], "all, accepted, refused"),
    look(Verb::Details, "verdicts", &["v", "space"], &[Place::Releases], "verdicts: more, less"),
    VerbInfo {
        cli: Some("release explain"),
        ..look(Verb::Explain, "explain a name", &["x"], &[Place::Releases, Place::Movie], "explain a name")
    },
    VerbInfo {
        cli: Some("group show"),
        ..look(Verb::Group, "its group", &["p"], &[Place::Releases], "its group")
    },
    look(Verb::DetailsDown, "verdicts down", &["J", "right"], &[Place::Releases], "verdicts down"),
    look(Verb::DetailsUp, "verdicts up", &["K", "left"], &[Place::Releases], "verdicts up"),
    // --- activity ---
    look(
        Verb::Open,
        "open its movie",
        &["enter", "l", "right"],
        &[Place::Queue, Place::History, Place::Blocklist],
        "open its movie",
    ),
    act(Verb::Delete, "remove grab", &["d", "del"], &[Place::Queue], "remove", "queue remove"),
    act(Verb::Import, "import grab", &["i"], &[Place::Queue], "import now", "queue import"),
    look(Verb::Details, "event in full", &["v", "space"], &[Place::History], "in full"),
    act(Verb::Unblock, "unblock", &["u", "d", "del"], &[Place::Blocklist], "allow again", "blocklist remove"),
    act(Verb::Add, "add movie", &["a"], &[Place::Queue, Place::Wanted], "add", "movie add"),
    look(Verb::Details, "job in full", &["enter", "v", "space"], &[Place::Jobs], "in full"),
    act(Verb::RunJob, "run job", &["n"], &[Place::Jobs, Place::System], "run a job", "job run"),
    act(Verb::CancelJob, "cancel job", &["x", "d", "del"], &[Place::Jobs], "cancel", "job cancel"),
    act(Verb::Refresh, "check health", &["u"], &[Place::System], "check again", "job run"),
    look(Verb::Open, "open group", &["enter", "l", "right"], &[Place::Groups], "open"),
    look(Verb::Filter, "filter groups", &["/"], &[Place::Groups], "filter"),
    look(Verb::Sort, "sort groups", &["o"], &[Place::Groups], "sort by another"),
    look(Verb::Reverse, "reverse groups", &["O"], &[Place::Groups], "turn the order round"),
    // --- settings ---
    set(Verb::Edit, "edit setting", &["enter", "e"], &[Place::Settings], "edit"),
    set(Verb::New, "new setting", &["n", "a"], &[Place::Settings], "new"),
    set(Verb::Test, "test setting", &["t"], &[Place::Settings], "test"),
    set(Verb::Delete, "delete setting", &["d", "del"], &[Place::Settings], "delete"),
    set(Verb::Open, "set up", &["enter"], &[Place::Setup], "set this up"),
    set(Verb::SetUp, "first-run set-up", &["s"], &[Place::Settings], "the set-up of the first run"),
    set(Verb::Edit, "change line", &["enter", "e", "space"], &[Place::Profile], "change"),
    set(Verb::Save, "save profile", &["s", "ctrl-s"], &[Place::Profile], "save"),
    set(Verb::Raise, "quality up", &["K"], &[Place::Profile], "better"),
    set(Verb::Lower, "quality down", &["J"], &[Place::Profile], "worse"),
    set(Verb::Cutoff, "cutoff", &["c"], &[Place::Profile], "cutoff"),
    set(Verb::Join, "join qualities", &["m"], &[Place::Profile], "join with the next"),
    set(Verb::Split, "split group", &["x"], &[Place::Profile], "split"),
    set(Verb::Name, "name of group", &["n"], &[Place::Profile], "name its group"),
    set(Verb::Edit, "edit format", &["enter", "e"], &[Place::Formats], "edit"),
    set(Verb::New, "new format", &["n", "a"], &[Place::Formats], "new"),
    VerbInfo {
        cli: Some("format import"),
        ..set(Verb::TakeIn, "take formats in", &["i"], &[Place::Formats], "take a file in")
    },
    VerbInfo {
        cli: Some("format export"),
        ..set(Verb::WriteOut, "write format out", &["w"], &[Place::Formats], "write it into a file")
    },
    set(Verb::Delete, "delete format", &["d", "del"], &[Place::Formats], "delete"),
    set(Verb::Edit, "change line", &["enter", "e", "space"], &[Place::Format], "change"),
    set(Verb::Save, "save format", &["s", "ctrl-s"], &[Place::Format], "save"),
    set(Verb::New, "add condition", &["a"], &[Place::Format], "add a condition"),
    set(Verb::Kind, "kind of condition", &["c"], &[Place::Format], "its kind"),
    set(Verb::Not, "turn round", &["!"], &[Place::Format], "not"),
    set(Verb::Must, "must be met", &["r"], &[Place::Format], "must"),
    set(Verb::Name, "name of condition", &["n"], &[Place::Format], "name it"),
    set(Verb::Delete, "delete condition", &["d", "del"], &[Place::Format], "delete it"),
    VerbInfo {
        cli: Some("format test"),
        ..set(Verb::Sample, "test on a name", &["t"], &[Place::Format], "test on a name")
    },
    // --- adding ---
    act(Verb::Open, "add this movie", &["enter"], &[Place::Add], "add this one", "movie add"),
    look(Verb::Move(Motion::Down), "next hit", &["down", "ctrl-n"], &[Place::Add], "next"),
    look(Verb::Move(Motion::Up), "previous hit", &["up", "ctrl-p"], &[Place::Add], "previous"),
    look(Verb::Move(Motion::PageDown), "page of hits down", &["pgdn"], &[Place::Add], "page down"),
    look(Verb::Move(Motion::PageUp), "page of hits up", &["pgup"], &[Place::Add], "page up"),
    // --- lists ---
    look(Verb::Move(Motion::Down), "down", &["j", "down"], &[Place::Lists], "down"),
    look(Verb::Move(Motion::Up), "up", &["k", "up"], &[Place::Lists], "up"),
    look(Verb::Move(Motion::PageDown), "page down", &["pgdn", "ctrl-f"], &[Place::Lists], "page down"),
    look(Verb::Move(Motion::PageUp), "page up", &["pgup", "ctrl-b"], &[Place::Lists], "page up"),
    look(Verb::Move(Motion::HalfDown), "half page down", &["ctrl-d"], &[Place::Lists], "half a page down"),
    look(Verb::Move(Motion::HalfUp), "half page up", &["ctrl-u"], &[Place::Lists], "half a page up"),
    look(Verb::Move(Motion::Top), "top", &["g", "home"], &[Place::Lists], "first"),
    look(Verb::Move(Motion::Bottom), "bottom", &["G", "end"], &[Place::Lists], "last"),
    // --- everywhere ---
    look(Verb::Help, "help", &["?", "f1"], &[Place::Everywhere], "all keys"),
    look(Verb::Palette, "palette", &[":"], &[Place::Everywhere], "do by name"),
    look(Verb::Back, "back", &["esc"], &[Place::Everywhere], "back"),
    look(Verb::Quit, "quit", &["q"], &[Place::Everywhere], "back, at the end quit"),
    look(Verb::QuitNow, "quit now", &["ctrl-c", "ctrl-q"], &[Place::Everywhere], "quit at once"),
    look(Verb::Go(Place::Library), "go to library", &["1"], &[Place::Everywhere], "library"),
    look(Verb::Go(Place::Queue), "go to queue", &["2"], &[Place::Everywhere], "queue"),
    look(Verb::Go(Place::History), "go to history", &["3"], &[Place::Everywhere], "history"),
    look(Verb::Go(Place::Wanted), "go to wanted", &["4"], &[Place::Everywhere], "wanted"),
    look(Verb::Go(Place::Blocklist), "go to blocklist", &["5"], &[Place::Everywhere], "blocklist"),
    look(Verb::Go(Place::Jobs), "go to jobs", &["6"], &[Place::Everywhere], "jobs"),
    look(Verb::Go(Place::System), "go to system", &["7"], &[Place::Everywhere], "system and health"),
    look(Verb::Go(Place::Settings), "go to settings", &["8"], &[Place::Everywhere], "settings"),
    look(Verb::Groups, "release groups", &["9"], &[Place::Everywhere], "release groups"),
    look(Verb::NextTab, "next tab", &["tab"], &[Place::Everywhere], "next tab"),
    look(Verb::PreviousTab, "previous tab", &["backtab"], &[Place::Everywhere], "previous tab"),
    look(Verb::Reload, "reload", &["ctrl-r", "f5"], &[Place::Everywhere], "read everything anew"),
    look(Verb::Repaint, "repaint", &["ctrl-l"], &[Place::Everywhere], "paint the screen anew"),
    look(Verb::Suspend, "suspend", &["ctrl-z"], &[Place::Everywhere], "back to the shell for a while"),
];
