//! Several who change settings at the same moment.

use futures::future::join_all;
use radarr_proto::model::{Role, SecretText};
use radarr_proto::request::CreateToken;

use super::*;
use crate::security::tokens;
use crate::settings::tags::{add_tag, tags};
use crate::settings::tokens::{create_token, load_tokens, revoke_token, tokens as shown};

#[tokio::test]
async fn many_who_add_at_once_all_succeed_and_no_name_is_there_twice() {
    let (flow, _temp) = testing::flow().await;
    let (flow, by) = (&flow, &by());
    let adding = (0..12).map(|number| async move {
        let label = if number % 2 == 0 { "same".to_owned() } else { format!("tag {number}") };
        add_tag(flow, by, label).await.unwrap()
    });
    join_all(adding).await;
    let mut labels: Vec<String> = tags(flow).await.unwrap().into_iter().map(|tag| tag.label).collect();
    labels.sort();
    assert_eq!(labels, ["same", "tag 1", "tag 11", "tag 3", "tag 5", "tag 7", "tag 9"]);
}

#[tokio::test]
async fn a_token_lets_in_until_it_is_revoked_and_its_secret_is_stored_nowhere() {
    let (flow, temp) = testing::flow().await;
    let request = CreateToken { name: "overseerr".to_owned(), role: Role::Operator, certificate: None };
    let made = create_token(&flow, &by(), request.clone()).await.unwrap();
    let known = load_tokens(&flow.store).await.unwrap();
    assert_eq!(tokens::find(&known, &made.secret).map(|token| token.info.role), Some(Role::Operator));
    refused(create_token(&flow, &by(), request).await, ErrorCode::Conflict, "already");
    let unknown = CreateToken { name: "x".to_owned(), role: Role::Unknown, certificate: None };
    refused(create_token(&flow, &by(), unknown).await, ErrorCode::Invalid, "role");
    assert_eq!(shown(&flow).await.unwrap(), std::slice::from_ref(&made.token));
    revoke_token(&flow, &by(), made.token.id).await.unwrap();
    assert_eq!(load_tokens(&flow.store).await.unwrap(), []);
    flow.store.close().await;
    assert!(!holds(temp.path(), &made.secret), "the secret is on the disk");
}

/// Whether any file below holds the secret in the clear.
pub(super) fn holds(folder: &std::path::Path, secret: &SecretText) -> bool {
    let needle = secret.expose().as_bytes();
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, secret);
        }
        std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
    })
}
