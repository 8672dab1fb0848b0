//! Which download client a release goes to.
//!
//! Source: Radarr's `DownloadClientProvider`; instead of taking turns among equals the lowest number is taken, so that
//! a repeated grab goes to the same client.

use radarr_proto::model::{ClientId, DownloadClient, Protocol, TagId};

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoClient {
    /// None is set up.
    #[error("no download client is set up")]
    NoneSetUp,
    /// All are switched off.
    #[error("every download client is switched off")]
    AllOff,
    /// The one that the indexer names is not to be had.
    #[error("the indexer wants download client {0}, which is not there or switched off")]
    NotTheNamed(ClientId),
    /// Every kind of client that there is takes torrents.
    #[error("no client for usenet: every download client takes torrents, and this release is of usenet")]
    ForUsenet,
    /// A protocol that only a newer version knows.
    #[error("no client for a protocol that this version does not know")]
    ForUnknown,
    /// All are for movies with other tags.
    #[error("every download client is only for movies with one of its tags, and this movie has none of them")]
    OtherTags,
}

impl NoClient {
    /// What a person can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoneSetUp => "add one: radarr-tui client add qbittorrent --url http://127.0.0.1:8080",
            Self::AllOff => "switch one on: radarr-tui client edit",
            Self::NotTheNamed(_) => "choose another one for the indexer: radarr-tui indexer edit",
            Self::ForUsenet | Self::ForUnknown => "choose a release that is a torrent",
            Self::OtherTags => "give the movie one of their tags, or take the tags from a client",
        }
    }
}

/// Whether there is a kind of client for a protocol: each that there is takes torrents.
pub fn takes(protocol: Protocol) -> Result<(), NoClient> {
    match protocol {
        Protocol::Torrent => Ok(()),
        Protocol::Usenet => Err(NoClient::ForUsenet),
        Protocol::Unknown => Err(NoClient::ForUnknown),
    }
}

/// The client for a release of an indexer that may name one, and a movie with these tags: those that share a tag go
/// before those without tags; then the best priority. A torrent client never gets a usenet release.
pub fn choose_client<'a>(
    clients: &'a [DownloadClient],
    protocol: Protocol,
    named: Option<ClientId>,
    tags: &[TagId],
) -> Result<&'a DownloadClient, NoClient> {
    takes(protocol)?;
    if clients.is_empty() {
        return Err(NoClient::NoneSetUp);
    }
    let on: Vec<&DownloadClient> = clients.iter().filter(|client| client.enabled).collect();
    if let Some(named) = named {
        return on.into_iter().find(|client| client.id == named).ok_or(NoClient::NotTheNamed(named));
    }
    if on.is_empty() {
        return Err(NoClient::AllOff);
    }
    let shares = |client: &&&DownloadClient| client.tags.iter().any(|tag| tags.contains(tag));
    let best = |clients: Vec<&'a DownloadClient>| {
        clients.into_iter().min_by_key(|client| (client.priority, client.id))
    };
    let sharing: Vec<&DownloadClient> = on.iter().filter(shares).copied().collect();
    let open: Vec<&DownloadClient> = on.iter().filter(|client| client.tags.is_empty()).copied().collect();
    best(sharing).or_else(|| best(open)).ok_or(NoClient::OtherTags)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{ClientKind, DocVersion, SecretSource};

    use super::*;

    fn client(id: u64, priority: u8, tags: &[u64], enabled: bool) -> DownloadClient {
        DownloadClient {
            id: ClientId(id),
            doc_version: DocVersion(0),
            name: format!("client {id}"),
            kind: ClientKind::Unknown,
            url: String::new(),
            secret: SecretSource::None,
            enabled,
            priority,
            remove_completed: false,
            remove_failed: false,
            path_mappings: Vec::new(),
            tags: tags.iter().copied().map(TagId).collect(),
        }
    }

    #[test]
    fn tags_go_before_priority_and_priority_before_number() {
        let clients = [
            client(1, 5, &[], true),
            client(2, 1, &[], true),
            client(3, 1, &[], true),
            client(4, 9, &[7], true),
        ];
        let choose = |named, tags: &[u64]| {
            let tags: Vec<TagId> = tags.iter().copied().map(TagId).collect();
            choose_client(&clients, Protocol::Torrent, named, &tags).map(|client| client.id.0)
        };
        assert_eq!(choose(None, &[]), Ok(2));
        assert_eq!(choose(None, &[7]), Ok(4));
        assert_eq!(choose(Some(ClientId(1)), &[7]), Ok(1));
        assert_eq!(choose(Some(ClientId(8)), &[]), Err(NoClient::NotTheNamed(ClientId(8))));
    }

    #[test]
    fn without_a_client_it_is_said_why() {
        assert_eq!(choose_client(&[], Protocol::Torrent, None, &[]), Err(NoClient::NoneSetUp));
        let choose = |client: DownloadClient, protocol, tags: &[TagId]| {
            choose_client(&[client], protocol, None, tags).map(|client| client.id)
        };
        assert_eq!(choose(client(1, 1, &[], false), Protocol::Torrent, &[]), Err(NoClient::AllOff));
        let tagged = client(1, 1, &[3], true);
        assert_eq!(choose(tagged, Protocol::Torrent, &[TagId(4)]), Err(NoClient::OtherTags));
        assert_eq!(choose(client(1, 1, &[], true), Protocol::Usenet, &[]), Err(NoClient::ForUsenet));
    }
}
