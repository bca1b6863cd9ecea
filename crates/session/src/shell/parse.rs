//! Terminal text to a tree: lists, pipelines, loops and simple commands.
//!
//! *Models* bash's grammar and error words (parse.y).
//! *Invariants*: never reads past the text it is given; text that a further line could complete gives
//! [`ParseError::Incomplete`], which says what is open, so a reader can wait for exactly that.
//! *Not modelled*: background jobs, subshells, groups, functions, `case`, arithmetic: refused with a reason.

use super::ast::{AndOr, Command, Connector, Line, List, Pipeline, Redirect, Simple, Target, Word};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    Incomplete(Open),
    Syntax(String),
}

/// What the text left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// A quote: lines follow until one holds this character.
    Quote(char),
    /// A here-document: lines follow until one is the delimiter.
    HereDocument { delimiter: String, strip_tabs: bool },
    /// A trailing backslash, `|`, `&&`, `$(`, `do` and the like: one more line follows.
    Line,
}

/// Parses one or more complete lines.
pub fn parse(text: &str) -> Result<Line, ParseError> {
    let mut parser = Parser::new(text);
    let list = parser.list(&[])?;
    match parser.peek() {
        None => {}
        Some(other) => return Err(unexpected(&other.to_string())),
    }
    parser.end_of_text()?;
    Ok(Line {
        list,
        heredocs: parser.heredocs,
    })
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) heredocs: Vec<Word>,
    pending: Vec<Pending>,
}

struct Pending {
    index: usize,
    delimiter: String,
    strip_tabs: bool,
    literal: bool,
}

pub(super) fn unexpected(token: &str) -> ParseError {
    // bash: parse.y
    ParseError::Syntax(format!("syntax error near unexpected token `{token}'"))
}

fn refused(what: &str, instead: &str) -> ParseError {
    ParseError::Syntax(format!("{what} not modelled: {instead}"))
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Parser {
            text,
            at: 0,
            heredocs: Vec::new(),
            pending: Vec::new(),
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn looking_at(&self, token: &str) -> bool {
        self.text[self.at..].starts_with(token)
    }

    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.looking_at(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Spaces, joined lines and a comment.
    fn blanks(&mut self) -> Result<(), ParseError> {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.looking_at("\\\n") => self.at += 2,
                Some('\\') if self.at + 1 == self.text.len() => {
                    return Err(ParseError::Incomplete(Open::Line));
                }
                Some('#') => {
                    self.at = self.text[self.at..]
                        .find('\n')
                        .map_or(self.text.len(), |n| self.at + n)
                }
                _ => return Ok(()),
            }
        }
    }

    /// Blanks and line ends; here-documents begin after a line end.
    fn line_ends(&mut self) -> Result<(), ParseError> {
        loop {
            self.blanks()?;
            if !self.take("\n") {
                return Ok(());
            }
            self.read_heredocs()?;
        }
    }

    fn end_of_text(&mut self) -> Result<(), ParseError> {
        self.read_heredocs()
    }

    fn read_heredocs(&mut self) -> Result<(), ParseError> {
        for pending in std::mem::take(&mut self.pending) {
            let mut body = String::new();
            loop {
                if self.at >= self.text.len() {
                    let Pending {
                        delimiter,
                        strip_tabs,
                        ..
                    } = pending;
                    return Err(ParseError::Incomplete(Open::HereDocument {
                        delimiter,
                        strip_tabs,
                    }));
                }
                let rest = &self.text[self.at..];
                let (line, used) = rest
                    .find('\n')
                    .map_or((rest, rest.len()), |n| (&rest[..n], n + 1));
                self.at += used;
                let line = if pending.strip_tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line == pending.delimiter {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            self.heredocs[pending.index] = super::word::heredoc_word(&body, pending.literal)?;
        }
        Ok(())
    }

    /// A list up to the end, a `)` or one of `ends` standing as a command word.
    pub(super) fn list(&mut self, ends: &[&str]) -> Result<List, ParseError> {
        let mut items = Vec::new();
        loop {
            self.line_ends()?;
            match self.peek() {
                None | Some(')') => break,
                Some(';' | '|' | '&') => {
                    let token = if self.looking_at("&&") {
                        "&&"
                    } else {
                        &self.text[self.at..self.at + 1]
                    };
                    return Err(unexpected(token));
                }
                _ if ends.contains(&self.reserved()) => break,
                _ => {}
            }
            items.push(self.and_or()?);
            self.blanks()?;
            match self.peek() {
                Some(';') if !self.looking_at(";;") => self.at += 1,
                Some(';') => return Err(unexpected(";;")),
                Some('&') => {
                    return Err(refused(
                        "background jobs (&) are",
                        "start it in the foreground",
                    ));
                }
                None | Some('\n' | ')') => {}
                Some(other) => return Err(unexpected(&other.to_string())),
            }
        }
        Ok(List(items))
    }

    fn and_or(&mut self) -> Result<AndOr, ParseError> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks()?;
            let connector = if self.take("&&") {
                Connector::And
            } else if self.take("||") {
                Connector::Or
            } else {
                return Ok(AndOr { first, rest });
            };
            self.operand()?;
            rest.push((connector, self.pipeline()?));
        }
    }

    /// After an operator a command must follow, on this line or the next.
    fn operand(&mut self) -> Result<(), ParseError> {
        self.line_ends()?;
        if self.peek().is_none() {
            Err(ParseError::Incomplete(Open::Line))
        } else {
            Ok(())
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, ParseError> {
        let negated = self.reserved() == "!";
        if negated {
            self.at += 1;
            self.blanks()?;
        }
        let mut stages = vec![self.command()?];
        loop {
            self.blanks()?;
            if self.looking_at("||") || !self.looking_at("|") {
                return Ok(Pipeline { negated, stages });
            }
            self.at += 1;
            if self.looking_at("&") {
                return Err(refused("|& is", "write 2>&1 |"));
            }
            self.operand()?;
            stages.push(self.command()?);
        }
    }

    /// The unquoted letters that stand here, to be compared with reserved words.
    fn reserved(&self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || ";|&<>()'\"$`\\".contains(c))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    fn expect_word(&mut self, word: &str) -> Result<(), ParseError> {
        self.line_ends()?;
        if self.reserved() == word {
            self.at += word.len();
            return Ok(());
        }
        match self.peek() {
            None => Err(ParseError::Incomplete(Open::Line)),
            Some(other) => {
                let token = self.reserved();
                Err(unexpected(if token.is_empty() {
                    &self.text[self.at..self.at + other.len_utf8()]
                } else {
                    token
                }))
            }
        }
    }

    fn command(&mut self) -> Result<Command, ParseError> {
        if self.looking_at("(") {
            return Err(refused(
                "subshells ( … ) are",
                "write the commands one after the other",
            ));
        }
        match self.reserved() {
            "for" => self.for_loop(),
            "while" => {
                self.at += 5;
                let condition = self.block(&["do"])?;
                self.expect_word("do")?;
                let body = self.block(&["done"])?;
                self.expect_word("done")?;
                self.no_redirect()
                    .map(|()| Command::While { condition, body })
            }
            "if" => self.if_command(),
            "{" => Err(refused(
                "groups { … } are",
                "write the commands one after the other",
            )),
            "case" => Err(refused("case is", "use if")),
            "function" => Err(refused(
                "functions are",
                "write the commands one after the other",
            )),
            token @ ("do" | "done" | "then" | "else" | "elif" | "fi" | "}" | "esac") => {
                Err(unexpected(token))
            }
            _ => self.simple().map(Command::Simple),
        }
    }

    /// A list that must not be empty.
    fn block(&mut self, ends: &[&str]) -> Result<List, ParseError> {
        let list = self.list(ends)?;
        if list.0.is_empty() && self.peek().is_some() {
            return Err(unexpected(if self.reserved().is_empty() {
                ")"
            } else {
                self.reserved()
            }));
        }
        Ok(list)
    }

    fn no_redirect(&mut self) -> Result<(), ParseError> {
        self.blanks()?;
        match self.peek() {
            Some('<' | '>') => Err(refused(
                "a redirect of a whole loop is",
                "redirect the commands in it",
            )),
            _ => Ok(()),
        }
    }

    fn for_loop(&mut self) -> Result<Command, ParseError> {
        self.at += 3;
        self.blanks()?;
        let name = self.reserved().to_owned();
        if name.is_empty() || !is_name(&name) {
            return Err(ParseError::Syntax(format!(
                "`{name}': not a valid identifier"
            )));
        }
        self.at += name.len();
        self.expect_word("in")?;
        let mut words = Vec::new();
        loop {
            self.blanks()?;
            match self.peek() {
                None | Some(';' | '\n') => break,
                Some(other @ ('|' | '&' | '<' | '>' | '(' | ')')) => {
                    return Err(unexpected(&other.to_string()));
                }
                _ => words.push(self.word()?),
            }
        }
        self.take(";");
        self.expect_word("do")?;
        let body = self.block(&["done"])?;
        self.expect_word("done")?;
        self.no_redirect()
            .map(|()| Command::For { name, words, body })
    }

    fn if_command(&mut self) -> Result<Command, ParseError> {
        self.at += 2;
        let mut branches = Vec::new();
        let mut otherwise = List::default();
        loop {
            let condition = self.block(&["then"])?;
            self.expect_word("then")?;
            branches.push((condition, self.block(&["elif", "else", "fi"])?));
            match self.reserved() {
                "elif" => self.at += 4,
                "else" => {
                    self.at += 4;
                    otherwise = self.block(&["fi"])?;
                    self.expect_word("fi")?;
                    break;
                }
                _ => {
                    self.expect_word("fi")?;
                    break;
                }
            }
        }
        self.no_redirect().map(|()| Command::If {
            branches,
            otherwise,
        })
    }

    fn simple(&mut self) -> Result<Simple, ParseError> {
        let mut simple = Simple::default();
        loop {
            self.blanks()?;
            if self.redirect(&mut simple.redirects)? {
                continue;
            }
            match self.peek() {
                None | Some(';' | '|' | '\n' | ')' | '&') => break,
                Some('(') => return Err(unexpected("(")),
                _ => {}
            }
            if simple.words.is_empty()
                && let Some(name) = self.assignment()
            {
                self.at += name.len() + 1;
                let value = if self.at_word_end() {
                    Word::default()
                } else {
                    self.word()?
                };
                simple.assignments.push((name.to_owned(), value));
                continue;
            }
            simple.words.push(self.word()?);
        }
        if simple == Simple::default() {
            return Err(match self.peek() {
                None => ParseError::Incomplete(Open::Line),
                Some('\n') => unexpected("newline"),
                Some(other) => unexpected(&other.to_string()),
            });
        }
        Ok(simple)
    }

    fn at_word_end(&self) -> bool {
        self.peek()
            .is_none_or(|c| c.is_whitespace() || ";|&<>()".contains(c))
    }

    /// The name of `NAME=…` standing here.
    fn assignment(&self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let name = &rest[..rest.find('=')?];
        is_name(name).then_some(name)
    }

    /// One redirect, if one stands here.
    fn redirect(&mut self, redirects: &mut Vec<Redirect>) -> Result<bool, ParseError> {
        if self.looking_at("&>") {
            self.at += 2;
            let append = self.take(">");
            let word = self.target_word()?;
            redirects.push(Redirect {
                fd: 1,
                to: if append {
                    Target::Append(word)
                } else {
                    Target::Write(word)
                },
            });
            redirects.push(Redirect {
                fd: 2,
                to: Target::Duplicate(1),
            });
            return Ok(true);
        }
        let rest = &self.text.as_bytes()[self.at..];
        let numbered =
            rest.len() > 1 && rest[0].is_ascii_digit() && (rest[1] == b'<' || rest[1] == b'>');
        let fd = if numbered { rest[0] - b'0' } else { 0 };
        let operator = if numbered {
            &self.text[self.at + 1..]
        } else {
            &self.text[self.at..]
        };
        let Some(first) = operator.chars().next().filter(|c| *c == '<' || *c == '>') else {
            return Ok(false);
        };
        self.at += usize::from(numbered);
        let fd = if numbered { fd } else { u8::from(first == '>') };
        if fd > 2 {
            return Err(refused("file descriptors above 2 are", "use 1 and 2"));
        }
        let to = if self.take("<<<") {
            Target::HereString(self.target_word()?)
        } else if self.take("<<") {
            self.here_document()?
        } else if self.take(">>") {
            Target::Append(self.target_word()?)
        } else if self.take(">&") || self.take("<&") {
            match self.target_word()?.bare() {
                Some("1") => Target::Duplicate(1),
                Some("2") => Target::Duplicate(2),
                other => {
                    return Err(ParseError::Syntax(format!(
                        "{}: Bad file descriptor",
                        other.unwrap_or("")
                    )));
                }
            }
        } else if self.take(">|") || self.take(">") {
            Target::Write(self.target_word()?)
        } else {
            self.at += 1;
            Target::Read(self.target_word()?)
        };
        redirects.push(Redirect { fd, to });
        Ok(true)
    }

    fn target_word(&mut self) -> Result<Word, ParseError> {
        self.blanks()?;
        match self.peek() {
            None | Some('\n') => Err(unexpected("newline")),
            Some(other) if self.at_word_end() => Err(unexpected(&other.to_string())),
            _ => self.word(),
        }
    }

    fn here_document(&mut self) -> Result<Target, ParseError> {
        let strip_tabs = self.take("-");
        let (delimiter, literal) = self.target_word()?.delimiter()?;
        let index = self.heredocs.len();
        self.heredocs.push(Word::default());
        self.pending.push(Pending {
            index,
            delimiter,
            strip_tabs,
            literal,
        });
        Ok(Target::HereDocument(index as u32))
    }
}

/// A name that a variable may have.
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
