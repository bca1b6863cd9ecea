//! Commands the shell knows itself: pure functions of arguments, standard input and the [`Shell`].
//!
//! *Models* GNU coreutils, grep, sed, gawk, findutils: their output, error words and exit codes for the options that
//! tutorials use. *Not modelled*: every other option; it is refused with the tool's own words for an unknown one.

mod awk;
mod encode;
mod fs;
mod grep;
mod options;
mod print;
pub(crate) mod regex;
mod sed;
mod state;
mod text;
mod xargs;

use super::Shell;
pub(crate) use xargs::calls as xargs;

/// What a command leaves behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub exit: u8,
}

impl Output {
    pub fn ok(stdout: impl Into<String>) -> Self {
        Output {
            stdout: stdout.into(),
            ..Output::default()
        }
    }

    /// `message` without its line end.
    pub fn failed(exit: u8, message: impl AsRef<str>) -> Self {
        Output {
            stderr: format!("{}\n", message.as_ref()),
            exit,
            ..Output::default()
        }
    }

    pub fn exit(exit: u8) -> Self {
        Output {
            exit,
            ..Output::default()
        }
    }

    fn complain(&mut self, exit: u8, message: impl AsRef<str>) {
        self.stderr.push_str(message.as_ref());
        self.stderr.push('\n');
        self.exit = exit;
    }
}

/// Arguments (the name first) and standard input to output.
pub type Pure = fn(&mut Shell, &[String], &str) -> Output;

#[derive(Clone, Copy, Debug)]
pub enum Builtin {
    Pure(Pure),
    /// The caller's: kubectl, the playground's verbs, or a name nobody knows.
    External,
}

/// Sorted by name. `exit` and `xargs` are the machine's own.
const TABLE: &[(&str, Pure)] = &[
    ("[", state::test),
    ("alias", state::alias),
    ("awk", awk::awk),
    ("base64", encode::base64),
    ("basename", fs::basename),
    ("cat", fs::cat),
    ("cd", fs::cd),
    ("clear", state::clear),
    ("cp", fs::cp),
    ("cut", text::cut),
    ("date", print::date),
    ("dirname", fs::dirname),
    ("echo", print::echo),
    ("egrep", grep::egrep),
    ("export", state::export),
    ("false", state::failure),
    ("fgrep", grep::fgrep),
    ("grep", grep::grep),
    ("head", text::head),
    ("history", state::history),
    ("ls", fs::ls),
    ("mkdir", fs::mkdir),
    ("mv", fs::mv),
    ("printf", print::printf),
    ("pwd", fs::pwd),
    ("rm", fs::rm),
    ("sed", sed::sed),
    ("seq", print::seq),
    ("sort", text::sort),
    ("tail", text::tail),
    ("tee", fs::tee),
    ("test", state::test),
    ("touch", fs::touch),
    ("tr", encode::tr),
    ("true", state::success),
    ("unalias", state::unalias),
    ("uniq", text::uniq),
    ("unset", state::unset),
    ("wc", text::wc),
];

/// Who runs a command of this name.
pub fn find(name: &str) -> Builtin {
    match TABLE.binary_search_by(|(candidate, _)| (*candidate).cmp(name)) {
        Ok(at) => Builtin::Pure(TABLE[at].1),
        Err(_) => Builtin::External,
    }
}

/// Names for completion, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// bash: execute_cmd.c
pub fn command_not_found(name: &str) -> Output {
    Output::failed(127, format!("bash: {name}: command not found"))
}

/// The named files' texts, `-` or none being standard input; complaints go to `output` as `TOOL: FILE: why`.
fn inputs(
    shell: &Shell,
    tool: &str,
    exit: u8,
    paths: &[String],
    stdin: &str,
    output: &mut Output,
) -> Vec<(String, String)> {
    if paths.is_empty() {
        return vec![("-".into(), stdin.into())];
    }
    let mut found = Vec::new();
    for path in paths {
        if path == "-" || path == "/dev/stdin" {
            found.push((path.clone(), stdin.to_owned()));
            continue;
        }
        match shell.files.read(path) {
            Ok(text) => found.push((path.clone(), text.to_string())),
            Err(_) if path == "/dev/null" => found.push((path.clone(), String::new())),
            Err(error) => output.complain(exit, format!("{tool}: {path}: {}", error.text())),
        }
    }
    found
}

/// Lines without their ends; a last line without an end counts.
fn lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.strip_suffix('\n')
        .map_or(text, |text| text)
        .split('\n')
        .filter(move |_| !text.is_empty())
}
