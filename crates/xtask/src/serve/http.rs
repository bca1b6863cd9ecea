//! A file server for one folder on the loopback: GET and HEAD, right content types, nothing else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest request line and header block that is read.
const REQUEST_MAX: u64 = 16 * 1024;
/// A connection that says nothing is closed after this.
const QUIET: Duration = Duration::from_secs(10);

/// Answers until the process ends.
pub(super) fn serve(listener: &TcpListener, folder: &Path) {
    for stream in listener.incoming().flatten() {
        let folder = folder.to_owned();
        // a browser that goes away in the middle of an answer is no fault of ours
        std::thread::spawn(move || answer(stream, &folder).ok());
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(QUIET))?;
    let mut lines = BufReader::new((&stream).take(REQUEST_MAX)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // the rest of the head is read, so that closing does not reset the connection
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let mut words = request.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (status, kind, body) = match (method, resolve(target)) {
        ("GET" | "HEAD", Some(file)) => match std::fs::read(folder.join(&file)) {
            Ok(bytes) => ("200 OK", content_type(&file), bytes),
            Err(_) => (
                "404 Not Found",
                "text/plain; charset=utf-8",
                b"not found\n".to_vec(),
            ),
        },
        ("GET" | "HEAD", None) => (
            "404 Not Found",
            "text/plain; charset=utf-8",
            b"not found\n".to_vec(),
        ),
        _ => (
            "405 Method Not Allowed",
            "text/plain; charset=utf-8",
            b"only GET and HEAD\n".to_vec(),
        ),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"
    )?;
    if method == "GET" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file a request target names, inside the folder; None for one that would leave it.
fn resolve(target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let segments: Vec<&str> = path.split('/').collect();
    // names that dist holds need no escapes; `.stamp` and `..` are nobody's business
    if segments
        .iter()
        .any(|segment| segment.starts_with('.') || segment.contains(['%', '\\']))
    {
        return None;
    }
    let file = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    Some(PathBuf::from(file))
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json" | "webmanifest") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_names_a_file_of_the_folder_or_none() {
        let cases = [
            ("/", Some("index.html")),
            ("/?x=1", Some("index.html")),
            ("/a.wasm", Some("a.wasm")),
            ("/snippets/a/b.js", Some("snippets/a/b.js")),
            ("/../Cargo.toml", None),
            ("/%2e%2e/Cargo.toml", None),
            ("/.stamp", None),
            ("http://elsewhere/", None),
        ];
        for (target, file) in cases {
            assert_eq!(resolve(target), file.map(PathBuf::from), "{target}");
        }
    }

    #[test]
    fn a_module_is_served_as_wasm_so_that_it_compiles_while_it_loads() {
        assert_eq!(
            content_type(Path::new("playground-1_bg.wasm")),
            "application/wasm"
        );
    }
}
