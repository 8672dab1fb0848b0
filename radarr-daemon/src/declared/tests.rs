//! Files of settings against a real storage.

mod faults;
mod managed;
mod round_trip;
mod watched;
mod whole;

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::SecretText;
use radarr_proto::request::{AppliedSettings, ApplySettings, DeclaredFile, SettingAction};

use super::{apply_settings, export_settings};
use crate::flow::{By, Flow, FlowError};
use crate::settings::{seed, testing};

fn by() -> By {
    By::caller("alice", "request-1")
}

/// A file, and the secrets that it may refer to.
fn request(text: &str) -> ApplySettings {
    let secret = |key: &str, value: &str| (key.to_owned(), SecretText::new(value));
    ApplySettings {
        source: "settings.yaml".to_owned(),
        files: vec![DeclaredFile { name: "settings.yaml".to_owned(), text: text.to_owned() }],
        secrets: [secret("env:PASSKEY", "passkey-1"), secret("file:/password", "password-1")].into(),
        ..ApplySettings::default()
    }
}

async fn apply(flow: &Flow, text: &str) -> Result<AppliedSettings, FlowError> {
    apply_settings(flow, &by(), request(text)).await
}

/// A new storage, as a daemon that starts leaves it.
async fn seeded() -> (Flow, tempfile::TempDir) {
    let (flow, temp) = testing::flow().await;
    seed(&flow.store, flow.now()).await.unwrap();
    (flow, temp)
}

fn words(applied: &AppliedSettings) -> Vec<String> {
    let sign = |action| match action {
        SettingAction::Add => '+',
        SettingAction::Change => '~',
        SettingAction::Delete => '-',
        SettingAction::Manage => '=',
        SettingAction::Release => '!',
        SettingAction::Unknown => '?',
    };
    applied
        .changes
        .iter()
        .map(|change| format!("{} {} {}", sign(change.action), change.section, change.name))
        .collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, FlowError>, code: ErrorCode, words: &str) -> ApiError {
    let error: ApiError = result.unwrap_err().into();
    assert_eq!(error.code, code, "{error:?}");
    assert!(error.message.contains(words), "wanted {words:?}, got {:?}", error.message);
    assert!(error.hint.is_some(), "{error:?}");
    error
}
