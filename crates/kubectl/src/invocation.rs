//! From a command line to a running client.

use crate::client::{Client, Env, Need, Step};
use crate::flags::Args;
use crate::verbs::{VERBS, Verb};

/// A command that cannot start: what goes to standard error, and the exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The whole text, with its newline.
    pub text: String,
    pub exit: i32,
}

impl Failure {
    /// `error: …`, exit 1.
    pub fn error(message: impl std::fmt::Display) -> Failure {
        Failure {
            text: format!("error: {message}\n"),
            exit: 1,
        }
    }

    /// A text that stands for itself, exit 1.
    pub fn plain(text: impl Into<String>) -> Failure {
        Failure {
            text: text.into(),
            exit: 1,
        }
    }
}

/// Commands of kubectl that no file of [`VERBS`] plays yet: known, and refused as such.
const NOT_MODELLED: &[&str] = &[
    "alpha",
    "attach",
    "auth",
    "autoscale",
    "certificate",
    "completion",
    "cp",
    "debug",
    "diff",
    "edit",
    "exec",
    "expose",
    "kustomize",
    "options",
    "plugin",
    "port-forward",
    "proxy",
    "top",
];

/// Starts the command in `words` (without the leading `kubectl`).
pub fn start(words: &[String], cx: &Step<'_>) -> Box<dyn Client> {
    match find(words).and_then(|(verb, rest)| begin(verb, rest, cx)) {
        Ok(client) => client,
        Err(failure) => Box::new(Failed(Some(failure))),
    }
}

/// The verb and the words after it. Verbs of two words (`rollout status`) are looked up first; global flags may
/// stand before the verb.
fn find(words: &[String]) -> Result<(&'static Verb, Vec<String>), Failure> {
    let leading = leading_flags(words);
    let (flags, words) = words.split_at(leading);
    let Some(first) = words.first() else {
        return Err(Failure::plain(crate::verbs::USAGE));
    };
    let second = words.get(1).map(String::as_str).unwrap_or_default();
    let two = format!("{first} {second}");
    let matches = |name: &str| {
        VERBS
            .iter()
            .find(|verb| verb.name == name || verb.aliases.contains(&name))
    };
    let (verb, used) = match (matches(&two), matches(first)) {
        (Some(verb), _) => (verb, 2),
        (None, Some(verb)) => (verb, 1),
        (None, None) => return Err(unknown(first, second)),
    };
    Ok((verb, flags.iter().chain(&words[used..]).cloned().collect()))
}

fn leading_flags(words: &[String]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        let takes_next = matches!(
            &**word,
            "-n" | "--namespace" | "--context" | "--kubeconfig" | "-v" | "--user"
        );
        at += if takes_next { 2 } else { 1 };
    }
    at.min(words.len())
}

// kubernetes: staging/src/k8s.io/kubectl/pkg/cmd (cobra's unknown command)
fn unknown(first: &str, second: &str) -> Failure {
    let prefix = format!("{first} ");
    if VERBS.iter().any(|verb| verb.name.starts_with(&prefix)) {
        return Failure::error(format!(
            "unknown command \"{first} {second}\"\nSee 'kubectl {first} -h' for help and examples"
        ));
    }
    if NOT_MODELLED.contains(&first) {
        return Failure::error(format!("kubectl {first} is not modelled yet"));
    }
    Failure::error(format!("unknown command \"{first}\" for \"kubectl\""))
}

fn begin(
    verb: &'static Verb,
    words: Vec<String>,
    cx: &Step<'_>,
) -> Result<Box<dyn Client>, Failure> {
    let args = Args::parse(&words, &[verb.flags]).map_err(|error| {
        Failure::error(format!(
            "{error}\nSee 'kubectl {} --help' for usage.",
            verb.name
        ))
    })?;
    (verb.start)(args, cx)
}

/// A command that failed before it began.
struct Failed(Option<Failure>);

impl Client for Failed {
    fn step(&mut self, _cx: &mut Step<'_>) -> Need {
        match &mut self.0 {
            Some(failure) if !failure.text.is_empty() => {
                Need::Err(std::mem::take(&mut failure.text))
            }
            Some(failure) => Need::Done(failure.exit),
            None => Need::Done(1),
        }
    }
}

/// The namespace a command works in.
pub fn namespace<'a>(args: &'a Args, env: &Env<'a>) -> &'a str {
    args.get("namespace").unwrap_or(env.namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_are_known_but_not_played() {
        let text = |word: &str| find(&[word.to_owned()]).err().map(|failure| failure.text);
        for name in NOT_MODELLED {
            let refused = format!("error: kubectl {name} is not modelled yet\n");
            let found = VERBS.iter().any(|verb| verb.name == *name);
            assert_eq!(text(name), (!found).then_some(refused));
        }
        assert_eq!(
            text("gett").as_deref(),
            Some("error: unknown command \"gett\" for \"kubectl\"\n")
        );
    }
}
