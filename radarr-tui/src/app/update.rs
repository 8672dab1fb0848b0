//! What happens on each event: the state changes, and effects say what is to be done outside. Nothing here waits,
//! reads a clock or touches a terminal.

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use radarr_proto::model::Role;
use radarr_proto::request::EventBatch;

use super::ask::{Answer, Ask, Problem, Ticket, Topic};
use super::dialog::{Dialog, Outcome};
use super::effects::Effect;
use super::event::{Event, Since};
use super::state::{Link, Message, State};
use super::step::{Context, Step};
use crate::keymap::{self, Key};
use crate::screens::groups::GroupsScreen;
use crate::screens::help::Help;
use crate::screens::palette::Palette;
use crate::screens::{Screen, rename, setup};
use crate::theme::Tone;
use crate::verbs::{Place, VERBS, Verb};
use crate::widgets::confirm::Confirm;

/// How long something that went well is said.
pub const MESSAGE_SECONDS: i64 = 8;
/// What is always kept as the daemon has it.
const ALWAYS: &[Topic] = &[Topic::Rows, Topic::Queue, Topic::Health, Topic::Profiles, Topic::Roots];

/// Takes one event in.
pub fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    state.now = now;
    let mut effects = Vec::new();
    match event {
        Event::Key(key) => on_key(state, key, &mut effects),
        Event::Paste(text) => on_paste(state, &text, &mut effects),
        Event::Resized => effects.push(Effect::Repaint),
        Event::Connecting(what) => {
            if matches!(state.link, Link::Opening(_)) {
                state.link = Link::Opening(what);
            }
        }
        Event::Connected(greeting, since) => {
            match since {
                Since::Anew => state.world.forget_freshness(),
                Since::Resumed => state.world.retry_failed(),
            }
            if let Link::Lost { since, .. } = state.link {
                // What was said of the lost connection holds no more.
                state.message = state.message.take().filter(|message| message.at < since);
            }
            state.link = Link::Live(greeting);
            entered(state, &mut effects);
            ask_due(state, &[Topic::Status, Topic::Jobs], &mut effects);
        }
        Event::Lost { problem, retry_at } => {
            let (since, last) = match std::mem::replace(&mut state.link, Link::Opening(String::new())) {
                Link::Lost { since, last, .. } => (since, last),
                Link::Live(greeting) => (now, Some(greeting)),
                Link::Opening(_) => (now, None),
            };
            state.link = Link::Lost { problem, since, retry_at, last };
        }
        Event::Happened(batch) => on_batch(state, &batch, &mut effects),
        Event::Answered(ticket, answer) => on_answer(state, ticket, answer, &mut effects),
        Event::Tick => {
            let old = |message: &Message| now.as_second() - message.at.as_second() >= MESSAGE_SECONDS;
            if state.message.as_ref().is_some_and(|message| message.tone != Tone::Bad && old(message)) {
                state.message = None;
            }
        }
        Event::Stop => effects.push(Effect::Quit),
    }
    settle(state, &mut effects);
    effects
}

/// After each event the screen takes note of what changed, and what it lacks is asked for.
fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    let steps = state.on_screen().map_or_else(Vec::new, |(screen, context)| screen.refresh(&context));
    carry_out(state, steps, effects);
    ask_due(state, &[], effects);
}

fn ask_due(state: &mut State, more: &[Topic], effects: &mut Vec<Effect>) {
    if !matches!(state.link, Link::Live(_)) {
        return;
    }
    let screen = state.screen().map_or_else(Vec::new, Screen::wants);
    let wanted: Vec<Topic> = ALWAYS.iter().chain(more).copied().chain(screen).collect();
    for ask in state.world.due(&wanted) {
        ask_world(state, ask, effects);
    }
}

fn ask_world(state: &mut State, ask: Ask, effects: &mut Vec<Effect>) {
    let ticket = state.tickets.next();
    state.asked.insert(ticket, ask.clone());
    effects.push(Effect::Ask(ticket, ask, None));
}

fn on_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let Some(pressed) = Key::pressed(&key) else { return };
    if "ctrl-c".parse() == Ok(pressed) {
        effects.push(Effect::Quit);
        return;
    }
    state.message = None;
    let context = Context { world: &state.world, now: state.now, zone: &state.zone, tickets: &state.tickets };
    if let Some(dialog) = &mut state.dialog {
        let outcome = dialog.key(key, &context);
        settle_dialog(state, outcome, effects);
        return;
    }
    let Some((screen, context)) = state.on_screen() else { return };
    if let Some(steps) = screen.key(key, &context) {
        carry_out(state, steps, effects);
        return;
    }
    let place = screen.place();
    if let Some(info) = keymap::meaning(place, pressed) {
        do_verb(state, info.verb, effects);
    }
}

fn on_paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let context = Context { world: &state.world, now: state.now, zone: &state.zone, tickets: &state.tickets };
    let steps = match &mut state.dialog {
        Some(dialog) => dialog.paste(text, &context),
        None => state.on_screen().map_or_else(Vec::new, |(screen, context)| screen.paste(text, &context)),
    };
    carry_out(state, steps, effects);
}

fn settle_dialog(state: &mut State, outcome: Outcome, effects: &mut Vec<Effect>) {
    match outcome {
        Outcome::Stays(steps) => carry_out(state, steps, effects),
        Outcome::Over(steps) => {
            state.dialog = None;
            carry_out(state, steps, effects);
        }
        Outcome::Verb(verb) => {
            state.dialog = None;
            do_verb(state, verb, effects);
        }
    }
}

/// Who the daemon takes us for.
fn role(state: &State) -> Role {
    match &state.link {
        Link::Live(greeting) | Link::Lost { last: Some(greeting), .. } => greeting.principal.role,
        Link::Opening(_) | Link::Lost { last: None, .. } => Role::Unknown,
    }
}

fn do_verb(state: &mut State, verb: Verb, effects: &mut Vec<Effect>) {
    let Some(place) = state.screen().map(Screen::place) else { return };
    let info = VERBS.iter().find(|info| {
        info.verb == verb && (info.places.contains(&place) || info.places.contains(&Place::Everywhere))
    });
    if let Some(info) = info.filter(|info| info.role != Role::Viewer && !role(state).allows(info.role)) {
        let text = match (&state.link, role(state)) {
            (Link::Live(greeting), _) => {
                format!("{} may only look: {} needs more", greeting.principal.name, info.name)
            }
            _ => format!("{} needs a connection to the daemon", info.name),
        };
        say(state, text, None, Tone::Warn);
        return;
    }
    match verb {
        Verb::QuitNow => effects.push(Effect::Quit),
        Verb::Quit if state.above.is_empty() => effects.push(Effect::Quit),
        Verb::Quit | Verb::Back => back(state, verb, effects),
        Verb::Help => state.dialog = Some(Dialog::Help(Help::new(place))),
        Verb::Palette => state.dialog = Some(Dialog::Palette(Palette::new(place))),
        Verb::Go(place) => go(state, |tabs, _| tabs.iter().position(|tab| tab.place() == place), effects),
        Verb::NextTab => go(state, |tabs, at| Some((at + 1) % tabs.len().max(1)), effects),
        Verb::PreviousTab => {
            go(state, |tabs, at| Some((at + tabs.len().saturating_sub(1)) % tabs.len().max(1)), effects);
        }
        Verb::Reload => {
            state.world.forget_freshness();
            entered(state, effects);
        }
        Verb::Groups if place == Place::Groups => {}
        Verb::Groups => {
            carry_out(state, vec![Step::Open(Box::new(GroupsScreen::default()))], effects);
        }
        Verb::Repaint => effects.push(Effect::Repaint),
        Verb::Suspend => effects.push(Effect::Suspend),
        other => {
            let steps =
                state.on_screen().map_or_else(Vec::new, |(screen, context)| screen.act(other, &context));
            carry_out(state, steps, effects);
        }
    }
}

/// Asks whether the draft of one of the last `count` screens may be lost by `step`; whether there is one.
fn asks_for_draft(state: &mut State, count: usize, step: Step) -> bool {
    let unsaved = state.above.iter().rev().take(count).find_map(|screen| screen.unsaved());
    let Some(confirm) = unsaved.map(Confirm::leaving) else { return false };
    state.dialog = Some(Dialog::Confirm(confirm, vec![step]));
    true
}

/// Leaves what is open above, innermost first.
fn back(state: &mut State, verb: Verb, effects: &mut Vec<Effect>) {
    if asks_for_draft(state, 1, Step::Leave) {
        return;
    }
    let taken = state.on_screen().and_then(|(screen, context)| screen.back(&context));
    match taken {
        Some(steps) => carry_out(state, steps, effects),
        None if state.above.is_empty() && verb == Verb::Back && state.tab != 0 => {
            go(state, |_, _| Some(0), effects);
        }
        None => leave(state, effects),
    }
}

fn leave(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(mut screen) = state.above.pop() {
        let steps = screen.left();
        carry_out(state, steps, effects);
        entered(state, effects);
    }
}

fn go(
    state: &mut State,
    which: impl Fn(&[Box<dyn Screen>], usize) -> Option<usize>,
    effects: &mut Vec<Effect>,
) {
    let Some(tab) = which(&state.tabs, state.tab) else { return };
    if !asks_for_draft(state, usize::MAX, Step::ShowTab(tab)) {
        show_tab(state, tab, effects);
    }
}

fn show_tab(state: &mut State, tab: usize, effects: &mut Vec<Effect>) {
    while let Some(mut screen) = state.above.pop() {
        let steps = screen.left();
        carry_out(state, steps, effects);
    }
    state.tab = tab;
    entered(state, effects);
}

/// The screen that is shown now reads what only it shows.
fn entered(state: &mut State, effects: &mut Vec<Effect>) {
    let steps = state.on_screen().map_or_else(Vec::new, |(screen, context)| screen.entered(&context));
    carry_out(state, steps, effects);
}

/// Carries out what a screen or dialog wants done.
fn carry_out(state: &mut State, steps: Vec<Step>, effects: &mut Vec<Effect>) {
    for step in steps {
        match step {
            Step::Do(ask) => {
                let ticket = state.tickets.next();
                state.doing.insert(ticket, state.now);
                effects.push(Effect::Ask(ticket, ask, None));
            }
            Step::Ask(ticket, ask) => effects.push(Effect::Ask(ticket, ask, None)),
            Step::AskLater(ticket, ask, pause) => effects.push(Effect::Ask(ticket, ask, Some(pause))),
            Step::Drop(ticket) => effects.push(Effect::Drop(ticket)),
            Step::Open(screen) => {
                state.above.push(screen);
                entered(state, effects);
            }
            Step::Leave => leave(state, effects),
            Step::ShowTab(tab) => show_tab(state, tab, effects),
            Step::Dialog(mut dialog) => {
                let more = if let Dialog::Form(form) = &mut dialog {
                    let context = Context {
                        world: &state.world,
                        now: state.now,
                        zone: &state.zone,
                        tickets: &state.tickets,
                    };
                    form.entered(&context)
                } else {
                    Vec::new()
                };
                state.dialog = Some(dialog);
                carry_out(state, more, effects);
            }
            Step::Keep(search) => state.world.keep_search(*search),
            Step::Trouble(problem) => say(state, problem.message, problem.hint, Tone::Bad),
            Step::Say(text, tone) => say(state, text, None, tone),
        }
    }
}

fn say(state: &mut State, text: String, hint: Option<String>, tone: Tone) {
    state.message = Some(Message { text, hint, tone, at: state.now });
}

fn on_batch(state: &mut State, batch: &EventBatch, effects: &mut Vec<Effect>) {
    for event in &batch.events {
        state.world.happened(event);
        let context =
            Context { world: &state.world, now: state.now, zone: &state.zone, tickets: &state.tickets };
        let mut steps = Vec::new();
        for screen in state.tabs.iter_mut().chain(&mut state.above) {
            steps.extend(screen.happened(event, &context));
        }
        carry_out(state, steps, effects);
    }
}

fn on_answer(state: &mut State, ticket: Ticket, answer: Result<Answer, Problem>, effects: &mut Vec<Effect>) {
    if let Some(ask) = state.asked.remove(&ticket) {
        world_answered(state, &ask, answer, effects);
        return;
    }
    if let Some(outcome) = state.dialog.as_mut().and_then(|dialog| dialog.answered(ticket, &answer)) {
        settle_dialog(state, outcome, effects);
        return;
    }
    let context = Context { world: &state.world, now: state.now, zone: &state.zone, tickets: &state.tickets };
    let mut screens = state.above.iter_mut().rev().chain(&mut state.tabs);
    if let Some(steps) = screens.find_map(|screen| screen.answered(ticket, &answer, &context)) {
        carry_out(state, steps, effects);
        return;
    }
    state.doing.remove(&ticket);
    // Whoever asked is gone: what was done, or could not be done, is said all the same.
    match answer {
        Ok(Answer::Done(text)) => say(state, text, None, Tone::Good),
        Ok(Answer::Renames(preview)) => {
            let step = rename::question(preview);
            carry_out(state, vec![step], effects);
        }
        Ok(Answer::Deleted(deleted)) if !deleted.preview => {
            say(state, format!("took {} out of the library", deleted.title), None, Tone::Good);
        }
        Ok(_) => {}
        Err(problem) => say(state, problem.message, problem.hint, Tone::Bad),
    }
}

fn world_answered(state: &mut State, ask: &Ask, answer: Result<Answer, Problem>, effects: &mut Vec<Effect>) {
    match (answer, ask) {
        (Ok(answer), ask) => {
            if let Ok(Some(more)) = state.world.take(answer) {
                ask_world(state, more, effects);
            }
            offer_set_up(state, ask, effects);
        }
        (Err(_), Ask::Row(id)) => state.world.row_failed(*id),
        (Err(problem), Ask::Topic(topic)) => state.world.failed(*topic, problem),
        (Err(problem), _) => state.world.failed(Topic::Rows, problem),
    }
}

/// On the first run the set-up opens by itself.
fn offer_set_up(state: &mut State, answered: &Ask, effects: &mut Vec<Effect>) {
    if *answered != Ask::Topic(Topic::Status) || state.set_up_offered {
        return;
    }
    state.set_up_offered = true;
    let first_run =
        state.world.status.as_ref().is_some_and(|status| status.movies == 0 && !status.not_set_up.is_empty());
    if first_run && role(state).allows(Role::Admin) && state.above.is_empty() {
        carry_out(state, vec![Step::Open(Box::new(setup::Setup::default()))], effects);
    }
}
