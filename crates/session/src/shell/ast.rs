//! The tree of one terminal line.
//!
//! *Models* the grammar of POSIX sh, section 2.10, as far as tutorials use it.
//! *Invariants*: a here-document's text is not in the tree but in `Line::heredocs`, because it is read after the
//! line it belongs to; a redirect names it by position.
//! *Not modelled*: functions, `case`, subshells, groups, arithmetic, background jobs (all refused by the parser).

/// One complete command with the texts of its here-documents.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Line {
    pub list: List,
    pub heredocs: Vec<Word>,
}

/// `a; b` and lines after each other.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct List(pub Vec<AndOr>);

/// `a && b || c`, left to right with equal rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AndOr {
    pub first: Pipeline,
    pub rest: Vec<(Connector, Pipeline)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    And,
    Or,
}

/// `! a | b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    pub negated: bool,
    pub stages: Vec<Command>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Simple(Simple),
    For {
        name: String,
        words: Vec<Word>,
        body: List,
    },
    While {
        condition: List,
        body: List,
    },
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
}

/// `A=1 name arg >file`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Simple {
    pub assignments: Vec<(String, Word)>,
    pub words: Vec<Word>,
    pub redirects: Vec<Redirect>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    pub fd: u8,
    pub to: Target,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Write(Word),
    Append(Word),
    Read(Word),
    Duplicate(u8),
    /// Position in [`Line::heredocs`].
    HereDocument(u32),
    HereString(Word),
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Word {
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text {
        text: String,
        quoted: bool,
    },
    Variable {
        name: String,
        default: Option<String>,
        quoted: bool,
    },
    Substitution {
        list: List,
        quoted: bool,
    },
}

impl Word {
    /// The word's text if nothing in it is quoted or expanded.
    pub fn bare(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [
                Part::Text {
                    text,
                    quoted: false,
                },
            ] => Some(text),
            _ => None,
        }
    }

    pub fn has_substitution(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Substitution { .. }))
    }
}

impl Simple {
    /// Every word in the order in which it is expanded; here-documents stand in `heredocs`.
    pub fn words_in_order<'a>(&'a self, heredocs: &'a [Word]) -> impl Iterator<Item = &'a Word> {
        let redirected = self
            .redirects
            .iter()
            .filter_map(|redirect| match &redirect.to {
                Target::Write(word)
                | Target::Append(word)
                | Target::Read(word)
                | Target::HereString(word) => Some(word),
                Target::HereDocument(at) => heredocs.get(*at as usize),
                Target::Duplicate(_) => None,
            });
        self.assignments
            .iter()
            .map(|(_, word)| word)
            .chain(&self.words)
            .chain(redirected)
    }
}
