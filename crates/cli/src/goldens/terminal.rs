//! The terminal that scenarios are played in: a session without nodes, with the scripted kubelet.

use session::{ClusterSpec, Options, Session};

use super::play::{LineOut, ScenarioFile, Terminal};

/// One session of its own per scenario.
pub struct SessionTerminal {
    session: Session,
}

impl SessionTerminal {
    /// Opens a session in whose working directory `files` are.
    ///
    /// # Errors
    /// A sentence if the cluster cannot be built.
    pub fn open(files: &[ScenarioFile]) -> Result<Box<dyn Terminal>, String> {
        let cluster = ClusterSpec::Named("empty".into());
        let mut session = Session::new(&Options {
            cluster,
            scripted_kubelet: true,
            ..Options::default()
        })?;
        for (path, text) in files {
            session.place_file(path, text);
        }
        Ok(Box::new(SessionTerminal { session }))
    }
}

impl Terminal for SessionTerminal {
    fn line(&mut self, line: &str) -> LineOut {
        let output = self.session.run_line(line);
        LineOut {
            stdout: output.stdout,
            stderr: output.stderr,
            exit: output.exit,
        }
    }
}
