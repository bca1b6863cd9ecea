//! `xargs`: which commands it runs; the machine runs them.
//!
//! *Models* findutils with `-n`, `-L 1`, `-I`, `-r`, quotes in the input. *Not modelled*: `-P`, `-0`, `-t`.

use super::Output;
use super::options::Spec;

/// Argument lists in the order in which they run.
///
/// # Errors
/// A usage error.
pub(crate) fn calls(argv: &[String], stdin: &str) -> Result<Vec<Vec<String>>, Output> {
    let own = own_length(argv);
    let long = &[
        ("max-args", 'n'),
        ("no-run-if-empty", 'r'),
        ("replace", 'I'),
    ];
    let options = Spec {
        tool: "xargs",
        letters: "n:I:L:r",
        long,
        exit: 1,
    }
    .read(&argv[..own])?;
    let mut command: Vec<String> = argv[own..].to_vec();
    if command.is_empty() {
        command.push("echo".into());
    }
    if let Some(mark) = options.value('I') {
        let items = stdin
            .lines()
            .map(str::trim_start)
            .filter(|item| !item.is_empty());
        return Ok(items
            .map(|item| {
                command
                    .iter()
                    .map(|word| word.replace(mark, item))
                    .collect()
            })
            .collect());
    }
    let join = |items: &[String]| command.iter().chain(items).cloned().collect::<Vec<_>>();
    if options.value('L') == Some("1") {
        return stdin
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| Ok(join(&items(line)?)))
            .collect();
    }
    let items = items(stdin)?;
    if items.is_empty() {
        return Ok(if options.has('r') {
            Vec::new()
        } else {
            vec![command]
        });
    }
    let size = match options.number('n') {
        None => items.len(),
        Some(Ok(size)) if size > 0 => size as usize,
        Some(Ok(size)) => {
            return Err(Output::failed(
                1,
                format!("xargs: value {size} for -n option should be >= 1"),
            ));
        }
        Some(Err(value)) => {
            return Err(Output::failed(
                1,
                format!("xargs: invalid number \"{value}\" for -n option"),
            ));
        }
    };
    Ok(items.chunks(size).map(join).collect())
}

/// How many words belong to xargs itself.
fn own_length(argv: &[String]) -> usize {
    let mut at = 1;
    while let Some(argument) = argv
        .get(at)
        .filter(|argument| argument.len() > 1 && argument.starts_with('-'))
    {
        at += if matches!(argument.as_str(), "-n" | "-I" | "-L") {
            2
        } else {
            1
        };
    }
    at.min(argv.len())
}

/// Words with quotes and backslashes taken away.
fn items(text: &str) -> Result<Vec<String>, Output> {
    let mut items = Vec::new();
    let mut open: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => items.extend(open.take()),
            quote @ ('\'' | '"') => {
                let item = open.get_or_insert_default();
                loop {
                    match chars.next().filter(|c| *c != '\n') {
                        Some(c) if c == quote => break,
                        Some(c) => item.push(c),
                        None => {
                            let kind = if quote == '"' { "double" } else { "single" };
                            let message = format!(
                                "xargs: unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"
                            );
                            return Err(Output::failed(1, message));
                        }
                    }
                }
            }
            '\\' => open.get_or_insert_default().extend(chars.next()),
            other => open.get_or_insert_default().push(other),
        }
    }
    items.extend(open);
    Ok(items)
}
