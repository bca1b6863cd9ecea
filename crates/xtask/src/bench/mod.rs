//! `cargo xtask bench [NAME…] [--browser]`: the workloads of the performance goals, one line of JSON each.
//!
//! *Invariants*: natively and in the browser it is the same code, in release; standard output holds the records only.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::paths::Paths;
use crate::process::{program, step};
use crate::{Outcome, tools};

/// How long the browser may take over all of them, in seconds.
const BROWSER_TIMEOUT_S: &str = "1800";
/// What a line of the browser's console begins with when a record follows.
const MARK: &str = "bench {";

/// `cargo xtask bench [NAME…] [--browser]`
pub(crate) fn run(paths: &Paths, arguments: &[String]) -> Outcome {
    let (flags, names): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| argument.starts_with('-'));
    match flags.as_slice() {
        [] => native(paths, &names),
        ["--browser"] => browser(paths, &names),
        _ => Err("usage: cargo xtask bench [NAME…] [--browser]".to_owned()),
    }
}

fn native(paths: &Paths, names: &[&str]) -> Outcome {
    let build = ["build", "--release", "--locked", "--bin", "orrery"];
    step(
        "compile the headless program (cold: some minutes)",
        &mut program(paths, "cargo", build),
    )?;
    let orrery = paths.target.join("release/orrery");
    let arguments = ["bench", "--json"].iter().chain(names);
    step(
        "run the benchmarks",
        &mut program(paths, &orrery.to_string_lossy(), arguments),
    )
}

/// A page has no arguments, so the names are compiled in.
fn browser(paths: &Paths, names: &[&str]) -> Outcome {
    tools::wasm_target(paths)?;
    tools::wasm_bindgen(paths)?;
    tools::chromium(paths)?;
    let words = [
        "test",
        "--release",
        "--locked",
        "--package",
        "playground",
        "--target",
        tools::WASM_TARGET,
        "--test",
        "bench",
    ];
    let mut build = program(paths, "cargo", words);
    build.arg("--no-run");
    let mut test = program(paths, "cargo", words);
    test.args(["--", "--nocapture"]);
    for command in [&mut build, &mut test] {
        tools::wasm_runner(command);
        command.env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TIMEOUT_S);
        if !names.is_empty() {
            command.env("ORRERY_BENCH", names.join(" ").to_uppercase());
        }
    }
    step(
        "compile the benchmarks for the browser (cold: some minutes)",
        &mut build,
    )?;
    records(&mut test)
}

/// Runs the tests and prints the records among what they say, and all of it if they fail.
fn records(test: &mut std::process::Command) -> Outcome {
    eprintln!("── run the benchmarks in headless Chromium");
    let mut child = test
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| error.to_string())?;
    let output = child.stdout.take().expect("standard output is piped");
    let mut said = String::new();
    let mut found = 0;
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Some((_, record)) = line.split_once(MARK) {
            println!("{{{record}");
            found += 1;
        }
        said.push_str(&line);
        said.push('\n');
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() && found > 0 {
        return Ok(());
    }
    Err(format!(
        "the benchmarks did not run through ({status}):\n{said}"
    ))
}
