//! The shape of the workspace, checked: who may use whom, what no file may say, how long a file may be.
//!
//! *Invariants*: INV-1 and INV-2 (no clock, no hash order, no printing in the core), the edges of the layout.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 600;
/// A fixture adapter translates a table row; what takes more than this is a rule, and belongs to the crate under test.
const ADAPTER_LINES_MAX: usize = 60;
const CORE: [&str; 8] = [
    "engine",
    "apimachinery",
    "api",
    "cluster",
    "kubectl",
    "view",
    "session",
    "lessons",
];
const BANNED_IN_CORE: [&str; 9] = [
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "async fn",
];
const PAGE_ONLY: [&str; 4] = ["leptos", "web_sys", "js_sys", "gloo"];

/// Members a member may depend on.
fn allowed(package: &str) -> &'static [&'static str] {
    match package {
        "engine" | "apimachinery" | "xtask" => &[],
        "api" => &["apimachinery"],
        "cluster" => &["api", "apimachinery", "engine"],
        "kubectl" | "view" => &["cluster", "api", "apimachinery", "engine"],
        "session" => &["kubectl", "cluster", "api", "apimachinery", "engine"],
        "lessons" => &[
            "session",
            "view",
            "kubectl",
            "cluster",
            "api",
            "apimachinery",
            "engine",
        ],
        "playground" | "orrery-tests" => &[
            "cli",
            "lessons",
            "session",
            "view",
            "kubectl",
            "cluster",
            "api",
            "apimachinery",
            "engine",
        ],
        "cli" => &[
            "lessons",
            "session",
            "view",
            "kubectl",
            "cluster",
            "api",
            "apimachinery",
            "engine",
        ],
        other => panic!(
            "the package {other} has no place in the layout: give it one here and in the design"
        ),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lies in the workspace")
        .to_owned()
}

/// Files below a folder with this extension, in order; build output is not looked into.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() && !matches!(name, "target" | "dist" | "node_modules" | ".git") {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

/// Path from the workspace's root, and text.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let found: Vec<(String, String)> = files(&root, "rs")
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            (
                name,
                fs::read_to_string(&path).expect("a readable source file"),
            )
        })
        .collect();
    assert!(
        found.len() > 30,
        "the sources were not found: {}",
        found.len()
    );
    found
}

/// The text with comments, strings and characters blanked, line by line as before.
fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => find(text, at, "\n", 0),
            [b'/', b'*', ..] => find(text, at + 2, "*/", 2),
            [b'r', b'"' | b'#', ..] if !follows_word(bytes, at) => {
                raw_string_end(text, at).unwrap_or(at)
            }
            [b'"', ..] => quoted_end(bytes, at),
            [b'\'', b'\\', ..] => find(text, at + 3, "'", 1),
            [b'\'', ..] => char_end(text, at),
            _ => at,
        };
        if end == at {
            code.push(char::from(bytes[at]));
            at += 1;
        } else {
            code.extend(text[at..end].chars().filter(|character| *character == '\n'));
            at = end;
        }
    }
    code
}

fn find(text: &str, from: usize, what: &str, past: usize) -> usize {
    text.get(from..)
        .and_then(|rest| rest.find(what))
        .map_or(text.len(), |offset| from + offset + past)
}

fn follows_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn raw_string_end(text: &str, at: usize) -> Option<usize> {
    let hashes = text[at + 1..]
        .bytes()
        .take_while(|byte| *byte == b'#')
        .count();
    let open = at + 1 + hashes;
    (text.as_bytes().get(open) == Some(&b'"')).then(|| {
        find(
            text,
            open + 1,
            &format!("\"{}", "#".repeat(hashes)),
            1 + hashes,
        )
    })
}

fn quoted_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    (end + 1).min(bytes.len())
}

/// `'x'` is a character; `'x` is a lifetime and stays.
fn char_end(text: &str, at: usize) -> usize {
    let mut rest = text[at + 1..].char_indices();
    match (rest.next(), rest.next()) {
        (Some(_), Some((offset, '\''))) => at + 1 + offset + 1,
        _ => at,
    }
}

/// The part that ships: code before the module of tests; nothing of a file that is all tests.
fn shipped(name: &str, text: &str) -> String {
    let all_tests = name.starts_with("tests/") || name.contains("/tests/");
    if all_tests || name.ends_with("/tests.rs") || name.ends_with("_tests.rs") {
        return String::new();
    }
    let code = code_only(text);
    let tests = code
        .match_indices("#[cfg(test)]")
        .map(|(at, _)| at)
        .find(|at| {
            // `mod tests;` is another file, and `use` of a test's needs is one line
            let item = code[*at..].lines().nth(1).unwrap_or_default();
            item.contains("mod ") && item.ends_with('{')
        });
    code[..tests.unwrap_or(code.len())].to_owned()
}

/// Whether a line has the name as a word of its own.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let joins = |character: Option<char>| {
            character.is_some_and(|character| character.is_alphanumeric() || character == '_')
        };
        !joins(before) && (word.ends_with('!') || !joins(after))
    })
}

/// Package name and what stands under `[dependencies]` and `[build-dependencies]`.
fn manifest(text: &str) -> (String, Vec<String>) {
    let (mut section, mut package, mut dependencies) = (String::new(), String::new(), Vec::new());
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
    {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_matches(['[', ']']).to_owned();
            // `[dependencies.web-sys]`
            dependencies.extend(section.strip_prefix("dependencies.").map(str::to_owned));
        } else if let Some((key, value)) = line.split_once('=') {
            let key = key.trim().split('.').next().unwrap_or_default();
            match section.as_str() {
                "package" if key == "name" => package = value.trim().trim_matches('"').to_owned(),
                "dependencies" | "build-dependencies" => dependencies.push(key.to_owned()),
                _ => {}
            }
        }
    }
    (package, dependencies)
}

fn manifests() -> BTreeMap<String, Vec<String>> {
    let root = root();
    let mut folders = vec![root.clone(), root.join("tests")];
    folders.extend(
        fs::read_dir(root.join("crates"))
            .expect("crates")
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_dir()),
    );
    let read = |folder: PathBuf| {
        manifest(
            &fs::read_to_string(folder.join("Cargo.toml")).expect("each member has a Cargo.toml"),
        )
    };
    folders.into_iter().map(read).collect()
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn members_use_only_what_lies_below_them() {
    let members = manifests();
    let mut faults = Vec::new();
    for (package, dependencies) in &members {
        for dependency in dependencies {
            if members.contains_key(dependency) && !allowed(package).contains(&dependency.as_str())
            {
                faults.push(format!(
                    "{package} → {dependency} is not an edge of the layout"
                ));
            }
            let of_page = PAGE_ONLY
                .iter()
                .any(|name| dependency.replace('-', "_").starts_with(name));
            if of_page && package != "playground" {
                faults.push(format!(
                    "{package} depends on {dependency}, which belongs to the page"
                ));
            }
        }
    }
    assert_eq!(members.len(), 12, "members: {:?}", members.keys());
    report(&faults);
}

#[test]
fn core_crates_have_no_clock_no_hash_order_and_do_not_print() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        if !CORE
            .iter()
            .any(|package| name.starts_with(&format!("crates/{package}/")))
        {
            continue;
        }
        for (line, number) in shipped(&name, &text).lines().zip(1..) {
            faults.extend(
                BANNED_IN_CORE
                    .iter()
                    .filter(|word| has_word(line, word))
                    .map(|word| format!("{name}:{number}: {word}")),
            );
        }
    }
    report(&faults);
}

#[test]
fn only_the_page_knows_the_browser() {
    let mut faults = Vec::new();
    for (name, text) in sources()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("src/") && !name.starts_with("tests/browser/"))
    {
        for (line, number) in code_only(&text).lines().zip(1..) {
            let named = PAGE_ONLY.iter().any(|word| {
                line.contains(&format!("{word}::")) || line.contains(&format!("{word}_timers::"))
            });
            faults.extend(named.then(|| format!("{name}:{number}: {}", line.trim())));
        }
    }
    report(&faults);
}

#[test]
fn nothing_that_ships_unwraps() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        for (line, number) in shipped(&name, &text).lines().zip(1..) {
            faults.extend(
                line.contains(".unwrap()")
                    .then(|| format!("{name}:{number}: say which invariant holds, with expect")),
            );
        }
    }
    report(&faults);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > LINES_MAX {
            faults.push(format!("{name}: {lines} lines, at most {LINES_MAX}"));
        }
        // a generated table says so in its first line instead
        if !text.trim_start().starts_with("//!") && !text.starts_with("// @generated") {
            faults.push(format!("{name}: begins without a module doc"));
        }
    }
    report(&faults);
}

#[test]
fn fixture_adapters_only_translate() {
    let mut faults = Vec::new();
    for (name, text) in sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("crates/cli/src/fixtures/"))
    {
        let lines: Vec<&str> = text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let indent = &line[..line.len() - line.trim_start().len()];
            let is_function = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn "]
                .iter()
                .any(|head| line.trim_start().starts_with(head));
            let close = format!("{indent}}}");
            let length = lines[start..]
                .iter()
                .position(|line| *line == close)
                .map_or(0, |offset| offset + 1);
            if is_function && length > ADAPTER_LINES_MAX {
                faults.push(format!(
                    "{name}:{}: {length} lines, at most {ADAPTER_LINES_MAX}: {}",
                    start + 1,
                    line.trim()
                ));
            }
        }
    }
    report(&faults);
}

#[test]
fn the_reader_of_code_sees_code_only() {
    let text = "let a = \"x.unwrap()\"; // HashMap\nlet b: &'a str = r#\"Instant \" \"#; '\"'; y.unwrap();\n/* println! */ c('\\'', '한');\n";
    assert_eq!(
        code_only(text),
        "let a = ; \nlet b: &'a str = ; ; y.unwrap();\n c(, );\n"
    );
    assert!(has_word("use std::time::Instant;", "Instant"));
    assert!(!has_word("fn instant_Instants()", "Instant"));
    assert!(!has_word("eprintln!()", "println!"));
    let (package, dependencies) = manifest(
        "[package]\nname = \"cluster\"\n[dependencies]\napi.workspace = true\nserde = \"1\"\n[dependencies.web-sys]\nversion = \"1\"\n[dev-dependencies]\nkubectl = \"1\"\n",
    );
    assert_eq!(
        (package.as_str(), dependencies.join(" ").as_str()),
        ("cluster", "api serde web-sys")
    );
}
