//! What is wrong with a file is told with the place, and what to do.

use super::*;

#[tokio::test]
async fn faults_are_told_with_file_line_and_suggestion() {
    let (flow, _temp) = seeded().await;
    for (text, words) in [
        ("tags: [a]\n", "settings.yaml, line 1: version: 1 is missing"),
        ("version: 2\n", "settings.yaml, line 1: this daemon reads version 1"),
        (
            "version: 1\n\nindexer: []\n",
            "line 3: there is no section \"indexer\"; did you mean \"indexers\"?",
        ),
        ("version: 1\nfoo: 1\n", "line 2: there is no section \"foo\"; there are tags, root_folders"),
        (
            "version: 1\nindexers:\n  - name: A\n    kind: hdbits\n    priorty: 1\n",
            "line 5: indexers: there is no setting \"priorty\"; did you mean \"priority\"?",
        ),
        ("version: 1\nindexers: {name: A}\n", "line 2: indexers is a list"),
        ("version: 1\nnaming: []\n", "line 2: naming is names with values"),
        ("version: 1\nnaming: {renam: true}\n", "did you mean \"rename\"?"),
        ("version: 1\ntags: [a, A]\n", "tags \"a\" is declared twice: in settings.yaml, line 2"),
        (
            "version: 1\nindexers:\n  - {name: A, kind: hdbits, passkey: hunter2}\n",
            "line 3: indexers: a secret is never written into such a file",
        ),
        (
            "version: 1\nindexers:\n  - {name: A, kind: hdbits, passkey: {env: A, file: B}}\n",
            "either env or file",
        ),
        (
            "version: 1\nindexers:\n  - {name: A, kind: hdbits, username: m, passkey: {env: GONE}}\n",
            "the secret of A can't be read: env:GONE did not come",
        ),
        (
            "version: 1\nindexers:\n  - {name: A, kind: hdbits, username: m, passkey: {file: CHANGE-ME}}\n",
            "still to be filled in",
        ),
        (
            "version: 1\nindexers:\n  - {name: A, kind: torznab, base_url: 'http://h', passkey: {env: PASSKEY}}\n",
            "has no passkey",
        ),
        (
            "version: 1\nindexers:\n  - {name: A, kind: torznab, base_url: 'http://h', client: nobody}\n",
            "line 3, indexers \"A\": there is no download client \"nobody\"",
        ),
        (
            "version: 1\nprofiles: [{name: P, qualities: [Bluray-1080]}]\n",
            "there is no quality \"Bluray-1080\"; did you mean \"Bluray-1080p\"?",
        ),
        (
            "version: 1\nprofiles: [{name: P, qualities: [DVD], scores: {none: 1}}]\n",
            "it scores the custom format \"none\"",
        ),
        (
            "version: 1\ncustom_formats: [{name: F, conditions: [{kind: sizes, name: c}]}]\n",
            "there is no kind \"sizes\"",
        ),
        (
            "version: 1\ncustom_formats: [{name: F, conditions: [{kind: year, name: c, min: 1, max: 2, pattern: x}]}]\n",
            "a condition of the kind \"year\" has no pattern",
        ),
        (
            "version: 1\ncustom_formats: [{name: F, conditions: [{kind: year, name: c, min: 1, max: 2}], scores: {Q: 1}}]\nprofiles: [{name: P, qualities: [DVD]}]\n",
            "which the files do not declare",
        ),
        ("version: 1\ntokens: [{name: t, role: king}]\n", "\"king\" is none of viewer, operator, admin"),
        (
            "version: 1\ntokens: [{name: t, role: admin, secret: {env: PASSKEY}}]\n",
            "fewer than 32 characters",
        ),
        (
            "version: 1\ntokens: [{name: t, role: admin, certificate: a, secret: {env: PASSKEY}}]\n",
            "has a secret and a certificate",
        ),
        ("version: 1\ntokens: [{name: t, role: admin, certificate: ' '}]\n", "a certificate's name has"),
        ("version: 1\ntokens: [{name: t, role: admin}]\n", "there is no token \"t\""),
        (
            "version: 1\nroot_folders: [{path: /nowhere/at/all}]\n",
            "line 2, root_folders \"/nowhere/at/all\": /nowhere/at/all is not there",
        ),
    ] {
        let error = refused(apply(&flow, text).await, ErrorCode::Invalid, words);
        assert!(!error.message.contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn all_faults_of_all_files_are_told_at_once_and_the_same_thing_in_two_files_names_both() {
    let (flow, _temp) = seeded().await;
    let file = |name: &str, text: &str| DeclaredFile { name: name.to_owned(), text: text.to_owned() };
    let mut both = request("");
    both.files = vec![
        file("10.yaml", "version: 1\ntags: [a]\nx: 1\n---\nversion: 1\nlibrary: {link_mod: copy}\n"),
        file("20.yaml", "version: 1\ntags: [b, a]\n"),
    ];
    let error = refused(apply_settings(&flow, &by(), both).await, ErrorCode::Invalid, "20.yaml, line 2");
    for words in [
        "10.yaml, line 3",
        "10.yaml, line 6",
        "\"a\" is declared twice: in 10.yaml, line 2, and in 20.yaml, line 2",
    ] {
        assert!(error.message.contains(words), "{error:?}");
    }
}
