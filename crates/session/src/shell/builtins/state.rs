//! What changes or asks the shell itself: `alias`, `export`, `history`, `test` and the like.
//!
//! *Models* bash's builtins. *Not modelled*: `export -p` flags, `history -c`, three-way `test` with `-a` and `-o`.

use super::Output;
use crate::shell::{Shell, alias_words};

pub(super) fn success(_shell: &mut Shell, _argv: &[String], _stdin: &str) -> Output {
    Output::default()
}

pub(super) fn failure(_shell: &mut Shell, _argv: &[String], _stdin: &str) -> Output {
    Output::exit(1)
}

/// The page empties its screen itself; without a screen there is nothing to do.
pub(super) fn clear(_shell: &mut Shell, _argv: &[String], _stdin: &str) -> Output {
    Output::default()
}

fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

pub(super) fn alias(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let mut output = Output::default();
    if argv.len() == 1 {
        for (name, value) in &shell.aliases {
            output
                .stdout
                .push_str(&format!("alias {name}={}\n", quote(value)));
        }
    }
    for argument in &argv[1..] {
        match argument.split_once('=') {
            Some((name, value)) => match alias_words(value) {
                Ok(_) => {
                    shell.aliases.insert(name.into(), value.into());
                }
                Err(message) => output.complain(1, format!("bash: alias: {name}: {message}")),
            },
            None => match shell.aliases.get(argument) {
                Some(value) => output
                    .stdout
                    .push_str(&format!("alias {argument}={}\n", quote(value))),
                None => output.complain(1, format!("bash: alias: {argument}: not found")),
            },
        }
    }
    output
}

pub(super) fn unalias(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let mut output = Output::default();
    for name in &argv[1..] {
        if name == "-a" {
            shell.aliases.clear();
        } else if shell.aliases.remove(name).is_none() {
            output.complain(1, format!("bash: unalias: {name}: not found"));
        }
    }
    output
}

pub(super) fn export(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let mut output = Output::default();
    if argv.len() == 1 {
        for (name, value) in &shell.variables {
            output
                .stdout
                .push_str(&format!("declare -x {name}=\"{value}\"\n"));
        }
    }
    for argument in &argv[1..] {
        let (name, value) = argument
            .split_once('=')
            .map_or((argument.as_str(), None), |(name, value)| {
                (name, Some(value))
            });
        if !crate::shell::is_name(name) {
            output.complain(
                1,
                format!("bash: export: `{argument}': not a valid identifier"),
            );
        } else if let Some(value) = value {
            shell.variables.insert(name.into(), value.into());
        }
    }
    output
}

pub(super) fn unset(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    for name in &argv[1..] {
        shell.variables.remove(name);
    }
    Output::default()
}

pub(super) fn history(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let count = match argv.get(1).map(|count| count.parse::<usize>()) {
        None => shell.history.len(),
        Some(Ok(count)) => count,
        Some(Err(_)) => {
            return Output::failed(
                1,
                format!("bash: history: {}: numeric argument required", argv[1]),
            );
        }
    };
    let from = shell.history.len().saturating_sub(count);
    let shown = shell.history.iter().enumerate().skip(from);
    Output::ok(
        shown
            .map(|(at, line)| format!("{:>5}  {line}\n", at + 1))
            .collect::<String>(),
    )
}

pub(super) fn test(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let mut words: Vec<&str> = argv[1..].iter().map(String::as_str).collect();
    if argv[0] == "[" && words.pop() != Some("]") {
        return Output::failed(2, "bash: [: missing `]'");
    }
    match holds(shell, &words) {
        Ok(true) => Output::default(),
        Ok(false) => Output::exit(1),
        Err(message) => Output::failed(2, format!("bash: {}: {message}", argv[0])),
    }
}

fn holds(shell: &Shell, words: &[&str]) -> Result<bool, String> {
    let number = |text: &str| {
        text.trim()
            .parse::<i64>()
            .map_err(|_| format!("{text}: integer expression expected"))
    };
    match *words {
        [] => Ok(false),
        [word] => Ok(!word.is_empty()),
        ["!", ref rest @ ..] => holds(shell, rest).map(|holds| !holds),
        ["-z", word] => Ok(word.is_empty()),
        ["-n", word] => Ok(!word.is_empty()),
        ["-f", path] => Ok(shell.files.is_file(path)),
        ["-d", path] => Ok(shell.files.is_directory(path)),
        ["-e", path] => Ok(shell.files.is_file(path) || shell.files.is_directory(path)),
        ["-s", path] => Ok(shell.files.read(path).is_ok_and(|text| !text.is_empty())),
        [operator, _] => Err(format!("{operator}: unary operator expected")),
        [left, "=" | "==", right] => Ok(left == right),
        [left, "!=", right] => Ok(left != right),
        [left, "-eq", right] => Ok(number(left)? == number(right)?),
        [left, "-ne", right] => Ok(number(left)? != number(right)?),
        [left, "-lt", right] => Ok(number(left)? < number(right)?),
        [left, "-le", right] => Ok(number(left)? <= number(right)?),
        [left, "-gt", right] => Ok(number(left)? > number(right)?),
        [left, "-ge", right] => Ok(number(left)? >= number(right)?),
        [_, operator, _] => Err(format!("{operator}: binary operator expected")),
        _ => Err("too many arguments".into()),
    }
}
