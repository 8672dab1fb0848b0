//! Metrics, rules and dashboard, against a daemon that did something and a Prometheus that read it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use futures::future::join_all;
use radarr_daemon::net::Http;
use radarr_tests::harness::binaries::{needed, repository};
use radarr_tests::harness::{Process, Scene, SceneSettings, eventually, free_port};
use regex::Regex;
use serde_json::{Value, json};

use crate::movie::{WITHIN, add, imported};

const NOSFERATU: u32 = 653;

/// The names that were promised before anything else was; what promtool says of them is known.
const PROMISED: [&str; 6] = [
    "radarr_movies_total",
    "radarr_api_requests_total",
    "radarr_database_queries_duration",
    "radarr_tmdb_requests_total",
    "radarr_downloads_active",
    "radarr_import_queue_size",
];

fn monitoring(name: &str) -> PathBuf {
    repository().join("packaging/monitoring").join(name)
}

/// A metric as the reference has it: kind and labels.
type Reference = BTreeMap<String, (String, BTreeSet<String>)>;

fn reference() -> anyhow::Result<Reference> {
    let text = std::fs::read_to_string(repository().join("docs/metrics.md"))?;
    let word = Regex::new(r"`([a-z_]+)`")?;
    let mut found = Reference::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, kind, labels, _] = cells[..] else { bail!("{row}") };
        let labels = word.captures_iter(labels).map(|found| found[1].to_owned()).collect();
        found.insert(name.trim_matches('`').to_owned(), (kind.to_owned(), labels));
    }
    Ok(found)
}

/// The metrics of a page: kind and labels.
fn of_page(page: &str) -> anyhow::Result<Reference> {
    let sample = Regex::new(r"^([a-z_]+)(?:\{(.*)\})? ")?;
    let label = Regex::new(r#"([a-z_]+)="(?:[^"\\]|\\.)*""#)?;
    let kinds = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let mut found: Reference =
        kinds.map(|(name, kind)| (name.to_owned(), (kind.to_owned(), BTreeSet::new()))).collect();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let Some(parts) = sample.captures(line) else { continue };
        let name = ["_bucket", "_sum", "_count", ""]
            .iter()
            .filter_map(|ending| parts[1].strip_suffix(ending))
            .find(|name| found.contains_key(*name))
            .with_context(|| format!("no type: {line}"))?;
        let labels = parts.get(2).map_or("", |labels| labels.as_str());
        let labels = label.captures_iter(labels).map(|found| found[1].to_owned());
        let labels: Vec<String> = labels.filter(|label| label != "le").collect();
        found.entry(name.to_owned()).or_default().1.extend(labels);
    }
    Ok(found)
}

/// What promtool says of a page, but for the names that were promised.
fn complaints(page: &str) -> anyhow::Result<Vec<String>> {
    let mut tool = Command::new(needed("promtool", "prometheus")?);
    tool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut tool = tool.spawn()?;
    tool.stdin.take().context("no input")?.write_all(page.as_bytes())?;
    let output = tool.wait_with_output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let is_promised = |line: &str| PROMISED.iter().any(|name| line.starts_with(&format!("{name} ")));
    Ok(said.lines().filter(|line| !line.is_empty() && !is_promised(line)).map(str::to_owned).collect())
}

/// A Prometheus that reads the daemon every second.
struct Prometheus {
    address: SocketAddr,
    http: Http,
    _process: Process,
}

impl Prometheus {
    fn start(folder: &Path, daemon: SocketAddr) -> anyhow::Result<Self> {
        let (address, config) = (free_port()?, folder.join("prometheus.json"));
        let settings = json!({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [monitoring("rules.yaml")],
            "scrape_configs": [{"job_name": "radarr", "static_configs": [{"targets": [daemon.to_string()]}]}],
        });
        std::fs::write(&config, settings.to_string())?;
        let mut command = Command::new(needed("prometheus", "prometheus")?);
        command.arg(format!("--config.file={}", config.display()));
        command.arg(format!("--storage.tsdb.path={}", folder.join("prometheus").display()));
        command.arg(format!("--web.listen-address={address}")).arg("--log.level=warn");
        let process = Process::start(&mut command, &folder.join("prometheus.log"))?;
        Ok(Self { address, http: Http::new()?, _process: process })
    }

    async fn get(&self, path: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Value> {
        let url = url::Url::parse_with_params(&format!("http://{}/api/v1/{path}", self.address), parameters)?;
        let answer = self.http.send(self.http.get(url), 8 << 20).await?;
        let body: Value = serde_json::from_slice(&answer.body)?;
        ensure!(body["status"] == "success", "{path} {parameters:?}: {body}");
        Ok(body["data"].clone())
    }

    /// How many series an expression gives now.
    async fn count(&self, expression: &str) -> anyhow::Result<usize> {
        let data = self.get("query", &[("query", expression)]).await?;
        let result = data["result"].as_array().context("no result")?;
        Ok(if data["resultType"] == "vector" { result.len() } else { 1 })
    }
}

/// Every expression of the dashboard, as Grafana would send it.
fn expressions() -> anyhow::Result<Vec<String>> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("expr").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| collect(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(monitoring("dashboard.json"))?)?;
    let mut found = Vec::new();
    collect(&dashboard, &mut found);
    let filled = |expression: &String| {
        expression.replace("$job", "radarr").replace("$instance", ".*").replace("$__rate_interval", "1m")
    };
    Ok(found.iter().map(filled).collect())
}

/// Names of ours in an expression, without the endings of a histogram's parts.
fn names_in(expression: &str, reference: &Reference) -> anyhow::Result<BTreeSet<String>> {
    // A recorded series has colons in its name.
    let name = Regex::new(r"(?:^|[^a-z_:])((?:radarr|process)_[a-z_]+)\b")?;
    let known = |found: &str| {
        let endings = ["_bucket", "_sum", "_count"].iter();
        let base = endings
            .filter_map(|ending| found.strip_suffix(ending))
            .find(|base| reference.get(*base).is_some_and(|(kind, _)| kind == "histogram"));
        base.unwrap_or(found).to_owned()
    };
    Ok(name.captures_iter(expression).map(|found| known(&found[1])).collect())
}

#[test]
fn the_alerts_hold_in_their_own_tests() -> anyhow::Result<()> {
    for (what, file) in [(["check", "rules"], "rules.yaml"), (["test", "rules"], "rules_test.yaml")] {
        let output =
            Command::new(needed("promtool", "prometheus")?).args(what).arg(monitoring(file)).output()?;
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat())
        );
    }
    let rules = std::fs::read_to_string(monitoring("rules.yaml"))?;
    let tests = std::fs::read_to_string(monitoring("rules_test.yaml"))?;
    for alert in Regex::new(r"- alert: (\w+)")?.captures_iter(&rules) {
        assert!(tests.contains(&format!("alertname: {}", &alert[1])), "{} has no test", &alert[1]);
    }
    Ok(())
}

#[test]
fn rules_and_dashboard_speak_of_metrics_that_exist_and_lead_to_the_runbook() -> anyhow::Result<()> {
    let reference = reference()?;
    let rules = std::fs::read_to_string(monitoring("rules.yaml"))?;
    for expression in expressions()?.iter().map(String::as_str).chain([rules.as_str()]) {
        for name in names_in(expression, &reference)? {
            assert!(reference.contains_key(&name), "{name} does not exist: {expression}");
        }
    }
    let page = std::fs::read_to_string(repository().join("docs/operations.md"))?;
    let slug = |heading: &str| heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    let anchors: BTreeSet<String> = page.lines().filter(|line| line.starts_with('#')).map(slug).collect();
    for link in Regex::new(r"operations\.md#([a-z-]+)")?.captures_iter(&rules) {
        assert!(anchors.contains(&link[1]), "docs/operations.md has no {}", &link[1]);
    }
    Ok(())
}

#[tokio::test]
async fn the_page_is_what_the_reference_says_and_the_dashboard_shows_it() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let prometheus = Prometheus::start(&scene.folder, scene.daemon.metrics)?;
    let movie = add(&client, NOSFERATU, true).await?;
    imported(&client, movie.id).await?;
    // More than may go to TMDB at once.
    let lookups = (0..25).map(|number| client.lookup_movies(format!("Nosferatu {number}")));
    join_all(lookups).await.into_iter().collect::<Result<Vec<_>, _>>()?;

    let page = scene.daemon.metrics_page().await?;
    assert_eq!(complaints(&page)?, Vec::<String>::new());
    let (documented, found) = (reference()?, of_page(&page)?);
    for (name, (kind, labels)) in &found {
        let (said_kind, said_labels) =
            documented.get(name).with_context(|| format!("{name} is not documented"))?;
        assert_eq!((kind, labels), (said_kind, said_labels), "{name}");
    }
    let missing: Vec<&String> = documented.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(missing.is_empty(), "documented and not there: {missing:?}");
    let root = scene.root.display().to_string();
    assert!(page.contains(&format!("radarr_root_folder_up{{path=\"{root}\"}} 1")), "{page}");
    for never in [&scene.stand_ins.hdbits.account.passkey, "Nosferatu", "http://"] {
        assert!(!page.contains(never), "{never} is on the page");
    }

    // Rates need a few scrapes, rules a few rounds.
    eventually("some scrapes by Prometheus", WITHIN, || async {
        let seen = prometheus.get("query", &[("query", "count_over_time(radarr_build_info[1m])")]).await?;
        let count = seen["result"][0]["value"][1].as_str().and_then(|text| text.parse::<u32>().ok());
        if count.unwrap_or(0) > 8 { Ok(()) } else { bail!("{seen}") }
    })
    .await?;
    // A call that is made while Prometheus looks.
    client.status().await?;
    for expression in expressions()? {
        let series = prometheus.count(&expression).await.with_context(|| expression.clone())?;
        assert!(series > 0 || expression.contains(" > 0"), "nothing is shown by {expression}");
    }
    let rules = eventually("the rules' first round", WITHIN, || async {
        let rules = prometheus.get("rules", &[]).await?;
        ensure!(!rules.to_string().contains("\"health\":\"unknown\""), "{rules}");
        Ok(rules)
    });
    let rules = rules.await?;
    let groups = rules["groups"].as_array().context("no groups")?;
    let rules: Vec<&Value> = groups.iter().filter_map(|group| group["rules"].as_array()).flatten().collect();
    assert!(rules.len() > 20, "{rules:?}");
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
        assert!(rule["state"] != "firing", "a daemon that is well: {rule}");
    }
    Ok(())
}
