//! Plays `suite/**/*.md`. `BLESS=1` writes what comes over what was expected; `SUITE=text` plays only pages and
//! titles that contain the text.

use orrery_tests::suite;

#[expect(
    clippy::disallowed_methods,
    reason = "a test run is told by its environment what to play"
)]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn every_page_comes_out_as_written() {
    let documents = suite::documents().unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    let played = suite::play_all(&documents, &told("SUITE").unwrap_or_default());
    let blessing = told("BLESS").is_some();
    let mut failures = Vec::new();
    for (page, index, result) in &played {
        if !result.passed() && (!blessing || result.broken.is_some()) {
            failures.push(result.report(&documents[*page], &documents[*page].tests[*index]));
        }
    }
    if blessing {
        let blessed = suite::bless(&documents, &played);
        eprintln!("blessed: {}", blessed.join(", "));
    }
    assert!(
        failures.is_empty(),
        "{} of {} tests failed\n\n{}",
        failures.len(),
        played.len(),
        failures.join("\n")
    );
}

/// `ReplicaSet` → `replica_set`, as the source file of the kind is called.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[test]
fn each_registry_line_has_its_page() {
    let kinds = api::Kind::ALL
        .iter()
        .map(|kind| format!("api/{}.md", snake(kind.name())));
    let controllers = cluster::controllers::CONTROLLERS.iter().map(|controller| {
        let name = controller
            .name
            .strip_suffix("-controller")
            .unwrap_or(controller.name);
        format!("controllers/{}.md", name.replace('-', "_"))
    });
    let plugins = cluster::scheduler::plugins::REGISTRY
        .iter()
        .map(|registered| format!("scheduler/{}.md", snake(registered.plugin.name())));
    let verbs = kubectl::verbs::VERBS.iter().map(|verb| {
        let word = verb.name.split(' ').next().unwrap_or(verb.name);
        format!("kubectl/{}.md", word.replace('-', "_"))
    });
    let missing: Vec<String> = kinds
        .chain(controllers)
        .chain(plugins)
        .chain(verbs)
        .filter(|page| !suite::folder().join(page).is_file())
        .collect();
    assert!(
        missing.is_empty(),
        "no page tells of these:\n{}",
        missing.join("\n")
    );
}
