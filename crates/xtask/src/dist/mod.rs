//! `cargo xtask dist`: the page as a folder that any static host serves under any path.
//!
//! Trunk binds and optimises the module anew at each run, so it is skipped when neither the module nor a file of
//! `static/` changed since the folder was made.

mod stamp;

use std::fs;

use crate::paths::Paths;
use crate::process::{program, step};
use crate::{Outcome, tools};

/// `cargo xtask dist`
pub(crate) fn run(paths: &Paths, arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.first() {
        return Err(format!("dist takes no argument: {unknown}"));
    }
    build(paths)?;
    println!("{}", paths.dist.display());
    Ok(())
}

/// Installs what is missing and builds `dist/`.
pub(crate) fn build(paths: &Paths) -> Outcome {
    tools::wasm_target(paths)?;
    tools::wasm_bindgen(paths)?;
    tools::trunk(paths)?;
    tools::wasm_opt(paths)?;
    // the words that Trunk says to cargo (a --package would choose other features), so its own build finds all fresh
    let build = [
        "build",
        "--release",
        "--locked",
        "--target",
        "wasm32-unknown-unknown",
        "--bin",
        "playground",
    ];
    step(
        "compile the page (cold: some minutes)",
        &mut program(paths, "cargo", build),
    )?;
    let stamp = stamp::of(paths)?;
    let kept = paths.dist.join(".stamp");
    if paths.dist.join("index.html").exists()
        && fs::read_to_string(&kept).is_ok_and(|text| text == stamp)
    {
        eprintln!("   dist is current");
        return Ok(());
    }
    let mut trunk = program(paths, "trunk", ["build", "--release"]);
    // NO_COLOR=1, which some shells set, is not a value trunk can read
    step(
        "bind and optimise the page (half a minute)",
        trunk.env_remove("NO_COLOR"),
    )?;
    fs::write(&kept, stamp).map_err(|error| format!("{}: {error}", kept.display()))
}
