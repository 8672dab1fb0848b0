//! How TMDB is asked.

use radarr_proto::model::{SecretInput, SecretSource, SecretText, TestResult, TmdbSettings};
use radarr_proto::request::SaveTmdb;

use super::edit::{Noun, based_on, change};
use crate::flow::{By, Flow, FlowError};
use crate::outside::{OutsideError, TMDB_SECRET};
use crate::storage::Only;

/// How TMDB is asked. A key of the deployment goes before one that was entered.
pub async fn tmdb_settings(flow: &Flow) -> Result<TmdbSettings, FlowError> {
    Ok(flow.outside.tmdb_settings().await?)
}

/// Sets language, country and key. The address is the deployment's.
pub async fn save_tmdb_settings(flow: &Flow, by: &By, request: SaveTmdb) -> Result<TmdbSettings, FlowError> {
    let (language, country) = tidy(&request.settings)?;
    let in_force = flow.outside.tmdb_settings().await?;
    if in_force.key == SecretSource::Deployment && request.key != SecretInput::Keep {
        return Err(FlowError::invalid(
            "the deployment sets the TMDB key, so that none can be set here",
            "change tmdb.api_key in the configuration file, or the variable TMDB_API_KEY",
        ));
    }
    change(flow, by, Noun::Tmdb, |edit| {
        let (request, language, country) = (&request, language.clone(), country.clone());
        async move {
            let before = flow.store.load::<TmdbSettings>(Only).await?.map(|stored| stored.key);
            let (key, secret) = flow
                .outside
                .keeper()
                .take(TMDB_SECRET, &request.key, &before.unwrap_or_default(), edit.now)
                .map_err(OutsideError::from)?;
            let doc_version = request.settings.doc_version;
            let settings = TmdbSettings { doc_version, key, base_url: String::new(), language, country };
            edit.keep(edit.commit().put(&settings, based_on(doc_version)).and(secret), "TMDB").await
        }
    })
    .await?;
    tmdb_settings(flow).await
}

/// Tries a key; without one the key that is in force.
pub async fn test_tmdb(flow: &Flow, request: SaveTmdb) -> Result<TestResult, FlowError> {
    let in_force = flow.outside.tmdb_settings().await?;
    let key = match &request.key {
        SecretInput::Keep => Ok(SecretText::default()),
        input @ (SecretInput::Value { .. }
        | SecretInput::File { .. }
        | SecretInput::Clear
        | SecretInput::Unknown) => {
            flow.outside.keeper().preview(&flow.store, TMDB_SECRET, input, &in_force.key).await
        }
    };
    let tried = match key {
        Ok(key) => flow.outside.tmdb_tried(&request.settings, key).await,
        Err(error) => Err(error.into()),
    };
    let tmdb = match tried {
        Ok(tmdb) => tmdb,
        Err(error) => return Ok(failed(&FlowError::from(error).into())),
    };
    match tmdb.test().await {
        Ok(()) => Ok(TestResult {
            ok: true,
            message: format!("the key is taken at {}", in_force.base_url),
            hint: None,
        }),
        Err(error) => Ok(failed(&FlowError::from(error).into())),
    }
}

/// A test that failed, in the words of the error.
pub(super) fn failed(error: &radarr_proto::error::ApiError) -> TestResult {
    TestResult { ok: false, message: error.message.clone(), hint: error.hint.clone() }
}

/// Language and country as TMDB writes them: `en-US`, `US`.
fn tidy(settings: &TmdbSettings) -> Result<(String, String), FlowError> {
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let country = settings.country.trim();
    if !letters(country) {
        return Err(FlowError::invalid(
            format!("{country:?} is no country"),
            "give it two letters by ISO 3166-1, e.g. US",
        ));
    }
    let language = settings.language.trim();
    let (tongue, region) = language.split_once('-').unwrap_or((language, ""));
    if !letters(tongue) || !(region.is_empty() && !language.contains('-') || letters(region)) {
        return Err(FlowError::invalid(
            format!("{language:?} is no language"),
            "give it as two letters, or two letters and a country, e.g. en or en-US",
        ));
    }
    let language = match region {
        "" => tongue.to_lowercase(),
        region => format!("{}-{}", tongue.to_lowercase(), region.to_uppercase()),
    };
    Ok((language, country.to_uppercase()))
}
