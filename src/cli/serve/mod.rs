//! `serve`: the page, and folders of logs as an archive that grows with them (PRODUCT §7 "serve"). Reads only, and only
//! what was named.

mod follow;
mod http;
mod live;

use super::bundle::{Head, Names, Page, with_archive};
use super::options::HowToRead;
use super::{CliError, note};
use http::{Answer, Guard};
use live::Live;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;
use tiny_http::{Method, Request, Server};

/// Requests answered side by side.
const WORKERS: usize = 4;

/// The page at an address of this machine, with a dashboard of folders that follows them
///
/// Without a path the page alone. Only this machine can reach it, unless --listen says otherwise: whoever reaches it
/// can read the logs.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Logs, or folders of them
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    how: HowToRead,
    /// The port; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 8417)]
    port: u16,
    /// The address to listen on; 0.0.0.0 lets in every machine that reaches this one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,
    /// A name by which other machines call this one; requests for other names are refused
    #[arg(long, value_name = "HOST")]
    name: Vec<String>,
    /// The folder of the built page; without it the page that the command carries
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  sessionscope serve ~/.claude/projects
  sessionscope serve ~/.codex/sessions --port 9000";

/// What is served.
struct Site {
    page: Page,
    index: Vec<u8>,
    guard: Guard,
    live: Option<Mutex<Live>>,
}

pub fn run(args: &Args) -> Result<(), CliError> {
    args.how.set()?;
    for path in &args.paths {
        if let Err(error) = fs::metadata(path) {
            return Err(CliError::NothingRead(format!("{}: {error}", path.display())));
        }
    }
    let page = Page::find(args.page.as_deref())?;
    let plain = page.file("index.html").unwrap_or_default();
    let index = match args.paths.is_empty() {
        true => plain.to_vec(),
        false => with_archive(plain, Head { is_live: true, ..Head::default() })?,
    };
    let server = Server::http((args.listen, args.port))
        .map_err(|error| CliError::Refused(format!("cannot listen on {} port {}: {error}", args.listen, args.port)))?;
    let Some(address) = server.server_addr().to_ip() else {
        return Err(CliError::Refused("the address to listen on is none of a network".to_owned()));
    };
    let guard = Guard { listen: args.listen, port: address.port(), names: args.name.clone() };
    let live = (!args.paths.is_empty()).then(|| Mutex::new(Live::new(&args.paths, Names::of(&args.paths))));
    let site = Site { page, index, guard, live };
    super::print(&format!("Sessionscope is at http://{address}/ (Ctrl-C stops it)"))?;
    if !args.listen.is_loopback() {
        note("other machines can reach it, and read the logs");
    }
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Ok(request) = server.recv() {
                    answer(&site, request);
                }
            });
        }
    });
    Ok(())
}

fn answer(site: &Site, request: Request) {
    let answer = answer_to(site, &request);
    // Whoever asked may be gone.
    let _is_sent = answer.send(request);
}

fn answer_to(site: &Site, request: &Request) -> Answer {
    let header = |name: &'static str| {
        let found = request.headers().iter().find(|header| header.field.equiv(name));
        found.map(|header| header.value.as_str())
    };
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Answer::refused(405, "only GET and HEAD");
    }
    if !site.guard.knows(header("Host")) {
        return Answer::refused(421, "this server does not answer to that name; start it with --name");
    }
    let Some(path) = http::asked_path(request.url()) else { return Answer::refused(400, "not a path of this site") };
    let found = match path.as_str() {
        "" | "index.html" => Some(Answer::of(site.index.clone(), "text/html; charset=utf-8")),
        path => match (path.strip_prefix("archive/"), &site.live) {
            (Some(file), Some(live)) => {
                let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
                live.file(file, header("Range"))
            }
            _ => site.page.file(path).map(|content| Answer::of(content.to_vec(), http::type_of(path))),
        },
    };
    found.map_or_else(|| Answer::refused(404, "not found"), |answer| answer.unless(header("If-None-Match")))
}
