//! A small shell: enough of `sh` to know how long a container's script takes, how it ends and what it prints.
//!
//! *Invariants*: pure and bounded: a limited number of commands is looked at; a loop that has shown its rhythm is
//! wound forward in one go.
//! *Not modelled*: functions, here-documents, arithmetic, globbing, job control; output that is redirected to a file
//! is dropped.

mod commands;
mod machine;

pub(super) use machine::execute;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `;`, `&&`, `||`, `|`, `&` or a new line (as `;`).
    Mark(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Command(Vec<String>),
    List(Vec<(Node, &'static str)>),
    Loop {
        until: bool,
        test: Box<Node>,
        body: Box<Node>,
    },
    For {
        name: String,
        items: Vec<String>,
        body: Box<Node>,
    },
    If {
        test: Box<Node>,
        then: Box<Node>,
        other: Option<Box<Node>>,
    },
}

/// A parsed script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script(Node);

impl Script {
    /// True if what it ends up running is a program that serves for ever.
    pub fn is_server(&self) -> bool {
        match &self.0 {
            Node::Command(words) => words.first().is_some_and(|name| !commands::is_known(name)),
            Node::List(list) => list
                .last()
                .is_some_and(|(node, _)| Script(node.clone()).is_server()),
            _ => false,
        }
    }
}

pub(super) fn parse(text: &str) -> Script {
    let tokens = tokens(text);
    let mut at = 0;
    Script(parse_list(&tokens, &mut at, &[]))
}

pub(super) fn parse_words(words: &[&str]) -> Script {
    Script(Node::Command(
        words
            .iter()
            .map(|word| word.replace('$', "\u{0}"))
            .collect(),
    ))
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    let flush = |word: &mut Option<String>, tokens: &mut Vec<Token>| {
        tokens.extend(word.take().map(Token::Word))
    };
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let quoted: String = chars.by_ref().take_while(|c| *c != '\'').collect();
                // A dollar inside single quotes stays one.
                word.get_or_insert_default()
                    .push_str(&quoted.replace('$', "\u{0}"));
            }
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    word.push(if c == '\\' {
                        chars.next().unwrap_or('\\')
                    } else {
                        c
                    });
                }
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c) => word.get_or_insert_default().push(c),
            },
            '$' if chars.peek() == Some(&'(') => {
                chars.next();
                let inner: String = chars.by_ref().take_while(|c| *c != ')').collect();
                word.get_or_insert_default()
                    .push_str(&format!("$({inner})"));
            }
            '#' if word.is_none() => while chars.next_if(|c| *c != '\n').is_some() {},
            ' ' | '\t' => flush(&mut word, &mut tokens),
            ';' | '\n' | '&' | '|' => {
                flush(&mut word, &mut tokens);
                let twice = c != '\n' && chars.next_if_eq(&c).is_some();
                tokens.push(Token::Mark(match (c, twice) {
                    ('&', true) => "&&",
                    ('|', true) => "||",
                    ('|', false) => "|",
                    ('&', false) => "&",
                    _ => ";",
                }));
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    flush(&mut word, &mut tokens);
    tokens
}

fn parse_list(tokens: &[Token], at: &mut usize, ends: &[&str]) -> Node {
    let mut list: Vec<(Node, &'static str)> = Vec::new();
    while let Some(token) = tokens.get(*at) {
        match token {
            Token::Mark(mark) => {
                *at += 1;
                if let Some(last) = list.last_mut() {
                    last.1 = mark;
                }
            }
            Token::Word(word) if ends.contains(&word.as_str()) => break,
            Token::Word(_) => list.push((parse_one(tokens, at), ";")),
        }
    }
    if list.len() == 1 {
        list.remove(0).0
    } else {
        Node::List(list)
    }
}

fn skip(tokens: &[Token], at: &mut usize, word: &str) {
    if tokens.get(*at) == Some(&Token::Word(word.into())) {
        *at += 1;
    }
}

fn parse_one(tokens: &[Token], at: &mut usize) -> Node {
    let Some(Token::Word(word)) = tokens.get(*at) else {
        return Node::List(Vec::new());
    };
    match word.as_str() {
        "while" | "until" => {
            let until = word == "until";
            *at += 1;
            let test = Box::new(parse_list(tokens, at, &["do"]));
            skip(tokens, at, "do");
            let body = Box::new(parse_list(tokens, at, &["done"]));
            skip(tokens, at, "done");
            Node::Loop { until, test, body }
        }
        "for" => {
            *at += 1;
            let mut words = take_words(tokens, at).into_iter();
            let name = words.next().unwrap_or_default();
            let items = words.skip(1).filter(|word| word != "do").collect();
            while tokens.get(*at) == Some(&Token::Mark(";")) {
                *at += 1;
            }
            skip(tokens, at, "do");
            let body = Box::new(parse_list(tokens, at, &["done"]));
            skip(tokens, at, "done");
            Node::For { name, items, body }
        }
        "if" => {
            *at += 1;
            let test = Box::new(parse_list(tokens, at, &["then"]));
            skip(tokens, at, "then");
            let then = Box::new(parse_list(tokens, at, &["else", "fi"]));
            let other = (tokens.get(*at) == Some(&Token::Word("else".into()))).then(|| {
                *at += 1;
                Box::new(parse_list(tokens, at, &["fi"]))
            });
            skip(tokens, at, "fi");
            Node::If { test, then, other }
        }
        _ => Node::Command(take_words(tokens, at)),
    }
}

fn take_words(tokens: &[Token], at: &mut usize) -> Vec<String> {
    let mut words = Vec::new();
    while let Some(Token::Word(word)) = tokens.get(*at) {
        words.push(word.clone());
        *at += 1;
    }
    words
}
