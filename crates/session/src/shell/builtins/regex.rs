//! POSIX basic and extended expressions in terms of the regex engine.
//!
//! *Models* the GNU dialect: `\|`, `\+`, `\?`, `\<`, `\>` in basic expressions.
//! *Not modelled*: back-references in a pattern (refused).

use regex_lite::{Regex, RegexBuilder};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Basic,
    Extended,
    Fixed,
}

/// Compiles a pattern.
///
/// # Errors
/// GNU's words for a broken pattern.
pub(crate) fn compile(pattern: &str, syntax: Syntax, ignore_case: bool) -> Result<Regex, String> {
    let translated = match syntax {
        Syntax::Fixed => regex_lite::escape(pattern),
        Syntax::Basic => translate(pattern, true)?,
        Syntax::Extended => translate(pattern, false)?,
    };
    RegexBuilder::new(&translated)
        .case_insensitive(ignore_case)
        .build()
        .map_err(|_| broken(pattern).to_owned())
}

/// gnulib: lib/regcomp.c
fn broken(pattern: &str) -> &'static str {
    let count = |c| pattern.matches(c).count();
    if count('(') > count(')') {
        "Unmatched ( or \\("
    } else if count(')') > count('(') {
        "Unmatched ) or \\)"
    } else {
        "Invalid preceding regular expression"
    }
}

fn translate(pattern: &str, basic: bool) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut at_start = true;
    while let Some(c) = chars.next() {
        let starts_here = std::mem::replace(&mut at_start, false);
        match c {
            '[' => bracket(&mut chars, &mut out)?,
            '\\' => match chars.next().ok_or("Trailing backslash")? {
                digit @ '1'..='9' => {
                    return Err(format!("the back-reference \\{digit} is not modelled"));
                }
                '<' | '>' => out.push_str("\\b"),
                operator @ ('(' | ')' | '|') if basic => {
                    out.push(operator);
                    at_start = operator != ')';
                }
                operator @ ('{' | '}' | '+' | '?') if basic => out.push(operator),
                class @ ('w' | 'W' | 's' | 'S' | 'b' | 'B') => out.extend(['\\', class]),
                other => out.push_str(&regex_lite::escape(other.encode_utf8(&mut [0; 4]))),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' if basic => out.extend(['\\', c]),
            '*' if starts_here => out.push_str("\\*"),
            '{' if !chars
                .peek()
                .is_some_and(|next| next.is_ascii_digit() || *next == ',') =>
            {
                out.push_str("\\{")
            }
            '^' if basic && !starts_here => out.push_str("\\^"),
            '^' => {
                out.push('^');
                at_start = true;
            }
            '$' if basic && chars.peek().is_some_and(|next| *next != '\\') => out.push_str("\\$"),
            other => {
                at_start = !basic && (other == '(' || other == '|');
                out.push(other);
            }
        }
    }
    Ok(out)
}

/// A bracket expression, whose `[` has been read; in POSIX a backslash in it is itself.
fn bracket(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    out: &mut String,
) -> Result<(), String> {
    const UNMATCHED: &str = "Unmatched [, [^, [:, [., or [=";
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    if chars.next_if_eq(&']').is_some() {
        out.push_str("\\]");
    }
    loop {
        match chars.next().ok_or(UNMATCHED)? {
            ']' => {
                out.push(']');
                return Ok(());
            }
            '[' if chars.peek() == Some(&':') => {
                out.push('[');
                loop {
                    let c = chars.next().ok_or(UNMATCHED)?;
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            special @ ('\\' | '[' | '&' | '~') => out.extend(['\\', special]),
            '-' if chars.peek() == Some(&']') => out.push_str("\\-"),
            other => out.push(other),
        }
    }
}
