//! A hundred releases of one movie, as a search returns them.

use jiff::Timestamp;
use radarr_daemon::domain::custom_format::CompiledFormats;
use radarr_daemon::domain::decide::explain::explain;
use radarr_daemon::domain::decide::{About, Candidate, Settings, Situation, decide, delay};
use radarr_daemon::domain::match_movie::{MovieTitles, ReleaseClues, match_one};
use radarr_daemon::domain::parse::{ParsedRelease, parse_release};
use radarr_daemon::domain::quality::defaults;
use radarr_proto::model::{
    CustomFormat, DelayProfile, FormatScore, IndexerFlag, MatchedBy, Movie, QualityProfile, Release,
    SearchKind, Slot,
};

use crate::samples;

const FORMATS: usize = 50;

const QUALITIES: &[&str] = &[
    "2160p.UHD.BluRay.REMUX.HDR.DV.TrueHD.7.1.Atmos.HEVC",
    "1080p.BluRay.DTS-HD.MA.5.1.x264",
    "2160p.WEB-DL.DDP5.1.Atmos.DV.HDR10.H.265",
    "1080p.AMZN.WEB-DL.DDP5.1.H.264",
    "720p.BluRay.DD5.1.x264",
    "REPACK.1080p.WEBRip.x265.10bit.AAC",
    "German.DL.1080p.BluRay.AVC.REMUX",
    "HDCAM.x264",
    "IMAX.1080p.BluRay.x265",
    "DVDRip.XviD",
];

const GROUPS: &[&str] =
    &["FraMeSToR", "NTb", "FLUX", "SPARKS", "YTS.MX", "QxR", "EVO", "CtrlHD", "HONE", "TERMiNAL"];

/// A movie, its releases, and all that is known besides.
pub(crate) struct ReleaseList {
    movie: Movie,
    titles: MovieTitles,
    profile: QualityProfile,
    delay: DelayProfile,
    settings: Settings,
    formats: CompiledFormats,
    releases: Vec<Release>,
    parsed: Vec<ParsedRelease>,
}

impl ReleaseList {
    /// With every fifth of the formats, so that all kinds are among them, each worth something.
    pub(crate) fn new(all: &[CustomFormat]) -> Self {
        let chosen: Vec<CustomFormat> =
            all.iter().step_by((all.len() / FORMATS).max(1)).take(FORMATS).cloned().collect();
        let mut profile = defaults::profiles().into_iter().next().expect("there are default profiles");
        profile.upgrade_allowed = true;
        profile.format_scores = (1..)
            .zip(&chosen)
            .map(|(number, format)| FormatScore { format_id: format.id, score: number * 10 })
            .collect();
        let releases: Vec<Release> =
            (0..).zip(names()).map(|(number, name)| release(number, &name)).collect();
        Self {
            movie: samples::movie("Blade Runner 2049", 2017, 164, profile.id),
            titles: MovieTitles::new(["Blade Runner 2049"], [], 2017),
            profile,
            delay: delay::standard(),
            settings: Settings::default(),
            formats: CompiledFormats::compile(&chosen).0,
            parsed: releases.iter().map(|release| parse_release(&release.title)).collect(),
            releases,
        }
    }

    /// What is measured.
    pub(crate) fn describe(&self) -> String {
        format!("{} releases of one movie, {FORMATS} custom formats", self.releases.len())
    }

    /// Matched with the movie and the formats, decided, ranked and explained.
    pub(crate) fn explained(&self) -> usize {
        self.explain(self.parsed.clone())
    }

    /// The same with reading what the names say.
    pub(crate) fn read_and_explained(&self) -> usize {
        self.explain(self.releases.iter().map(|release| parse_release(&release.title)).collect())
    }

    fn explain(&self, parsed: Vec<ParsedRelease>) -> usize {
        let candidates = self
            .releases
            .iter()
            .zip(parsed)
            .filter_map(|(release, parsed)| {
                let matched_by = self.matched(release, &parsed)?;
                Some(Candidate::of_movie(release.clone(), parsed, &self.about(matched_by)))
            })
            .collect();
        let decisions = decide(candidates, &self.situation());
        decisions.iter().map(|decision| explain(decision).lines().len()).sum()
    }

    fn matched(&self, release: &Release, parsed: &ParsedRelease) -> Option<MatchedBy> {
        let clues = ReleaseClues {
            titles: &parsed.titles,
            year: parsed.year,
            imdb_id: release.imdb_id.as_ref(),
            tmdb_id: release.tmdb_id,
        };
        match_one(&clues, &self.titles)
    }

    fn about(&self, matched_by: MatchedBy) -> About<'_> {
        About {
            movie: &self.movie,
            matched_by,
            profile: &self.profile,
            formats: &self.formats,
            multi_languages: &[],
            group_reputation: None,
        }
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            settings: &self.settings,
            movie: &self.movie,
            slot: Slot(0),
            profile: &self.profile,
            delay: &self.delay,
            file: None,
            queue: &[],
            history: &[],
            blocklist: &[],
            oldest_pending_age_minutes: None,
            free_space_bytes: Some(1 << 40),
            search: SearchKind::User,
            searched_movie_id: Some(self.movie.id),
            now: Timestamp::UNIX_EPOCH,
        }
    }
}

fn names() -> impl Iterator<Item = String> {
    let of_quality = |quality: &'static str| {
        GROUPS.iter().map(move |group| format!("Blade.Runner.2049.2017.{quality}-{group}"))
    };
    QUALITIES.iter().flat_map(move |quality| of_quality(quality))
}

fn release(number: u32, title: &str) -> Release {
    Release {
        guid: format!("bench-{number}"),
        size_bytes: 2_000_000_000 + 300_000_000 * u64::from(number),
        seeders: Some(number),
        peers: Some(2 * number),
        flags: vec![IndexerFlag::Freeleech],
        ..samples::release(title)
    }
}
