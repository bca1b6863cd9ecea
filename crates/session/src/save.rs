//! Saving an open cluster and opening it again, as bytes and as the fragment of a link.
//!
//! A save holds the timeline's [`engine::Save`] (format and model version, seed, command log, canonical snapshot) and
//! the terminal's context. A link is the same, deflated, in URL-safe base64.
//! *Invariants*: INV-1: what is loaded goes on exactly as what was saved; nothing in a hostile save may panic or use
//! memory beyond [`SAVE_BYTES_MAX`].
//! *Not modelled*: running clients: they end, as with Ctrl+C.

use crate::context::Context;
use crate::session::Session;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cluster::{Cluster, Command};
use engine::Timeline;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};

/// First bytes of a save, so that other files are told apart at once.
const MAGIC: &[u8] = b"orrery\x01";
/// A save unpacks to at most this much.
pub const SAVE_BYTES_MAX: usize = 512 << 20;
/// Effort of the compression, 0 to 10.
const LEVEL: u8 = 6;

#[derive(Serialize, Deserialize)]
struct SavedSession {
    timeline: engine::Save<Command>,
    context: Context,
    contexts: Vec<Context>,
}

impl Session {
    /// The whole session as compressed bytes.
    pub fn save(&mut self) -> Vec<u8> {
        self.interrupt();
        let saved = SavedSession {
            timeline: self.timeline.save(),
            context: self.context.clone(),
            contexts: self.contexts.clone(),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(compress_to_vec(&engine::encode(&saved), LEVEL));
        bytes
    }

    /// Opens what [`Session::save`] gave.
    ///
    /// # Errors
    /// A plain sentence if these are not the bytes of a save, or of one that this version cannot read.
    pub fn load(bytes: &[u8]) -> Result<Session, String> {
        let packed = bytes
            .strip_prefix(MAGIC)
            .ok_or("this is no saved cluster of Orrery")?;
        let unpacked = decompress_to_vec_with_limit(packed, SAVE_BYTES_MAX)
            .map_err(|_| "the saved cluster is damaged or too large")?;
        let saved: SavedSession = engine::decode(&unpacked)
            .map_err(|error| format!("the saved cluster cannot be read: {error}"))?;
        let timeline: Timeline<Cluster> = Timeline::load(saved.timeline)
            .map_err(|error| format!("the saved cluster cannot be opened: {error}"))?;
        Ok(Session::resumed(timeline, saved.context, saved.contexts))
    }

    /// The session as the fragment of a link.
    pub fn link(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.save())
    }

    /// Opens the fragment of a link.
    ///
    /// # Errors
    /// As [`Session::load`].
    pub fn from_link(fragment: &str) -> Result<Session, String> {
        let bytes = URL_SAFE_NO_PAD
            .decode(fragment.trim().trim_start_matches('#'))
            .map_err(|_| "the link is incomplete or damaged")?;
        Session::load(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Options;

    const SCRIPT: [&str; 4] = [
        "kubectl create deployment web --image=nginx:1.27 --replicas=3",
        "wait 4s",
        "kubectl scale deployment web --replicas=5",
        "echo hello > note.txt",
    ];

    fn played() -> Session {
        let mut session = Session::new(&Options::default()).unwrap();
        for line in SCRIPT {
            assert_eq!(session.run_line(line).exit, 0, "{line}");
        }
        session
    }

    fn goes_on(mut session: Session) -> String {
        session.run_line("wait 90s");
        session.run_line("digest").stdout
    }

    #[test]
    fn a_loaded_session_goes_on_as_the_saved_one() {
        let mut session = played();
        let link = session.link();
        let mut loaded = Session::from_link(&link).unwrap();
        assert_eq!(loaded.run_line("cat note.txt").stdout, "hello\n");
        assert_eq!(goes_on(loaded), goes_on(session));
    }

    #[test]
    fn the_snapshot_alone_goes_on_the_same() {
        let mut session = played();
        let mut save = session.timeline.save();
        save.log.clear();
        save.lines.clear();
        save.origin.clear();
        let timeline = Timeline::load(save).unwrap();
        let loaded = Session::resumed(timeline, Context::default(), Vec::new());
        assert_eq!(goes_on(loaded), goes_on(session));
    }

    #[test]
    fn other_bytes_are_refused_with_a_sentence() {
        let mut bytes = played().save();
        assert!(Session::load(b"PK\x03\x04").is_err());
        assert!(Session::from_link("#not a link").is_err());
        let last = bytes.len() / 2;
        bytes[last] ^= 0x55;
        bytes.truncate(last + 10);
        assert!(Session::load(&bytes).is_err());
    }
}
