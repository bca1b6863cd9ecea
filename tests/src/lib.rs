//! Tests of the whole: transcripts in Markdown ([`suite`]), and what properties and random runs need ([`drive`]).
//!
//! A suite file is a page one can read. Under a heading, which is the test's unique name, stand prose and blocks:
//!
//! - ```` ```yaml file=web.yaml ````: an input file of the test; under the page's first heading, before any console,
//!   it belongs to every test of the page.
//! - ```` ```console ````: lines that begin with `$ ` are typed (`> ` goes on with a here-document or an open quote),
//!   all else is what the terminal shows, to the letter. `\ no newline` ends an output that does not end its line.
//! - ```` ```view panel=board ````: a panel as text.
//!
//! `<!-- cluster=k1 seed=7 start=2026-03-01T00:00:00Z kubelet=scripted -->` under a heading sets what is not the
//! default; `cluster=file:nodes.yaml` takes Node objects from a file of the test. Every heading opens a new session.
//! A heading that begins with `known-gap:` records what is wrong today, and fails when it changes.
//! `BLESS=1` writes what comes over what was expected. There are no patterns and no placeholders.

pub mod check;
pub mod diff;
pub mod drive;
pub mod play;
pub mod suite;
pub mod swarm;
pub mod transcript;
