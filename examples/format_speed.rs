//! First pass over files, again and again: MB/s by format.
use sessionscope::archive::SourceReader;
use sessionscope::model::SourceMeta;
use std::time::Instant;
fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).expect("a file");
        let once = || {
            let mut reader = SourceReader::new(SourceMeta { path: "x".into(), size: None });
            bytes.chunks(4 << 20).for_each(|chunk| reader.push(chunk));
            reader.finish(None)
        };
        let (mut best, mut total, start) = (f64::MAX, 0, Instant::now());
        let mut kind = String::new();
        while total < 50 << 20 && start.elapsed().as_secs() < 6 {
            let at = Instant::now();
            let index = once();
            best = best.min(at.elapsed().as_secs_f64());
            kind = format!("{:?}", index.kind);
            total += bytes.len();
        }
        println!("{:8.0} MB/s  {kind:24} {:9} {path}", bytes.len() as f64 / best / 1e6, bytes.len());
    }
}
