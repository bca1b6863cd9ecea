//! Suite files: Markdown to tests, and back with other outputs.
//!
//! *Invariants*: a block that nobody plays is an error, so that no misspelling makes a test that cannot fail.

use apimachinery::Time;
use core::ops::Range;
use session::{ClusterSpec, Options};

/// One page.
#[derive(Clone, Debug)]
pub struct Document {
    /// Where it is, for messages.
    pub path: String,
    pub lines: Vec<String>,
    pub tests: Vec<Test>,
}

/// What stands under one heading.
#[derive(Clone, Debug)]
pub struct Test {
    pub title: String,
    /// The heading's line, from 1.
    pub line: usize,
    pub setup: Setup,
    pub blocks: Vec<Block>,
}

/// How the test's session starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    pub cluster: Option<String>,
    pub seed: Option<u64>,
    pub start: Option<Time>,
    pub scripted_kubelet: bool,
}

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    pub what: What,
    /// Its lines between the fences, as indices into [`Document::lines`].
    pub body: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An input file of this name.
    File(String),
    /// Commands typed and their output.
    Console,
    /// A panel as text.
    View(String),
}

const KNOWN_GAP: &str = "known-gap:";
pub const TYPED: &str = "$ ";
pub const CONTINUED: &str = "> ";

impl Test {
    /// Records what is wrong today.
    pub fn is_known_gap(&self) -> bool {
        self.title.starts_with(KNOWN_GAP)
    }

    fn is_played(&self) -> bool {
        self.blocks
            .iter()
            .any(|block| !matches!(block.what, What::File(_)))
    }

    /// The session's options.
    ///
    /// # Errors
    /// If `cluster=file:` names no file of the test.
    pub fn options(&self, document: &Document) -> Result<Options, String> {
        let mut options = Options {
            scripted_kubelet: self.setup.scripted_kubelet,
            ..Options::default()
        };
        if let Some(seed) = self.setup.seed {
            options.seed = seed;
        }
        if let Some(start) = self.setup.start {
            options.start = start;
        }
        options.cluster = match self
            .setup
            .cluster
            .as_deref()
            .map(|name| (name, name.strip_prefix("file:")))
        {
            None => options.cluster,
            Some((_, Some(file))) => {
                let block = self
                    .blocks
                    .iter()
                    .find(|block| block.what == What::File(file.to_string()));
                let block = block
                    .ok_or_else(|| format!("cluster=file:{file} names no file of this test"))?;
                ClusterSpec::Nodes(document.text(&block.body))
            }
            Some((name, None)) => ClusterSpec::Named(name.to_string()),
        };
        Ok(options)
    }
}

impl Document {
    /// Reads a page.
    ///
    /// # Errors
    /// What is wrong with it, with its line.
    pub fn parse(path: &str, text: &str) -> Result<Document, String> {
        let lines: Vec<String> = text.lines().map(str::to_string).collect();
        let mut document = Document {
            path: path.to_string(),
            lines,
            tests: Vec::new(),
        };
        document
            .read()
            .map_err(|(line, what)| format!("{path}:{}: {what}", line + 1))?;
        document.share_files();
        Ok(document)
    }

    /// The text of some lines.
    pub fn text(&self, lines: &Range<usize>) -> String {
        self.lines[lines.clone()]
            .iter()
            .map(|line| format!("{line}\n"))
            .collect()
    }

    /// The page with other lines in some of its blocks.
    pub fn with_bodies(&self, mut bodies: Vec<(Range<usize>, Vec<String>)>) -> String {
        bodies.sort_by_key(|(range, _)| range.start);
        let mut lines = self.lines.clone();
        for (range, body) in bodies.into_iter().rev() {
            lines.splice(range, body);
        }
        lines.into_iter().map(|line| line + "\n").collect()
    }

    fn read(&mut self) -> Result<(), (usize, String)> {
        let mut at = 0;
        // The heading is the last thing seen: a comment now holds options.
        let mut fresh = false;
        while at < self.lines.len() {
            let line = self.lines[at].clone();
            if let Some(title) = heading(&line) {
                let (title, line) = (title.to_string(), at + 1);
                self.tests.push(Test {
                    title,
                    line,
                    setup: Setup::default(),
                    blocks: Vec::new(),
                });
                fresh = true;
            } else if let Some((fence, info)) = fence(&line) {
                let end = self.lines[at + 1..]
                    .iter()
                    .position(|line| line.trim_end() == fence);
                let end = end
                    .map(|length| at + 1 + length)
                    .ok_or((at, "this block has no end".to_string()))?;
                let what = what(info).map_err(|error| (at, error))?;
                let test = self
                    .tests
                    .last_mut()
                    .ok_or((at, "this block stands under no heading".to_string()))?;
                test.blocks.push(Block {
                    what,
                    body: at + 1..end,
                });
                at = end;
                fresh = false;
            } else if let Some(comment) = line
                .trim()
                .strip_prefix("<!--")
                .and_then(|rest| rest.strip_suffix("-->"))
            {
                let test = self.tests.last_mut().filter(|_| fresh);
                let test =
                    test.ok_or((at, "options stand right under their heading".to_string()))?;
                test.setup = setup(comment).map_err(|error| (at, error))?;
            } else if !line.trim().is_empty() {
                fresh = false;
            }
            at += 1;
        }
        Ok(())
    }

    /// Files and options of the first heading belong to all if nothing is played there; other headings without
    /// blocks only divide the page.
    fn share_files(&mut self) {
        if self.tests.first().is_some_and(|test| !test.is_played()) {
            let first = self.tests.remove(0);
            for test in &mut self.tests {
                test.blocks.splice(0..0, first.blocks.iter().cloned());
                if test.setup == Setup::default() {
                    test.setup = first.setup.clone();
                }
            }
        }
        self.tests.retain(Test::is_played);
    }
}

/// The commands of a console block.
///
/// # Errors
/// If it begins with output.
pub fn commands(body: &[String]) -> Result<Vec<String>, String> {
    let mut commands: Vec<String> = Vec::new();
    let mut continues = false;
    for line in body {
        if let Some(command) = line.strip_prefix(TYPED) {
            commands.push(command.to_string());
            continues = true;
        } else if let (true, Some(rest), Some(last)) =
            (continues, continuation(line), commands.last_mut())
        {
            last.push('\n');
            last.push_str(rest);
        } else if commands.is_empty() {
            return Err("a console begins with a line that is typed (`$ …`)".to_string());
        } else {
            continues = false;
        }
    }
    Ok(commands)
}

/// Editors cut the blank off an empty continuation.
fn continuation(line: &str) -> Option<&str> {
    if line == CONTINUED.trim_end() {
        Some("")
    } else {
        line.strip_prefix(CONTINUED)
    }
}

/// What a console shows for a command and its output.
///
/// # Errors
/// If the output cannot be told from what is typed.
pub fn render(command: &str, output: &str) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (index, line) in command.split('\n').enumerate() {
        let mark = if index == 0 { TYPED } else { CONTINUED };
        lines.push(format!("{mark}{line}").trim_end().to_string());
    }
    let typed = lines.len();
    lines.extend(output.lines().map(str::to_string));
    if !output.is_empty() && !output.ends_with('\n') {
        lines.push("\\ no newline".to_string());
    }
    let is_typed = |line: &String| line.starts_with(TYPED) || line.starts_with("```");
    if lines[typed..].iter().any(is_typed)
        || lines
            .get(typed)
            .is_some_and(|line| continuation(line).is_some())
    {
        return Err(format!(
            "`{command}` prints what a transcript cannot hold:\n{output}"
        ));
    }
    Ok(lines)
}

fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let depth = line.len() - rest.len();
    ((1..=6).contains(&depth) && rest.starts_with(' ')).then(|| rest.trim())
}

/// The backquotes of an opening fence, and what follows them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start_matches('`');
    let length = line.len() - rest.len();
    (length >= 3).then(|| (&line[..length], rest.trim()))
}

fn what(info: &str) -> Result<What, String> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let attribute = words.next().and_then(|word| word.split_once('='));
    match (language, attribute, words.next()) {
        ("console", None, None) => Ok(What::Console),
        ("view", Some(("panel", panel)), None) => Ok(What::View(panel.to_string())),
        (_, Some(("file", name)), None) => Ok(What::File(name.to_string())),
        _ => Err(format!(
            "no block is called `{info}`: `console`, `view panel=NAME` or `yaml file=NAME`"
        )),
    }
}

fn setup(comment: &str) -> Result<Setup, String> {
    let mut setup = Setup::default();
    for word in comment.split_whitespace() {
        match word.split_once('=') {
            Some(("cluster", name)) => setup.cluster = Some(name.to_string()),
            Some(("seed", seed)) => {
                setup.seed = Some(seed.parse().map_err(|_| format!("`{seed}` is no seed"))?)
            }
            Some(("start", time)) => {
                setup.start = Some(Time::parse(time).map_err(|error| error.to_string())?)
            }
            Some(("kubelet", "scripted")) => setup.scripted_kubelet = true,
            _ => {
                return Err(format!(
                    "no option is `{word}`: cluster=, seed=, start=, kubelet=scripted"
                ));
            }
        }
    }
    Ok(setup)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Page
```yaml file=a.yaml
kind: Pod
```
## One
<!-- cluster=k1 seed=7 -->
Prose with `code`.
```console
$ cat <<EOF
> x
>
> EOF
x

$ true
```
## Only words
## known-gap: two
```console
$ false
```
";

    #[test]
    fn a_page_has_a_test_for_each_heading_that_is_played() {
        let page = Document::parse("p.md", PAGE).expect("it is right");
        let titles: Vec<&str> = page.tests.iter().map(|test| &*test.title).collect();
        assert_eq!(titles, ["One", "known-gap: two"]);
        assert_eq!(page.tests[0].setup.cluster.as_deref(), Some("k1"));
        assert_eq!(page.tests[0].setup.seed, Some(7));
        assert!(page.tests[1].is_known_gap());
        let shared: Vec<&What> = page.tests.iter().map(|test| &test.blocks[0].what).collect();
        assert_eq!(
            shared,
            [&What::File("a.yaml".into()), &What::File("a.yaml".into())]
        );
    }

    #[test]
    fn commands_and_outputs_come_back_as_they_were() {
        let page = Document::parse("p.md", PAGE).expect("it is right");
        let body = &page.lines[page.tests[0].blocks[1].body.clone()];
        let typed = commands(body).expect("it begins with `$ `");
        assert_eq!(typed, ["cat <<EOF\nx\n\nEOF", "true"]);
        let mut again = render(&typed[0], "x\n\n").expect("it can be held");
        again.extend(render(&typed[1], "").expect("it can be held"));
        assert_eq!(again, body);
        assert_eq!(page.with_bodies(Vec::new()), PAGE);
    }

    #[test]
    fn what_nobody_would_play_is_refused() {
        for (text, why) in [
            (
                "# A\n```consle\n$ true\n```\n",
                "p.md:2: no block is called `consle`",
            ),
            (
                "```console\n$ true\n```\n",
                "p.md:1: this block stands under no heading",
            ),
            ("# A\n```console\n$ true\n", "p.md:2: this block has no end"),
            (
                "# A\n<!-- clustre=k1 -->\n",
                "p.md:2: no option is `clustre=k1`",
            ),
            (
                "# A\nProse.\n<!-- cluster=k1 -->\n",
                "p.md:3: options stand right under their heading",
            ),
        ] {
            let error = Document::parse("p.md", text).expect_err(text);
            assert!(error.starts_with(why), "{error}");
        }
        assert!(commands(&["output".to_string()]).is_err());
        assert!(render("echo", "$ looks typed\n").is_err());
        assert_eq!(
            render("printf x", "x").expect("it can be held")[2],
            "\\ no newline"
        );
    }
}
