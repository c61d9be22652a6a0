//! The core's speed without a browser, over what `benches/generate.mjs` wrote: lines alone, the whole first pass, and
//! what skipping every value with serde_json costs, which is the ceiling; and the dashboards over 5,000 sessions.
//! `./dev bench` runs it.
//!
//! `cargo bench --profile fast -- many` for one of the two sets, built as what is shipped; SESSIONSCOPE_BENCH names
//! another folder than `.bench`.

mod dashboards;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use sessionscope::archive::{Archive, SourceReader};
use sessionscope::lines::LineSplitter;
use sessionscope::logic::sessions::{Filter, rows};
use sessionscope::logic::usage::By;
use sessionscope::logic::usage_view::usage;
use sessionscope::model::{SourceId, SourceIndex, SourceMeta, Zone};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use std::{env, fs, io, process};

/// What the worker reads at a time, bytes.
const CHUNK: usize = 4 << 20;

struct Log {
    path: String,
    bytes: Vec<u8>,
}

fn one_file(criterion: &mut Criterion) {
    let logs = [log(&folder().join("one.jsonl"))];
    let mut group = group(criterion, "one", &logs);
    passes(&mut group, &logs);
    group.finish();
}

fn many_files(criterion: &mut Criterion) {
    let mut paths: Vec<_> = or_exit(fs::read_dir(folder().join("many"))).map(|entry| or_exit(entry).path()).collect();
    paths.sort();
    let logs: Vec<Log> = paths.iter().map(|path| log(path)).collect();
    let mut group = group(criterion, "many", &logs);
    passes(&mut group, &logs);
    let indexed: Vec<_> = logs.iter().map(|log| index(log).into()).collect();
    group.bench_function("archive", |bencher| {
        bencher.iter(|| {
            let mut archive = Archive::default();
            for (id, source) in (0..).map(SourceId).zip(&indexed) {
                archive.add_shared(id, std::sync::Arc::clone(source));
            }
            archive.assemble();
            rows(&archive).len()
        });
    });
    let mut archive = Archive::default();
    for (id, source) in (0..).map(SourceId).zip(indexed) {
        archive.add_shared(id, source);
    }
    archive.assemble();
    group.bench_function("usage", |bencher| {
        bencher.iter(|| usage(&archive, By::default(), &Filter::default(), None, &Zone::utc()));
    });
    group.finish();
}

/// Real Claude Code logs, where the corpus stands beside the checkout: the first pass, and how much longer it takes than
/// skipping every value of the same lines.
fn claude(criterion: &mut Criterion) {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = env::var_os("SESSIONSCOPE_CORPUS").map_or(beside, Into::into).join("claude");
    let Ok(entries) = fs::read_dir(corpus) else { return };
    let mut paths: Vec<_> = entries.map(|entry| or_exit(entry).path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let logs: Vec<Log> = paths.iter().map(|path| log(path)).collect();
    let mut group = group(criterion, "claude", &logs);
    passes(&mut group, &logs);
    group.finish();
    println!("claude: the first pass takes {:.2} times as long as skipping every value", ratio(&logs));
}

/// By turns, so that both see the same machine; the best of several runs each.
fn ratio(logs: &[Log]) -> f64 {
    let best = |mut pass: Box<dyn FnMut() + '_>| {
        let run = || {
            let start = std::time::Instant::now();
            pass();
            start.elapsed()
        };
        std::iter::repeat_with(run).take(3).min().unwrap_or_default().as_secs_f64()
    };
    let skip = |line: &[u8]| drop(black_box(serde_json::from_slice::<IgnoredAny>(line)));
    let rounds = (0..5).map(|_| {
        let skipped = best(Box::new(|| {
            black_box(logs.iter().map(|log| lines(log, skip)).sum::<u64>());
        }));
        let read = best(Box::new(|| {
            black_box(logs.iter().map(|log| index(log).events.len()).sum::<usize>());
        }));
        (skipped, read)
    });
    let (skipped, read) = rounds.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or_default();
    read / skipped
}

/// Each reads all bytes of all logs.
fn passes(group: &mut BenchmarkGroup<'_, WallTime>, logs: &[Log]) {
    group.bench_function("lines", |bencher| {
        bencher.iter(|| logs.iter().map(|log| lines(log, |_| ())).sum::<u64>());
    });
    group.bench_function("skip", |bencher| {
        bencher.iter(|| {
            let skip = |line: &[u8]| drop(black_box(serde_json::from_slice::<IgnoredAny>(line)));
            logs.iter().map(|log| lines(log, skip)).sum::<u64>()
        });
    });
    group.bench_function("first-pass", |bencher| {
        bencher.iter(|| logs.iter().map(|log| index(log).events.len()).sum::<usize>());
    });
}

fn lines(log: &Log, mut each: impl FnMut(&[u8])) -> u64 {
    let mut splitter = LineSplitter::default();
    let mut count = 0;
    let mut take = |line: sessionscope::lines::Line<'_>| {
        count += 1;
        each(black_box(line.bytes));
    };
    for chunk in log.bytes.chunks(CHUNK) {
        splitter.push(chunk, &mut take);
    }
    splitter.finish(&mut take);
    count
}

fn index(log: &Log) -> SourceIndex {
    let meta = SourceMeta { path: log.path.clone(), size: Some(log.bytes.len() as u64) };
    let mut reader = SourceReader::new(meta);
    for chunk in log.bytes.chunks(CHUNK) {
        reader.push(chunk);
    }
    reader.finish(None)
}

/// Passes over hundreds of megabytes: few samples, each of the same number of passes.
fn group<'a>(criterion: &'a mut Criterion, name: &str, logs: &[Log]) -> BenchmarkGroup<'a, WallTime> {
    let bytes = logs.iter().map(|log| log.bytes.len() as u64).sum();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes)).sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    group
}

fn folder() -> &'static Path {
    let named = env::var_os("SESSIONSCOPE_BENCH").map(|folder| &*Box::leak(folder.into_boxed_os_str()));
    named.map_or(Path::new(".bench"), Path::new)
}

fn log(path: &Path) -> Log {
    Log { path: path.to_string_lossy().into_owned(), bytes: or_exit(fs::read(path)) }
}

fn or_exit<T>(result: io::Result<T>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("benches/parse.rs: {error}: `node benches/generate.mjs` writes the logs into {}", folder().display());
        process::exit(1)
    })
}

criterion_group!(benches, claude, one_file, many_files, dashboards::dashboards);
criterion_main!(benches);
