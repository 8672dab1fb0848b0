//! Does one verb: connects, asks, prints, and says how it ended.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;
use radarr_proto::client::{Client, ClientCertificate};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::SecretText;

use super::args::{Cli, Global, Verb};
use super::failure::{Exit, Failure};
use super::output::Output;
use super::{activity, audit, declared, system};
use crate::clock;
use crate::open::{OpenError, Spawn, Target};

impl Global {
    /// Where and how to connect, from the flags and the environment.
    pub fn target(&self) -> Result<Target, OpenError> {
        let token = match &self.token_file {
            Some(path) => Some(read_token(path)?),
            None => std::env::var("RADARR_TOKEN").ok().filter(|token| !token.trim().is_empty()),
        };
        Ok(Target {
            endpoint: self.connect.clone().unwrap_or_else(Endpoint::default_for_user),
            token: token.map(|token| SecretText::new(token.trim())),
            ca_file: self.ca_file.clone(),
            certificate: self
                .cert
                .clone()
                .zip(self.key.clone())
                .map(|(chain, key)| ClientCertificate { chain, key }),
            // A daemon for an endpoint that was named by mistake would have an empty library, and go on running.
            spawn: if self.no_spawn || self.connect.is_some() { Spawn::Never } else { Spawn::Allowed },
        })
    }
}

fn read_token(path: &Path) -> Result<String, OpenError> {
    std::fs::read_to_string(path)
        .map_err(|source| OpenError::Token { path: path.display().to_string(), source })
}

/// Does one verb. Errors go to standard error: the message, and the hint on the next line.
pub async fn run(global: &Global, verb: Verb) -> ExitCode {
    let mut out = Output::stdout(global.json, global.no_color, clock::now());
    let done = execute(global, verb, &mut out).await;
    let done = done.and(out.flush());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure);
            failure.exit.into()
        }
    }
}

/// Prints a failure. Where nobody reads standard error there is nobody to tell.
pub fn say(failure: &Failure) {
    if matches!(failure.exit, Exit::Done | Exit::Differs) {
        return;
    }
    let mut stderr = std::io::stderr();
    let told = writeln!(stderr, "{}", under("error: ", &failure.message));
    if let (Ok(()), Some(hint)) = (told, &failure.hint) {
        drop(writeln!(stderr, "{}", under("hint: ", hint)));
    }
}

/// The lines of a text, each behind what the first one begins with, so that none looks like a line of ours.
fn under(beginning: &str, text: &str) -> String {
    let lines: Vec<_> = text.lines().map(crate::text::clean).collect();
    format!("{beginning}{}", lines.join(&format!("\n{:1$}", "", beginning.len())))
}

async fn execute(global: &Global, verb: Verb, out: &mut Output) -> Result<(), Failure> {
    if let Verb::Completions { shell } = verb {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "radarr-tui", &mut script);
        return out.raw(&String::from_utf8_lossy(&script));
    }
    if let Verb::Man { folder } = &verb {
        let written =
            std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
        return written.map_err(|error| Failure::new(Exit::Failed, format!("{}: {error}", folder.display())));
    }
    let client = global.target()?.open(|what| drop(writeln!(std::io::stderr(), "{what}"))).await?;
    tokio::select! {
        done = ask_and_mark(verb, &client, out) => done,
        // The connection goes with the program; the daemon ends what was asked for reading.
        _ = tokio::signal::ctrl_c() => Err(Failure::new(Exit::Failed, "interrupted")),
    }
}

/// Does it, and says what of a list is managed by files.
async fn ask_and_mark(verb: Verb, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let shown = declared::section_shown(&verb);
    ask(verb, client, out).await?;
    match shown {
        Some((section, one)) => declared::say_managed(section, one.as_deref(), client, out).await,
        None => Ok(()),
    }
}

async fn ask(verb: Verb, client: &Client, out: &mut Output) -> Result<(), Failure> {
    match verb {
        Verb::Movie(command) => command.run(client, out).await,
        Verb::Release(command) => command.run(client, out).await,
        Verb::Queue(command) => command.run(client, out).await,
        Verb::History(args) => activity::history(args, client, out).await,
        Verb::Wanted(args) => activity::wanted(args, client, out).await,
        Verb::Blocklist(command) => command.run(client, out).await,
        Verb::Job(command) => command.run(client, out).await,
        Verb::Profile(command) => command.run(client, out).await,
        Verb::Format(command) => command.run(client, out).await,
        Verb::Indexer(command) => command.run(client, out).await,
        Verb::Client(command) => command.run(client, out).await,
        Verb::Root(command) => command.run(client, out).await,
        Verb::Tag(command) => command.run(client, out).await,
        Verb::Naming(command) => command.run(client, out).await,
        Verb::Library(command) => command.run(client, out).await,
        Verb::Tmdb(command) => command.run(client, out).await,
        Verb::Quality(command) => command.run(client, out).await,
        Verb::Delay(command) => command.run(client, out).await,
        Verb::Words(command) => command.run(client, out).await,
        Verb::Group(command) => command.run(client, out).await,
        Verb::Events(args) => system::events(args, client, out).await,
        Verb::Audit(args) => audit::audit(args, client, out).await,
        Verb::Health => system::health(client, out).await,
        Verb::Status => system::status(client, out).await,
        Verb::Backup(command) => command.run(client, out).await,
        Verb::Apply(args) => declared::apply(args, client, out).await,
        Verb::Export => declared::export(client, out).await,
        Verb::Token(command) => command.run(client, out).await,
        Verb::Config => {
            let text = client.config_text().await?;
            out.show(&text, |out, text| out.raw(text))
        }
        Verb::Completions { .. } | Verb::Man { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_a_failure_stands_behind_its_beginning() {
        assert_eq!(under("error: ", "one"), "error: one");
        assert_eq!(under("error: ", "one\nhint: \u{1b}two"), "error: one\n       hint: two");
        assert_eq!(under("hint: ", ""), "hint: ");
    }
}
