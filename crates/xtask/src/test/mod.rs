//! `cargo xtask test [STEP…]`: everything that must hold before a change is taken, cheapest first.

use crate::Outcome;
use crate::paths::Paths;
use crate::process::{Watch, program, step};
use crate::tools::{self, WASM_TARGET};

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
        name: "digest",
        run: digest,
    },
    Step {
        name: "browser",
        run: browser,
    },
];

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
        WASM_TARGET,
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

/// INV-1: the digests that the native tests have compared, under Node and in Chromium.
fn digest(paths: &Paths) -> Outcome {
    tools::wasm_bindgen(paths)?;
    tools::chromium(paths)?;
    for (place, in_browser) in [("under Node", false), ("in headless Chromium", true)] {
        let words = [
            "test",
            "--locked",
            "--package",
            "orrery-tests",
            "--target",
            WASM_TARGET,
            "--test",
            "digest",
        ];
        let mut cargo = program(paths, "cargo", words);
        tools::wasm_runner(&mut cargo);
        cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
        if in_browser {
            cargo.env("WASM_BINDGEN_USE_BROWSER", "1");
        }
        step(&format!("compare digests {place}"), &mut cargo)?;
    }
    Ok(())
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
            WASM_TARGET,
            "--tests",
        ],
    );
    tools::wasm_runner(&mut cargo);
    step("test the page in headless Chromium", &mut cargo)
}
