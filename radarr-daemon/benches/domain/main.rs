//! How fast the rules are: reading names, matching custom formats, deciding and ranking.
//!
//! `cargo bench -p radarr-daemon --bench domain` first prints what is measured side by side in one run (ours, and what
//! it is compared with), then criterion's own figures. Nothing here has a limit that fails.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for contributors: it prints, and ends when its files are not there"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::needless_for_each,
    clippy::wildcard_enum_match_arm,
    reason = "figures of a benchmark, and work in one expression that is timed"
)]

mod formats;
mod naive;
mod names;
mod release_list;
#[path = "../../src/domain/samples.rs"]
mod samples;
mod side_by_side;

use std::hint::black_box;

use criterion::Criterion;
use radarr_daemon::domain::custom_format::CompiledFormats;
use radarr_daemon::domain::parse::parse_release;
use torrent_name_parser::Metadata;

fn main() {
    // `cargo test --benches` only wants to see that it starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let names = names::all();
    let formats = formats::all();
    let (compiled, _) = CompiledFormats::compile(&formats);
    let naive = naive::Formats::compile(&formats);
    let releases = formats::parsed(&names);

    side_by_side::names(&names);
    side_by_side::formats(&compiled, &naive, &releases);
    side_by_side::decisions(&release_list::ReleaseList::new(&formats));

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("parse, all names", |bench| {
        bench.iter(|| names.iter().map(|name| parse_release(black_box(name)).titles.len()).sum::<usize>());
    });
    criterion.bench_function("parse, all names, torrent-name-parser", |bench| {
        bench.iter(|| names.iter().filter(|name| Metadata::from(black_box(name)).is_ok()).count());
    });
    criterion.bench_function("custom formats, all names", |bench| {
        bench
            .iter(|| releases.iter().map(|release| compiled.matching(&release.input()).len()).sum::<usize>());
    });
    criterion.bench_function("compiling all custom formats", |bench| {
        bench.iter(|| CompiledFormats::compile(black_box(&formats)));
    });
    let list = release_list::ReleaseList::new(&formats);
    criterion
        .bench_function("decide, rank and explain 100 releases", |bench| bench.iter(|| list.explained()));
    criterion.final_summary();
}
