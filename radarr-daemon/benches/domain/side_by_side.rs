//! Two ways beside each other in one run, in turns, so that both meet the same machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use radarr_daemon::domain::custom_format::CompiledFormats;
use radarr_daemon::domain::parse::parse_release;
use torrent_name_parser::Metadata;

use crate::formats::Parsed;
use crate::naive;
use crate::release_list::ReleaseList;

const ROUNDS: usize = 21;

/// Names a second on one thread, ours and those of `torrent-name-parser`.
pub(crate) fn names(names: &[String]) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(time(|| names.iter().for_each(|name| drop(black_box(parse_release(black_box(name)))))));
        times[1].push(time(|| {
            names.iter().for_each(|name| drop(black_box(Metadata::from(black_box(name)))));
        }));
    }
    let [ours, theirs] =
        times.map(|times| per_second(names.len(), times.into_iter().min().unwrap_or_default()));
    println!("names: {} of the corpus, one thread, best of {ROUNDS} rounds", names.len());
    println!("  radarr               {ours:>9.0} names/s");
    println!("  torrent-name-parser  {theirs:>9.0} names/s");
    println!("  ratio                {:>9.2}", ours / theirs);
}

/// All formats against one release: the set, and the naive loop.
pub(crate) fn formats(set: &CompiledFormats, naive: &naive::Formats, releases: &[Parsed]) {
    let mut times = [Vec::new(), Vec::new()];
    for release in releases {
        let input = release.input();
        // The first look fills caches of the expressions; what is measured is a release among many.
        black_box(set.matching(&input));
        times[0].push(time(|| drop(black_box(set.matching(&input)))));
        black_box(naive.matching(&input));
        times[1].push(time(|| {
            black_box(naive.matching(&input));
        }));
    }
    println!("custom formats: all against one release, {} releases", releases.len());
    for (label, times) in ["radarr", "naive loop"].into_iter().zip(times) {
        let (middle, longest) = (median(times.clone()), times.into_iter().max().unwrap_or_default());
        println!("  {label:<20} {:>9.1} us median, {:.1} us at most", micros(middle), micros(longest));
    }
}

/// One movie's releases from their names to the explanation.
pub(crate) fn decisions(list: &ReleaseList) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(time(|| {
            black_box(list.explained());
        }));
        times[1].push(time(|| {
            black_box(list.read_and_explained());
        }));
    }
    let [explained, with_names] = times.map(|times| micros(median(times)) / 1_000.0);
    println!("decisions: {}", list.describe());
    println!("  decided, ranked, explained           {explained:>6.2} ms");
    println!("  the same with reading the names      {with_names:>6.2} ms");
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000_000.0
}

fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
