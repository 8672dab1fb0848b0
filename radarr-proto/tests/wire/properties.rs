//! What holds for any endpoint, identifier and frame.

use radarr_proto::endpoint::Endpoint;
use radarr_proto::hello::{ClientHello, ServerHello};
use radarr_proto::model::{Event, ImdbId, InfoHash, Language, MovieId, Quality, TmdbId};

use proptest::prelude::*;

fn host() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-z0-9.-]{0,40}", "[0-9]{1,3}(\\.[0-9]{1,3}){3}", "[0-9a-f:]{0,20}::[0-9a-f]{1,4}"]
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    prop_oneof![
        "/[ -~]{0,60}[!-~]".prop_map(|path| Endpoint::Unix(path.into())),
        (host(), any::<u16>()).prop_map(|(host, port)| Endpoint::Tcp { host, port }),
        (host(), any::<u16>()).prop_map(|(host, port)| Endpoint::Tls { host, port }),
    ]
}

proptest! {
    #[test]
    fn an_endpoint_reads_what_it_writes(endpoint in endpoint()) {
        let text = endpoint.to_string();
        prop_assert_eq!(text.parse::<Endpoint>(), Ok(endpoint.clone()), "{}", text);
        let json = serde_json::to_string(&endpoint).unwrap();
        prop_assert_eq!(serde_json::from_str::<Endpoint>(&json).unwrap(), endpoint);
    }

    #[test]
    fn any_text_is_an_endpoint_or_an_error_that_quotes_it(text in "\\PC{0,300}") {
        match text.parse::<Endpoint>() {
            Ok(endpoint) => prop_assert_eq!(endpoint.to_string().parse::<Endpoint>(), Ok(endpoint)),
            Err(error) => prop_assert!(error.to_string().contains("unix:PATH") && error.to_string().len() < 3000),
        }
    }

    #[test]
    fn an_imdb_id_has_one_normal_form(number in 1_u64..10_000_000_000) {
        let id: ImdbId = number.to_string().parse().unwrap();
        prop_assert_eq!(id.number(), number);
        prop_assert_eq!(id.to_string().parse::<ImdbId>().unwrap(), id.clone());
        prop_assert_eq!(format!("tt{number}").parse::<ImdbId>().unwrap(), id);
    }

    #[test]
    fn an_info_hash_reads_what_it_writes(bytes: [u8; 20]) {
        let hash = InfoHash(bytes);
        prop_assert_eq!(hash.to_string().parse::<InfoHash>().unwrap(), hash);
        prop_assert_eq!(hash.to_string().to_uppercase().parse::<InfoHash>().unwrap(), hash);
    }

    #[test]
    fn a_number_id_reads_what_it_writes_and_travels_as_a_number(number: u64, small: u32) {
        let id = MovieId(number);
        prop_assert_eq!(id.to_string().parse::<MovieId>().unwrap(), id);
        prop_assert_eq!(serde_json::to_string(&id).unwrap(), number.to_string());
        prop_assert_eq!(TmdbId(small).to_string().parse::<TmdbId>().unwrap(), TmdbId(small));
    }

    #[test]
    fn no_text_makes_an_identifier_panic(text in "\\PC{0,60}") {
        for error in [
            text.parse::<ImdbId>().err(),
            text.parse::<InfoHash>().err(),
            text.parse::<MovieId>().err(),
            text.parse::<TmdbId>().err(),
        ].into_iter().flatten() {
            prop_assert!(error.value.chars().count() <= 64);
        }
        // Names that are not known are read as unknown, never refused.
        let name = serde_json::to_string(&text).unwrap();
        prop_assert!(serde_json::from_str::<Language>(&name).is_ok());
        prop_assert!(serde_json::from_str::<Quality>(&name).is_ok());
    }

    #[test]
    fn no_bytes_make_a_hello_or_an_event_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let read = [
            serde_json::from_slice::<ClientHello>(&bytes).is_ok(),
            serde_json::from_slice::<ServerHello>(&bytes).is_ok(),
            serde_json::from_slice::<Event>(&bytes).is_ok(),
        ];
        prop_assert!(!read.contains(&true), "{:?} is read as something", bytes);
    }

    #[test]
    fn an_event_of_any_kind_is_read(kind in "[a-z_]{1,20}", extra in "[ -~]{0,20}", number: i64) {
        let event = serde_json::json!({
            "cursor": 5, "at": "2026-01-02T03:04:05Z", "actor": "system", "kind": format!("x_{kind}"),
            "extra": {"a": [extra, number]}, "also": number,
        });
        let read = serde_json::from_value::<Event>(event).unwrap();
        prop_assert_eq!(read.kind, radarr_proto::model::EventKind::Unknown);
    }
}
