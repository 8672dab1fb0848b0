//! Indexers: HDBits and Torznab have an equivalent.

use radarr_proto::model::{
    ClientId, DocVersion, Indexer, IndexerFlag, IndexerId, IndexerKind, Language, SaveIndexer, SecretInput,
    SecretSource, SecretText,
};

use super::{Known, Mapped, name_of, priority, tags_that_narrow};
use crate::migrate::fields::{Fields, secret};
use crate::settings::radarr_numbers::FLAGS;

/// Radarr's categories of movies, where an indexer has none of its own.
const CATEGORIES: &[u32] = &[2000, 2010, 2020, 2030, 2040, 2045, 2050, 2060];

/// What it is called.
pub fn called(fields: &Fields) -> String {
    name_of(fields, "Indexer")
}

/// The indexer, out of use: two programs that grab the same things are of no use to anybody.
pub fn indexer(fields: &Fields, known: &Known) -> Result<Mapped<SaveIndexer>, String> {
    let settings = fields.settings();
    let mut changes = Vec::new();
    let (kind, secret) = kind(fields, &settings)?;
    let tags = tags_that_narrow(fields, known, &mut changes)?;
    let client_id = client(fields, known, &mut changes);
    if secret.is_none() {
        changes.push("its key is not given: enter it here".to_owned());
    }
    let criteria = settings.object("seedCriteria").unwrap_or_default();
    // The API names what lies in an object by both names.
    let ratio = criteria.float("seedRatio").or_else(|| settings.float("seedCriteria.seedRatio"));
    let minutes = criteria.int("seedTime").or_else(|| settings.int("seedCriteria.seedTime"));
    let indexer = Indexer {
        id: IndexerId(0),
        doc_version: DocVersion(0),
        name: called(fields),
        base_url: settings.text("baseUrl").unwrap_or_else(|| usual_address(&kind)).to_owned(),
        kind,
        secret: SecretSource::None,
        enabled: false,
        use_recent: fields.flag("enableRss"),
        use_automatic_search: fields.flag("enableAutomaticSearch"),
        use_interactive_search: fields.flag("enableInteractiveSearch"),
        priority: priority(fields, 25, &mut changes),
        minimum_seeders: settings.number("minimumSeeders").unwrap_or(1),
        required_flags: required_flags(&settings),
        multi_languages: multi_languages(&settings),
        tags,
        client_id,
        seed_ratio_hundredths: ratio.and_then(hundredths),
        seed_time_minutes: minutes.and_then(|minutes| u32::try_from(minutes).ok()),
        requests_per_hour: 0,
    };
    let secret = secret.map_or(SecretInput::Keep, |value| SecretInput::Value { value });
    Ok(Mapped { value: SaveIndexer { indexer, secret }, changes })
}

fn kind(fields: &Fields, settings: &Fields) -> Result<(IndexerKind, Option<SecretText>), String> {
    let key = secret(settings, "apiKey").map(SecretText::new);
    match fields.text("implementation").unwrap_or_default() {
        "HDBits" => {
            let username = settings.text("username").ok_or("it has no user name")?.to_owned();
            Ok((IndexerKind::Hdbits { username }, key))
        }
        "Torznab" => {
            let api_path = settings.text("apiPath").unwrap_or("/api").to_owned();
            let wanted =
                settings.ids("categories").into_iter().filter_map(|number| u32::try_from(number).ok());
            let mut categories: Vec<u32> = wanted.collect();
            if categories.is_empty() {
                categories = CATEGORIES.to_vec();
            }
            Ok((IndexerKind::Torznab { api_path, categories }, key))
        }
        "Newznab" => Err("it is of usenet, and only torrents are fetched here".to_owned()),
        other => {
            Err(format!("there is no indexer of the kind {other:?} here; Prowlarr offers it as Torznab"))
        }
    }
}

fn usual_address(kind: &IndexerKind) -> &'static str {
    match kind {
        IndexerKind::Hdbits { .. } => "https://hdbits.org",
        IndexerKind::Torznab { .. } | IndexerKind::Unknown => "",
    }
}

fn client(fields: &Fields, known: &Known, changes: &mut Vec<String>) -> Option<ClientId> {
    let number = fields.int("downloadClientId").filter(|number| *number != 0)?;
    let client = known.clients.get(&number).copied();
    if client.is_none() {
        changes.push("the download client that it was bound to is not here: any is taken".to_owned());
    }
    client
}

fn required_flags(settings: &Fields) -> Vec<IndexerFlag> {
    let numbers = settings.ids("requiredFlags");
    let by_bit =
        |number: &i64| FLAGS.iter().find(|(bit, _)| i64::from(*bit) == *number).map(|(_, flag)| *flag);
    numbers.iter().filter_map(by_bit).collect()
}

fn multi_languages(settings: &Fields) -> Vec<Language> {
    let numbers = settings.ids("multiLanguages");
    let known = |number: &i64| i32::try_from(*number).ok().and_then(Language::from_number);
    numbers.iter().filter_map(known).filter(|language| *language != Language::Unknown).collect()
}

fn hundredths(ratio: f64) -> Option<u32> {
    let rounded = (ratio * 100.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the bounds just checked"
    )]
    (0.0..=1_000_000.0).contains(&rounded).then_some(rounded as u32)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(row: Value) -> Result<Mapped<SaveIndexer>, String> {
        let known = Known { clients: [(1, ClientId(11))].into(), ..Known::default() };
        indexer(&Fields::of(&row).unwrap(), &known)
    }

    #[test]
    fn hdbits_comes_with_its_passkey_and_out_of_use() {
        let got = read(json!({"Id": 1, "Name": "HDBits", "Implementation": "HDBits", "ConfigContract": "HDBitsSettings",
            "Settings": json!({"baseUrl": "https://hdbits.org", "username": "me", "apiKey": "passkey-1",
                "minimumSeeders": 2, "seedCriteria": {"seedRatio": 1.5, "seedTime": 4320}, "requiredFlags": [1, 32],
                "multiLanguages": [1, 4, 0]}).to_string(),
            "EnableRss": 1, "EnableAutomaticSearch": null, "EnableInteractiveSearch": 1, "Priority": 99,
            "Tags": null, "DownloadClientId": 1}))
        .unwrap();
        let indexer = got.value.indexer;
        assert_eq!(indexer.kind, IndexerKind::Hdbits { username: "me".into() });
        assert_eq!(got.value.secret, SecretInput::Value { value: SecretText::new("passkey-1") });
        assert_eq!((indexer.enabled, indexer.use_recent, indexer.use_automatic_search), (false, true, false));
        assert_eq!(
            (indexer.minimum_seeders, indexer.seed_ratio_hundredths, indexer.seed_time_minutes),
            (2, Some(150), Some(4320))
        );
        assert_eq!(indexer.required_flags, [IndexerFlag::Freeleech, IndexerFlag::Internal]);
        assert_eq!(indexer.multi_languages, [Language::English, Language::German]);
        assert_eq!((indexer.client_id, indexer.priority), (Some(ClientId(11)), 50));
        assert_eq!(got.changes, ["its priority 99 is 50 here"]);
    }

    #[test]
    fn torznab_over_the_api_comes_without_its_masked_key() {
        let got = read(json!({"id": 2, "name": "One (Prowlarr)", "implementation": "Torznab", "enableRss": true,
            "fields": [{"name": "baseUrl", "value": "http://127.0.0.1:9696/1/"}, {"name": "apiPath", "value": "/api"},
                {"name": "apiKey", "value": "********"}, {"name": "categories", "value": [2000, 2040]},
                {"name": "seedCriteria.seedRatio", "value": 2}],
            "priority": 25, "tags": [], "downloadClientId": 7}))
        .unwrap();
        let indexer = got.value.indexer;
        assert_eq!(
            indexer.kind,
            IndexerKind::Torznab { api_path: "/api".into(), categories: vec![2000, 2040] }
        );
        assert_eq!((indexer.seed_ratio_hundredths, got.value.secret), (Some(200), SecretInput::Keep));
        assert_eq!(got.changes.len(), 2, "{:?}", got.changes);
    }

    #[test]
    fn others_stay_behind_with_their_reason_and_without_their_secrets() {
        for (implementation, why) in
            [("Newznab", "usenet"), ("FileList", "Prowlarr"), ("HDBits", "user name")]
        {
            let row =
                json!({"Name": "x", "Implementation": implementation, "Settings": "{\"apiKey\": \"hush\"}"});
            let error = read(row).unwrap_err();
            assert!(error.contains(why) && !error.contains("hush"), "{error}");
        }
    }
}
