//! Options as getopt_long reads them, with its error words.

use super::Output;

/// A tool's options: letters, those followed by `:` take a value; long names with the letter they mean.
pub(super) struct Spec {
    pub tool: &'static str,
    pub letters: &'static str,
    pub long: &'static [(&'static str, char)],
    /// Exit status of a usage error.
    pub exit: u8,
}

#[derive(Debug, Default)]
pub(super) struct Options {
    found: Vec<(char, String)>,
    pub rest: Vec<String>,
}

impl Options {
    pub fn has(&self, letter: char) -> bool {
        self.found.iter().any(|(found, _)| *found == letter)
    }

    /// The last value given.
    pub fn value(&self, letter: char) -> Option<&str> {
        self.values(letter).last()
    }

    pub fn values(&self, letter: char) -> impl Iterator<Item = &str> {
        self.found
            .iter()
            .filter(move |(found, _)| *found == letter)
            .map(|(_, value)| value.as_str())
    }

    /// The last of these letters that was given.
    pub fn last_of(&self, letters: &str) -> Option<char> {
        self.found
            .iter()
            .rev()
            .map(|(found, _)| *found)
            .find(|found| letters.contains(*found))
    }

    pub fn number(&self, letter: char) -> Option<Result<u32, String>> {
        self.value(letter)
            .map(|value| value.parse().map_err(|_| value.to_owned()))
    }
}

impl Spec {
    fn usage(&self, message: &str) -> Output {
        Output::failed(
            self.exit,
            format!(
                "{0}: {message}\nTry '{0} --help' for more information.",
                self.tool
            ),
        )
    }

    /// Reads `argv` after its name.
    pub fn read(&self, argv: &[String]) -> Result<Options, Output> {
        let mut options = Options::default();
        let mut arguments = argv.iter().skip(1);
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                options.rest.extend(arguments.by_ref().cloned());
            } else if let Some(long) = argument.strip_prefix("--") {
                let (name, value) = long
                    .split_once('=')
                    .map_or((long, None), |(name, value)| (name, Some(value)));
                let Some((_, letter)) = self.long.iter().find(|(candidate, _)| *candidate == name)
                else {
                    return Err(self.usage(&format!("unrecognized option '{argument}'")));
                };
                let value = match value {
                    None if self.takes_value(*letter) => {
                        arguments.next().cloned().ok_or_else(|| {
                            self.usage(&format!("option '--{name}' requires an argument"))
                        })?
                    }
                    other => other.unwrap_or("").to_owned(),
                };
                options.found.push((*letter, value));
            } else if argument.len() > 1 && argument.starts_with('-') {
                self.letters(argument, &mut arguments, &mut options)?;
            } else {
                options.rest.push(argument.clone());
            }
        }
        Ok(options)
    }

    fn takes_value(&self, letter: char) -> bool {
        self.letters
            .split_once(letter)
            .is_some_and(|(_, after)| after.starts_with(':'))
    }

    fn letters<'a>(
        &self,
        argument: &str,
        arguments: &mut impl Iterator<Item = &'a String>,
        options: &mut Options,
    ) -> Result<(), Output> {
        let mut letters = argument.chars().skip(1);
        while let Some(letter) = letters.next() {
            if letter == ':' || !self.letters.contains(letter) {
                return Err(self.usage(&format!("invalid option -- '{letter}'")));
            }
            if !self.takes_value(letter) {
                options.found.push((letter, String::new()));
                continue;
            }
            let attached: String = letters.collect();
            let value = if attached.is_empty() {
                arguments.next().cloned()
            } else {
                Some(attached)
            };
            let missing = || self.usage(&format!("option requires an argument -- '{letter}'"));
            options.found.push((letter, value.ok_or_else(missing)?));
            return Ok(());
        }
        Ok(())
    }
}
