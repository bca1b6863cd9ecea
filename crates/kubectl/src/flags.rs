//! Flags as kubectl reads them: long, short, joined, with and without `=`.
//!
//! *Models*: spf13/pflag with kubectl's flag definitions.

use std::collections::BTreeMap;

/// What follows a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, or `=true`/`=false`.
    Bool,
    /// A value.
    Value,
    /// A value after `=` only; without one it has this value.
    Optional(&'static str),
}

/// One flag of a verb.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    pub long: &'static str,
    pub short: Option<char>,
    pub takes: Takes,
}

pub const fn value(long: &'static str) -> Flag {
    Flag {
        long,
        short: None,
        takes: Takes::Value,
    }
}

pub const fn short_value(long: &'static str, short: char) -> Flag {
    Flag {
        long,
        short: Some(short),
        takes: Takes::Value,
    }
}

pub const fn switch(long: &'static str) -> Flag {
    Flag {
        long,
        short: None,
        takes: Takes::Bool,
    }
}

pub const fn short_switch(long: &'static str, short: char) -> Flag {
    Flag {
        long,
        short: Some(short),
        takes: Takes::Bool,
    }
}

pub const fn optional(long: &'static str, default: &'static str) -> Flag {
    Flag {
        long,
        short: None,
        takes: Takes::Optional(default),
    }
}

/// Flags that every verb knows.
pub const GLOBAL: &[Flag] = &[
    short_value("namespace", 'n'),
    value("context"),
    value("cluster"),
    value("kubeconfig"),
    value("request-timeout"),
    short_value("v", 'v'),
    value("as"),
    value("user"),
    short_value("server", 's'),
    switch("warnings-as-errors"),
    short_switch("help", 'h'),
];

/// The words of a command, sorted out.
#[derive(Clone, Debug, Default)]
pub struct Args {
    flags: BTreeMap<&'static str, Vec<String>>,
    pub positional: Vec<String>,
    /// How many positional words stood before `--`; `None` without it.
    pub dash_dash: Option<usize>,
}

impl Args {
    /// Sorts words into flags and positional arguments.
    ///
    /// # Errors
    /// pflag's own words: unknown flag, missing argument, bad boolean.
    pub fn parse(words: &[String], flags: &[&[Flag]]) -> Result<Args, String> {
        let mut args = Args::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if args.dash_dash.is_some() || word == "-" || !word.starts_with('-') {
                args.positional.push(word.clone());
            } else if word == "--" {
                args.dash_dash = Some(args.positional.len());
            } else if let Some(long) = word.strip_prefix("--") {
                args.long(long, &mut words, flags)?;
            } else {
                args.short(word, &mut words, flags)?;
            }
        }
        Ok(args)
    }

    fn long<'a>(
        &mut self,
        word: &str,
        words: &mut impl Iterator<Item = &'a String>,
        flags: &[&[Flag]],
    ) -> Result<(), String> {
        let (name, given) = match word.split_once('=') {
            Some((name, given)) => (name, Some(given.to_string())),
            None => (word, None),
        };
        let Some(flag) = find(flags, |flag| flag.long == name) else {
            return Err(format!("unknown flag: --{name}"));
        };
        let value = match (flag.takes, given) {
            (Takes::Bool, None) => "true".to_string(),
            (Takes::Optional(default), None) => default.to_string(),
            (_, Some(given)) => given,
            (Takes::Value, None) => match words.next() {
                Some(next) => next.clone(),
                None => return Err(format!("flag needs an argument: --{name}")),
            },
        };
        self.set(flag, value)
    }

    fn short<'a>(
        &mut self,
        word: &str,
        words: &mut impl Iterator<Item = &'a String>,
        flags: &[&[Flag]],
    ) -> Result<(), String> {
        let letters = &word[1..];
        for (at, letter) in letters.char_indices() {
            let Some(flag) = find(flags, |flag| flag.short == Some(letter)) else {
                return Err(format!("unknown shorthand flag: '{letter}' in {word}"));
            };
            let rest = &letters[at + letter.len_utf8()..];
            if let (Takes::Bool, true) = (flag.takes, !rest.starts_with('=')) {
                self.set(flag, "true".to_string())?;
                continue;
            }
            let value = match (rest.strip_prefix('=').unwrap_or(rest), flag.takes) {
                ("", Takes::Optional(default)) => default.to_string(),
                ("", _) => match words.next() {
                    Some(next) => next.clone(),
                    None => return Err(format!("flag needs an argument: '{letter}' in {word}")),
                },
                (rest, _) => rest.to_string(),
            };
            return self.set(flag, value);
        }
        Ok(())
    }

    fn set(&mut self, flag: Flag, value: String) -> Result<(), String> {
        if flag.takes == Takes::Bool
            && !matches!(
                &*value,
                "true" | "false" | "1" | "0" | "t" | "f" | "T" | "F"
            )
        {
            return Err(format!(
                "invalid argument \"{value}\" for \"--{}\" flag: strconv.ParseBool: parsing \"{value}\": invalid syntax",
                flag.long
            ));
        }
        self.flags.entry(flag.long).or_default().push(value);
        Ok(())
    }

    /// The last value given for a flag.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.flags
            .get(name)
            .and_then(|values| values.last())
            .map(String::as_str)
    }

    /// Every value given for a flag, in order.
    pub fn all(&self, name: &str) -> &[String] {
        self.flags.get(name).map_or(&[], Vec::as_slice)
    }

    /// A switch; false if it is absent.
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1" | "t" | "T"))
    }

    /// A whole number.
    ///
    /// # Errors
    /// pflag's own words.
    pub fn int(&self, name: &str) -> Result<Option<i64>, String> {
        self.get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    format!(
                        "invalid argument \"{text}\" for \"--{name}\" flag: strconv.ParseInt: parsing \"{text}\": invalid syntax"
                    )
                })
            })
            .transpose()
    }
}

fn find(flags: &[&[Flag]], matches: impl Fn(&Flag) -> bool) -> Option<Flag> {
    flags
        .iter()
        .copied()
        .flatten()
        .chain(GLOBAL)
        .find(|flag| matches(flag))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[Flag] = &[
        short_value("output", 'o'),
        short_switch("watch", 'w'),
        optional("cascade", "background"),
    ];

    fn parse(line: &str) -> Result<Args, String> {
        Args::parse(
            &line.split(' ').map(String::from).collect::<Vec<_>>(),
            &[GET],
        )
    }

    #[test]
    fn flags_in_every_form() {
        for line in [
            "pods -o wide",
            "pods -owide",
            "pods -o=wide",
            "-wo wide pods",
            "pods --output=wide",
            "pods --output wide",
        ] {
            let args = parse(line).unwrap();
            assert_eq!(
                (args.get("output"), &args.positional[..]),
                (Some("wide"), &["pods".to_string()][..]),
                "{line}"
            );
        }
        assert_eq!(
            parse("x --cascade").unwrap().get("cascade"),
            Some("background")
        );
        assert_eq!(parse("x -- -w").unwrap().positional, ["x", "-w"]);
    }

    #[test]
    fn errors_are_pflags() {
        for (line, error) in [
            ("--foo", "unknown flag: --foo"),
            ("-x", "unknown shorthand flag: 'x' in -x"),
            ("--output", "flag needs an argument: --output"),
            ("-o", "flag needs an argument: 'o' in -o"),
        ] {
            assert_eq!(parse(line).unwrap_err(), error);
        }
    }
}
