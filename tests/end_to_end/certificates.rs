//! TLS over RPC and HTTP: certificates that change while the daemon runs, and clients that show one of their own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use radarr_daemon::net::Http;
use radarr_proto::client::{Client, ClientCertificate, ConnectError, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::error::ErrorCode;
use radarr_proto::hello::RefusalCode;
use radarr_proto::model::{Role, SecretText};
use radarr_proto::request::{CreateToken, CreatedToken};
use radarr_tests::harness::{Cli, Daemon, DaemonSettings, eventually, free_port};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

const PATIENCE: Duration = Duration::from_secs(30);

/// A certificate authority in a folder.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: PathBuf,
    folder: PathBuf,
}

impl Authority {
    fn new(folder: &Path, name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let file = folder.join(format!("{name}.pem"));
        std::fs::write(&file, parameters.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(parameters, key), file, folder: folder.to_owned() }
    }

    /// A certificate and its key, in two files.
    fn issue(&self, file: &str, name: &str, last_year: i32) -> ClientCertificate {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.not_after = rcgen::date_time_ymd(last_year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let path = |ending: &str| self.folder.join(format!("{file}.{ending}"));
        std::fs::write(path("pem"), certificate.pem()).unwrap();
        std::fs::write(path("key"), key.serialize_pem()).unwrap();
        ClientCertificate { chain: path("pem"), key: path("key") }
    }
}

fn env(pairs: &[(&str, &Path)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, path)| ((*name).to_owned(), path.display().to_string())).collect()
}

fn tls(daemon: &Daemon) -> Endpoint {
    Endpoint::Tls { host: "localhost".to_owned(), port: daemon.tcp.port() }
}

async fn made(daemon: &Daemon, name: &str, certificate: Option<&str>) -> CreatedToken {
    let certificate = certificate.map(str::to_owned);
    let request = CreateToken { name: name.to_owned(), role: Role::Operator, certificate };
    daemon.client().await.unwrap().create_token(request).await.unwrap()
}

fn trusting(authority: &Authority) -> ConnectOptions {
    ConnectOptions {
        ca_file: Some(authority.file.clone()),
        retry_for: Duration::ZERO,
        ..ConnectOptions::default()
    }
}

async fn https(daemon: &Daemon, authority: &Authority, path: &str, token: &str) -> anyhow::Result<u16> {
    https_at(daemon.http.port(), authority, path, token).await
}

async fn https_at(port: u16, authority: &Authority, path: &str, token: &str) -> anyhow::Result<u16> {
    let pem = std::fs::read(&authority.file)?;
    // It sets the way in which the process encrypts.
    drop(Http::new()?);
    let client = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem)?])
        .no_proxy()
        .build()?;
    let url = format!("https://localhost:{port}{path}");
    Ok(client.get(url).header("x-api-key", token).send().await?.status().as_u16())
}

#[tokio::test]
async fn certificates_are_changed_while_the_daemon_runs_and_bad_ones_change_nothing() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (old, new) = (Authority::new(folder.path(), "old"), Authority::new(folder.path(), "new"));
    // As Kubernetes mounts a secret: the files are links through a folder that is swapped.
    let generation = |number: u32| folder.path().join(format!("..{number}"));
    let put = |authority: &Authority, number: u32, year: i32| {
        std::fs::create_dir(generation(number)).unwrap();
        let pair = authority.issue("fresh", "localhost", year);
        rustix::fs::rename(pair.chain, generation(number).join("tls.crt")).unwrap();
        rustix::fs::rename(pair.key, generation(number).join("tls.key")).unwrap();
    };
    let swap = |number: u32| {
        let link = folder.path().join("..data_tmp");
        std::os::unix::fs::symlink(generation(number), &link).unwrap();
        rustix::fs::rename(link, folder.path().join("..data")).unwrap();
    };
    put(&old, 1, 2099);
    swap(1);
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    std::os::unix::fs::symlink("..data/tls.crt", &certificate)?;
    std::os::unix::fs::symlink("..data/tls.key", &key)?;
    let env = env(&[
        ("RADARR__RPC__TLS_CERT", &certificate),
        ("RADARR__RPC__TLS_KEY", &key),
        ("RADARR__HTTP__TLS_CERT", &certificate),
        ("RADARR__HTTP__TLS_KEY", &key),
    ]);
    let mut daemon =
        Daemon::prepare(&folder.path().join("daemon"), DaemonSettings { env, ..DaemonSettings::default() })?;
    daemon.spawn()?;
    eventually("the daemon", PATIENCE, || async { daemon.client().await.map(drop) }).await?;
    let token = made(&daemon, "laptop", None).await.secret.expose().to_owned();
    let options = |authority: &Authority| ConnectOptions {
        token: Some(SecretText::new(token.as_str())),
        ..trusting(authority)
    };
    let steady = Client::connect(&tls(&daemon), options(&old)).await?;
    let asked =
        || async { https(&daemon, &old, "/info", &token).await.map(|status| assert_eq!(status, 200)) };
    eventually("HTTPS", PATIENCE, asked).await?;
    assert!(Client::connect(&tls(&daemon), options(&new)).await.is_err());

    put(&new, 2, 2099);
    swap(2);
    let taken_in =
        || async { Client::connect(&tls(&daemon), options(&new)).await.map(drop).map_err(Into::into) };
    eventually("the new certificate over RPC", PATIENCE, taken_in).await?;
    let asked =
        || async { https(&daemon, &new, "/info", &token).await.map(|status| assert_eq!(status, 200)) };
    eventually("the new certificate over HTTP", PATIENCE, asked).await?;
    assert!(Client::connect(&tls(&daemon), options(&old)).await.is_err());
    assert_eq!(steady.whoami().await?.role, Role::Operator, "who was connected stays so");

    // A key that does not fit: the ones before stay, and the health page says so.
    put(&new, 3, 2099);
    std::fs::write(generation(3).join("tls.key"), std::fs::read(generation(2).join("tls.key"))?)?;
    swap(3);
    let told = |word: &'static str| {
        let daemon = &daemon;
        move || async move {
            let items = daemon.client().await?.health().await?;
            let item = items.iter().find(|item| item.check == "certificate").context("nothing is told")?;
            ensure!(item.message.contains(word), "{}", item.message);
            Ok(())
        }
    };
    eventually("the word about the key", PATIENCE, told("do not fit together")).await?;
    Client::connect(&tls(&daemon), options(&new)).await?;

    // One that has ended is taken in all the same (the clock may be wrong), and told.
    put(&new, 4, 2020);
    swap(4);
    eventually("the word about the end", PATIENCE, told("it ended at")).await?;
    put(&new, 5, 2099);
    swap(5);
    let well = || async {
        let items = daemon.client().await?.health().await?;
        ensure!(items.iter().all(|item| item.check != "certificate"), "{items:?}");
        Ok(())
    };
    eventually("all is well", PATIENCE, well).await?;
    Client::connect(&tls(&daemon), options(&new)).await?;
    // The probe of a container asks over TLS as well.
    let probe = tokio::process::Command::new(radarr_tests::harness::binaries::ours("radarr-daemon")?)
        .args(["healthcheck", "--ready", "--config"])
        .arg(daemon.config())
        .env("RADARR__HTTP__TLS_CERT", &certificate)
        .env("RADARR__HTTP__TLS_KEY", &key)
        .output()
        .await?;
    assert!(probe.status.success(), "{}", String::from_utf8_lossy(&probe.stderr));
    Ok(())
}

#[tokio::test]
async fn a_client_certificate_stands_for_a_principal_until_that_is_revoked() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (ours, other) = (Authority::new(folder.path(), "ours"), Authority::new(folder.path(), "other"));
    let server = ours.issue("server", "localhost", 2099);
    let env = env(&[
        ("RADARR__RPC__TLS_CERT", &server.chain),
        ("RADARR__RPC__TLS_KEY", &server.key),
        ("RADARR__RPC__CLIENT_CA", &ours.file),
    ]);
    let daemon =
        Daemon::start(&folder.path().join("daemon"), DaemonSettings { env, ..DaemonSettings::default() })
            .await?;
    let showing =
        |certificate: ClientCertificate| ConnectOptions { certificate: Some(certificate), ..trusting(&ours) };
    let laptop = ours.issue("laptop", "laptop.example", 2099);
    // Known to the authority, and to nobody here.
    let error = Client::connect(&tls(&daemon), showing(laptop.clone())).await.unwrap_err();
    assert!(matches!(error, ConnectError::Refused { code: RefusalCode::NotAllowed, .. }), "{error}");

    let record = made(&daemon, "laptop", Some("laptop.example")).await;
    assert!(record.secret.is_empty());
    let let_in = || async { Ok(Client::connect(&tls(&daemon), showing(laptop.clone())).await?) };
    let client = eventually("the certificate is known", PATIENCE, let_in).await?;
    let whoami = client.whoami().await?;
    assert_eq!((whoami.name.as_str(), whoami.role), ("certificate:laptop", Role::Operator));
    let error = client.tokens().await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::Forbidden), "{error}");

    // Another authority's, one that has ended, and none at all.
    for wrong in [other.issue("strange", "laptop.example", 2099), ours.issue("old", "laptop.example", 2020)] {
        let error = Client::connect(&tls(&daemon), showing(wrong.clone())).await.unwrap_err();
        assert!(matches!(error, ConnectError::Tls(_)), "{}: {error}", wrong.chain.display());
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    let error = Client::connect(&tls(&daemon), trusting(&other)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Tls(_)), "a client that trusts another authority: {error}");
    let error = Client::connect(&tls(&daemon), trusting(&ours)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Refused { code: RefusalCode::NotAllowed, .. }), "{error}");
    // Without a certificate a token is as good as ever.
    let token = made(&daemon, "phone", None).await.secret;
    let with_token = ConnectOptions { token: Some(token), ..trusting(&ours) };
    let with_token = || async { Ok(Client::connect(&tls(&daemon), with_token.clone()).await?) };
    let phone = eventually("the token is known", PATIENCE, with_token).await?;
    assert_eq!(phone.whoami().await?.name, "token:phone");

    // The command line shows it as well.
    let cli = Cli::new(tls(&daemon))?;
    let flags = |certificate: &ClientCertificate| {
        let paths = [&ours.file, &certificate.chain, &certificate.key].map(|path| path.display().to_string());
        let [ca, cert, key] = paths;
        ["--ca-file".to_owned(), ca, "--cert".to_owned(), cert, "--key".to_owned(), key, "status".to_owned()]
    };
    cli.ok(&flags(&laptop)).await?;

    daemon.client().await?.revoke_token(record.token.id).await?;
    let ended = || async {
        ensure!(client.whoami().await.is_err(), "the connection lives on");
        Ok(())
    };
    eventually("the end of the open connection", PATIENCE, ended).await?;
    let said = cli.run(&flags(&laptop)).await?;
    assert_eq!(said.code, 5, "{}", said.err);
    assert!(said.err.contains("revoked"), "{}", said.err);
    Ok(())
}

async fn doctor(daemon: &Daemon, arguments: &[&str]) -> anyhow::Result<String> {
    Ok(daemon.run(&[&["doctor"], arguments].concat()).await?.out)
}

#[tokio::test]
async fn the_doctor_sees_the_certificate_as_a_client_does_and_the_one_that_is_shown() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let authority = Authority::new(folder.path(), "ca");
    let own = authority.issue("server", "localhost", 2999);
    let env = env(&[("RADARR__RPC__TLS_CERT", &own.chain), ("RADARR__RPC__TLS_KEY", &own.key)]);
    let settings = DaemonSettings { env, ..DaemonSettings::default() };
    let daemon = Daemon::start(&folder.path().join("daemon"), settings).await?;
    let ca = authority.file.display().to_string();

    let said = doctor(&daemon, &["--ca-file", &ca]).await?;
    ensure!(said.contains("holds for localhost, by the authority in"), "{said}");
    ensure!(!said.contains("another certificate"), "{said}");
    let said = doctor(&daemon, &["--ca-file", &ca, "--host", "nas.example"]).await?;
    ensure!(said.contains("problem  certificate") && said.contains("is not for nas.example"), "{said}");
    // One whose key is not there: the daemon keeps the one before in force.
    std::fs::copy(authority.issue("other", "localhost", 2999).chain, &own.chain)?;
    let said = doctor(&daemon, &["--ca-file", &ca]).await?;
    ensure!(
        said.contains("shows another certificate than") && said.contains("do not fit together"),
        "{said}"
    );
    Ok(())
}

#[tokio::test]
async fn metrics_on_a_public_address_need_tls_and_a_token_and_the_probes_there_need_no_token()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let authority = Authority::new(folder.path(), "ca");
    let own = authority.issue("server", "localhost", 2999);
    let listen = free_port()?;
    let mut env = env(&[("RADARR__HTTP__TLS_CERT", &own.chain), ("RADARR__HTTP__TLS_KEY", &own.key)]);
    env.push(("RADARR__METRICS__LISTEN".to_owned(), format!("0.0.0.0:{}", listen.port())));
    let settings = DaemonSettings { env, ..DaemonSettings::default() };
    let mut daemon = Daemon::prepare(&folder.path().join("daemon"), settings)?;
    daemon.spawn()?;
    eventually("the daemon", PATIENCE, || async { daemon.client().await.map(drop) }).await?;
    let token = made(&daemon, "prometheus", None).await;
    for (path, token, wanted) in [
        ("/metrics", "", 401),
        ("/metrics", "0123456789abcdef0123456789abcdef", 401),
        ("/health", "", 200),
        ("/ready", "", 200),
    ] {
        let status = https_at(listen.port(), &authority, path, token).await?;
        ensure!(status == wanted, "{path} with {token:?}: {status}");
    }
    // A wrong token makes its address wait.
    eventually("the metrics", PATIENCE, || async {
        let status = https_at(listen.port(), &authority, "/metrics", token.secret.expose()).await?;
        ensure!(status == 200, "{status}");
        Ok(())
    })
    .await?;
    let plain = Http::new()?;
    let asked = plain.get(format!("http://127.0.0.1:{}/metrics", listen.port()).parse()?);
    ensure!(plain.send(asked, 1 << 16).await.is_err(), "it is answered without encryption");
    Ok(())
}
