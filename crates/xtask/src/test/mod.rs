//! `cargo xtask test [STEP…]`: everything that must hold before a change is taken, cheapest first.

use crate::paths::Paths;
use crate::process::{Watch, program, step};
use crate::{Outcome, tools};

/// One kind of check.
struct Step {
    name: &'static str,
    run: fn(&Paths) -> Outcome,
}

const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        run: fmt,
    },
    Step {
        name: "clippy",
        run: clippy,
    },
    Step {
        name: "native",
        run: native,
    },
    Step {
        name: "browser",
        run: browser,
    },
];

const WASM: &str = "wasm32-unknown-unknown";

/// `cargo xtask test`, or only the steps that are named.
pub(crate) fn run(paths: &Paths, arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments
        .iter()
        .find(|argument| STEPS.iter().all(|step| step.name != **argument))
    {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!(
            "no such step: {unknown} (there are: {})",
            names.join(", ")
        ));
    }
    let watch = Watch::start();
    tools::wasm_target(paths)?;
    for step in STEPS.iter().filter(|step| {
        arguments.is_empty() || arguments.iter().any(|argument| argument == step.name)
    }) {
        (step.run)(paths)?;
    }
    println!(
        "all checks passed in {:.0} s",
        watch.elapsed().as_secs_f32()
    );
    Ok(())
}

fn fmt(paths: &Paths) -> Outcome {
    step(
        "check formatting",
        &mut program(paths, "cargo", ["fmt", "--all", "--check"]),
    )
}

/// The page is linted for the machine it runs on, all else for this one.
fn clippy(paths: &Paths) -> Outcome {
    let native = [
        "clippy",
        "--locked",
        "--workspace",
        "--exclude",
        "playground",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    step("lint the workspace", &mut program(paths, "cargo", native))?;
    let page = [
        "clippy",
        "--locked",
        "--package",
        "playground",
        "--all-targets",
        "--target",
        WASM,
        "--",
        "-D",
        "warnings",
    ];
    step("lint the page", &mut program(paths, "cargo", page))
}

fn native(paths: &Paths) -> Outcome {
    let arguments = ["test", "--locked", "--workspace", "--exclude", "playground"];
    step(
        "test the workspace",
        &mut program(paths, "cargo", arguments),
    )
}

/// The page's own tests: real DOM, headless Chromium.
fn browser(paths: &Paths) -> Outcome {
    tools::wasm_bindgen(paths)?;
    tools::chromium(paths)?;
    let mut cargo = program(
        paths,
        "cargo",
        [
            "test",
            "--locked",
            "--package",
            "playground",
            "--target",
            WASM,
            "--tests",
        ],
    );
    cargo
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("CHROMEDRIVER", "chromedriver");
    step("test the page in headless Chromium", &mut cargo)
}
