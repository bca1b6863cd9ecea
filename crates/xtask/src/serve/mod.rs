//! `cargo xtask serve`: builds the page and serves it on this machine.

mod http;

use std::net::TcpListener;

use crate::paths::Paths;
use crate::{Outcome, dist};

const PORT: u16 = 8080;

/// `cargo xtask serve [--port N]`
pub(crate) fn run(paths: &Paths, arguments: &[String]) -> Outcome {
    let port = port_of(arguments)?;
    // before the long build, so that a port in use is said at once
    let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
        format!("127.0.0.1:{port}: {error} (another port: cargo xtask serve --port N)")
    })?;
    dist::build(paths)?;
    println!("Orrery is served on http://127.0.0.1:{port}/ (Ctrl+C stops it)");
    http::serve(&listener, &paths.dist);
    Ok(())
}

fn port_of(arguments: &[String]) -> Outcome<u16> {
    match arguments {
        [] => Ok(PORT),
        [flag, port] if flag == "--port" => port.parse().map_err(|_| format!("not a port: {port}")),
        _ => Err("usage: cargo xtask serve [--port N]".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::port_of;

    #[test]
    fn port_is_8080_unless_given() {
        assert_eq!(port_of(&[]), Ok(8080));
        assert_eq!(port_of(&["--port".to_owned(), "9000".to_owned()]), Ok(9000));
        assert!(port_of(&["--port".to_owned(), "99999".to_owned()]).is_err());
        assert!(port_of(&["9000".to_owned()]).is_err());
    }
}
