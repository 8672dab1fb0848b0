//! No secret leaves the daemon: the whole way is gone with secrets that are easy to find, at the most talkative level
//! of the log, wrong settings and strangers included, and everything that anybody could read is searched for each of
//! them, as it is, in base64, percent-encoded and in hexadecimal.

use std::path::Path;

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use radarr_daemon::net::Http;
use radarr_proto::model::{Cursor, Role};
use radarr_proto::request::{CreateToken, HistoryQuery, NextEvents};
use radarr_tests::harness::postgres::{ClusterSettings, PASSWORD};
use radarr_tests::harness::{Daemon, Scene, SceneSettings, WhichClient, binaries};
use radarr_tests::stand_ins::Settings as StandInSettings;
use radarr_tests::stand_ins::hdbits::Account;
use radarr_tests::stand_ins::qbittorrent::Version;
use radarr_tests::stand_ins::torznab;

use crate::movie::{add, imported};
use crate::postgres::database;

const NOSFERATU: u32 = 653;
/// Letters of which a piece of base64 is no chance any more.
const PIECE_MIN: usize = 8;

/// A secret, and all the forms in which it is looked for.
struct Marker {
    name: &'static str,
    forms: Vec<String>,
}

impl Marker {
    fn new(name: &'static str, secret: &str) -> Self {
        let bytes = secret.as_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let every: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
        let usual: String = url::form_urlencoded::byte_serialize(bytes).collect();
        let mut forms = vec![
            secret.to_owned(),
            hex.to_uppercase(),
            hex,
            every.to_lowercase(),
            every,
            usual.replace('+', "%20"),
            usual,
        ];
        // Base64 looks different behind none, one or two other bytes, such as those of a user's name.
        for before in 0..3_usize {
            for engine in [STANDARD, URL_SAFE] {
                let text = engine.encode([&b"xx"[..before], bytes].concat());
                let text = text.trim_end_matches('=');
                // The letters at both ends depend on the neighbours.
                let first = if before == 0 { 0 } else { before + 1 };
                let piece = text.get(first..text.len() - 1);
                forms.extend(piece.filter(|piece| piece.len() >= PIECE_MIN).map(str::to_owned));
            }
        }
        forms.sort();
        forms.dedup();
        Self { name, forms }
    }
}

/// Everything that was said, with who said it.
#[derive(Default)]
struct Said(Vec<(String, String)>);

impl Said {
    fn hear(&mut self, who: impl Into<String>, text: impl Into<String>) {
        self.0.push((who.into(), text.into()));
    }

    async fn cli(&mut self, scene: &Scene, arguments: &[&str]) -> anyhow::Result<i32> {
        let said = scene.daemon.cli()?.run(arguments).await?;
        let words = arguments.join(" ");
        ensure!(!said.err.contains("Usage:"), "radarr-tui {words} is no command: {}", said.err);
        self.hear(format!("radarr-tui {words}"), format!("{}\n{}", said.out, said.err));
        Ok(said.code)
    }

    /// The daemon's own verbs, with its configuration.
    async fn daemon(
        &mut self,
        daemon: &Daemon,
        env: &[(String, String)],
        arguments: &[&str],
    ) -> anyhow::Result<bool> {
        let mut command = tokio::process::Command::new(binaries::ours(binaries::DAEMON)?);
        command.args(arguments).arg("--config").arg(daemon.config()).env("RUST_LOG", "trace");
        command.envs(env.iter().map(|(name, value)| (name, value)));
        let output = command.output().await?;
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        self.hear(format!("radarr-daemon {}", arguments.join(" ")), text.join("\n"));
        Ok(output.status.success())
    }

    /// Who gave away what.
    fn leaks(&self, markers: &[Marker]) -> Vec<String> {
        let mut leaks = Vec::new();
        for (who, text) in &self.0 {
            for marker in markers {
                for form in marker.forms.iter().filter(|form| text.contains(form.as_str())) {
                    let line = text.lines().find(|line| line.contains(form.as_str())).unwrap_or_default();
                    let shown: String = line.chars().take(300).collect();
                    leaks.push(format!("{} is in {who} as {form}: {shown}", marker.name));
                }
            }
        }
        leaks
    }
}

async fn unpacked(path: &Path) -> anyhow::Result<String> {
    let output = tokio::process::Command::new("gzip").arg("-dc").arg(path).output().await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_marker_is_found_in_each_form() {
    let marker = [Marker::new("it", "marker secret/7319")];
    for text in [
        "a marker secret/7319 b",
        "marker%20secret%2F7319",
        "marker+secret%2F7319",
        "6d61726b6572207365637265742f37333139",
        &STANDARD.encode("marker secret/7319"),
        &STANDARD.encode("me:marker secret/7319"),
        &STANDARD.encode("u:marker secret/7319 and more"),
        &STANDARD.encode("usr:marker secret/7319"),
    ] {
        let mut said = Said::default();
        said.hear("somebody", text);
        assert!(!said.leaks(&marker).is_empty(), "{text}");
    }
    let mut said = Said::default();
    said.hear("somebody", "marker secret 7319");
    assert!(said.leaks(&marker).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_anything_that_anybody_can_read() -> anyhow::Result<()> {
    let (cluster, name) = database(&ClusterSettings::default())?;
    let url = cluster.url(&name);
    let (tmdb_key, passkey, api_key) = (
        "7319a7319b7319c7319d7319e7319f00",
        "7319marker0passkey0of0hdbits07319",
        "7319marker0key0of0torznab07319",
    );
    let passphrase = "7319 marker passphrase of backups";
    let key = STANDARD.encode([0x73_u8; 32]);
    let env = vec![
        ("DATABASE_URL".to_owned(), url.clone()),
        ("RUST_LOG".to_owned(), "trace,tarpc=trace,sqlx=trace".to_owned()),
        ("RADARR__BACKUP__PASSPHRASE".to_owned(), passphrase.to_owned()),
        ("RADARR__SECURITY__KEY".to_owned(), key.clone()),
    ];
    let stand_ins = StandInSettings {
        tmdb_key: tmdb_key.to_owned(),
        account: Account { passkey: passkey.to_owned(), ..Account::default() },
        torznab: torznab::Settings { api_key: api_key.to_owned(), ..torznab::Settings::default() },
        ..StandInSettings::default()
    };
    let settings = SceneSettings {
        stand_ins,
        client: WhichClient::StandIn(Version::V5),
        daemon_env: env.clone(),
        ..SceneSettings::default()
    };
    let mut scene = Scene::start_set_up(settings).await?;
    scene.add_torznab(&scene.daemon.cli()?).await?;
    let mut said = Said::default();
    let client = scene.daemon.client().await?;

    // The way of a movie, by a person with a token as well.
    let request = CreateToken { name: "phone".to_owned(), role: Role::Admin, certificate: None };
    let token = client.create_token(request).await?.secret.expose().to_owned();
    let by_token = scene.daemon.tcp_client(&token).await?;
    let movie = add(&by_token, NOSFERATU, true).await?;
    imported(&client, movie.id).await?;

    // Wrong settings: each of them is a secret of somebody's too.
    let wrong = [
        ("a wrong key of TMDB's", "7319e7319d7319c7319b7319a7319000"),
        ("a wrong passkey", "7319wrong0passkey07319"),
        ("a wrong password", "7319 wrong password 7319"),
        ("a wrong token", "radarr_7319-wrong-token-7319"),
        ("a password in an address", "7319-in-an-address-7319"),
        ("a key in an address", "7319-key-in-an-address-7319"),
        ("a wrong password of the database", "7319-wrong-database-7319"),
    ];
    let file = |text: &str| -> anyhow::Result<String> {
        let path = scene.folder.join(format!("wrong-{}", text.len()));
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let hdbits = scene.stand_ins.hdbits.url();
    let downloads = scene.downloads.url();
    let passkey_file = file(wrong[1].1)?;
    let password_file = file(wrong[2].1)?;
    let with_password = format!("http://user:{}@127.0.0.1:9", wrong[4].1);
    let with_key = format!("http://127.0.0.1:9/api?apikey={}", wrong[5].1);
    let key_file = file(wrong[0].1)?;
    for arguments in [
        &[
            "indexer",
            "add",
            "hdbits",
            "--name",
            "Wrong",
            "--base-url",
            &hdbits,
            "--username",
            "x",
            "--passkey-file",
            &passkey_file,
        ][..],
        &[
            "client",
            "add",
            "qbittorrent",
            "--name",
            "Wrong",
            "--url",
            &downloads,
            "--username",
            "admin",
            "--password-file",
            &password_file,
        ],
        &[
            "client",
            "add",
            "qbittorrent",
            "--name",
            "Inside",
            "--url",
            &with_password,
            "--username",
            "admin",
            "--password-file",
            &password_file,
        ],
        &[
            "indexer",
            "add",
            "torznab",
            "--name",
            "Inside",
            "--base-url",
            &with_key,
            "--api-key-file",
            &passkey_file,
        ],
        &["tmdb", "set", "--key-file", &key_file],
        &["indexer", "test", "Wrong"],
        &["client", "test", "Wrong"],
    ] {
        said.cli(&scene, arguments).await?;
    }
    let stranger = scene.daemon.tcp_client(wrong[3].1).await.unwrap_err();
    said.hear("the refusal of a stranger", format!("{stranger:#} {stranger:?}"));
    let http = Http::new()?;
    let info = |token: &str| {
        let url = format!("http://{}/info", scene.daemon.http).parse();
        let (http, token) = (http.clone(), token.to_owned());
        async move {
            let answer = http.send(http.get(url?).header("x-api-key", token), 1 << 20).await?;
            anyhow::Ok(format!("{:?} {}", answer.headers, String::from_utf8_lossy(&answer.body)))
        }
    };
    said.hear("/info for a stranger", info(wrong[3].1).await?);
    said.hear("/info", info(&token).await?);

    // Everything that can be read.
    said.cli(&scene, &["job", "run", "check_health"]).await?;
    said.cli(&scene, &["release", "search", "Nosferatu"]).await?;
    for arguments in [
        &["--json", "audit"][..],
        &["audit"],
        &["--json", "history"],
        &["--json", "health"],
        &["--json", "status"],
        &["config"],
        &["--json", "config"],
        &["--json", "indexer", "list"],
        &["--json", "client", "list"],
        &["--json", "token", "list"],
        &["--json", "job", "list"],
        &["--json", "queue", "list"],
        &["--json", "movie", "list"],
        &["--json", "release", "search", "Nosferatu"],
        &["--json", "backup", "create"],
        &["backup", "list"],
    ] {
        let code = said.cli(&scene, arguments).await?;
        ensure!(code < 2, "radarr-tui {} ended with {code}", arguments.join(" "));
    }
    let mut after = Cursor(0);
    loop {
        let batch = client.next_events(NextEvents { after: Some(after), wait_ms: 0, limit: None }).await?;
        if batch.events.is_empty() {
            break;
        }
        said.hear("the events", serde_json::to_string(&batch)?);
        after = batch.cursor;
    }
    said.hear("the history", serde_json::to_string(&client.history(HistoryQuery::default()).await?)?);
    said.hear("/metrics", scene.daemon.metrics_page().await?);
    let without: Vec<_> = env.iter().filter(|(name, _)| !name.contains("PASSPHRASE")).cloned().collect();
    let backups = [("with", &env), ("without", &without)];
    for (name, env) in backups {
        let path = scene.folder.join(format!("{name}-passphrase.gz"));
        let made =
            said.daemon(&scene.daemon, env, &["backup", "create", &path.display().to_string()]).await?;
        ensure!(made, "no backup {name} passphrase");
        said.hear(format!("a backup {name} passphrase"), unpacked(&path).await?);
        said.daemon(&scene.daemon, env, &["backup", "verify", &path.display().to_string()]).await?;
    }
    for arguments in
        [&["config", "show"][..], &["config", "check"], &["verify-database"], &["secrets", "rotate"]]
    {
        said.daemon(&scene.daemon, &env, arguments).await?;
    }
    let wrong_url = url.replace(&PASSWORD.replace(' ', "%20"), wrong[6].1);
    let wrong_env = [("DATABASE_URL".to_owned(), wrong_url)];
    said.daemon(&scene.daemon, &wrong_env, &["backup", "list"]).await?;
    ensure!(
        !said.daemon(&scene.daemon, &wrong_env, &["verify-database"]).await?,
        "a wrong password was taken"
    );
    scene.daemon.terminate().await?;
    let log = scene.daemon.log();
    ensure!(log.contains("TRACE") && log.len() > 100_000, "the log is not talkative: {} bytes", log.len());
    said.hear("the daemon's log", log);

    let mut markers = vec![
        Marker::new("TMDB's key", tmdb_key),
        Marker::new("the passkey", passkey),
        Marker::new("Torznab's key", api_key),
        Marker::new("the password of qBittorrent and PostgreSQL", PASSWORD),
        Marker::new("the passphrase", passphrase),
        Marker::new("the key of the secrets", &key),
        Marker::new("the token", &token),
    ];
    markers.extend(wrong.iter().map(|(name, secret)| Marker::new(name, secret)));
    let leaks = said.leaks(&markers);
    let heard: usize = said.0.iter().map(|(_, text)| text.len()).sum();
    println!("{heard} bytes from {} places were searched for {} secrets", said.0.len(), markers.len());
    leaks.is_empty().then_some(()).with_context(|| format!("secrets got out:\n  {}", leaks.join("\n  ")))
}
