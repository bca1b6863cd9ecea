//! Lines driven by hand: time in slices of any size, objects compared, a store checked.

use cluster::Cluster;
use engine::SimTime;
use session::{LineOutput, Options, Progress, Session};

/// A client that waits for nothing in particular is interrupted after this long, as `Session::run_line` does.
const WATCH_MAX: core::time::Duration = core::time::Duration::from_secs(3600);

/// A session of a named cluster.
///
/// # Panics
/// If there is no such cluster.
pub fn open(cluster: &str, seed: u64) -> Session {
    let cluster = session::ClusterSpec::Named(cluster.to_string());
    Session::new(&Options {
        cluster,
        seed,
        ..Options::default()
    })
    .expect("the cluster is a named one")
}

/// Types a line and lets time pass at most `slice` events a call, as the page's frames do.
pub fn type_line(session: &mut Session, line: &str, slice: u32) -> LineOutput {
    let mut output = LineOutput::default();
    assert!(session.type_line(line), "the line is unfinished: {line}");
    let limit = session.now() + WATCH_MAX;
    loop {
        match session.poll() {
            Progress::Idle => break,
            Progress::Advancing(until) => run(session, until, slice),
            Progress::Waiting(wake) => {
                let next = session.timeline().next_event();
                let until = wake.at.unwrap_or(limit);
                match next {
                    Some(at) if at <= until => {
                        session.timeline_mut().run_next();
                    }
                    _ if wake.at.is_some() => run(session, until, slice),
                    _ => session.interrupt(),
                }
            }
        }
    }
    for chunk in session.take_output() {
        output.add(&chunk);
    }
    output.exit = session.last_exit();
    output
}

/// Lets time pass in slices.
pub fn run(session: &mut Session, until: SimTime, slice: u32) {
    while !session.run(until, slice).reached {}
}

/// Every stored object as JSON, by kind and in the API's order: what a user can see.
pub fn objects(world: &Cluster) -> String {
    let mut text = String::new();
    for kind in api::Kind::ALL {
        for object in world.api.list(*kind, None) {
            text.push_str(&apimachinery::json::to_json(&object.encode()));
            text.push('\n');
        }
    }
    text
}

/// The digest as text.
pub fn digest(session: &Session) -> String {
    engine::hex(&session.timeline().digest())
}
