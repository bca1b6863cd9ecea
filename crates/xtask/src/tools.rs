//! The tools a build needs, at pinned versions, installed when they are missing.
//!
//! A tool already on PATH is taken if it has the pinned version; else it goes into `target/tools`.
//! wasm-bindgen must equal the library's version, so its pin is read from Cargo.lock.

use std::fs;

use crate::Outcome;
use crate::paths::Paths;
use crate::process::{output, program, step};

/// From 0.22 on, trunk wants a newer compiler than the one pinned here.
const TRUNK: &str = "0.21.14";
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The compiler's wasm32 standard library.
pub(crate) fn wasm_target(paths: &Paths) -> Outcome {
    let sysroot = output(&mut program(paths, "rustc", ["--print", "sysroot"]))
        .ok_or("rustc is not to be found: install rustup (https://rustup.rs)")?;
    if fs::exists(format!("{sysroot}/lib/rustlib/{WASM_TARGET}")).unwrap_or(false) {
        return Ok(());
    }
    step(
        "install the wasm32 target (seconds)",
        &mut program(paths, "rustup", ["target", "add", WASM_TARGET]),
    )
}

/// wasm-bindgen and its test runner, of the version Cargo.lock names.
pub(crate) fn wasm_bindgen(paths: &Paths) -> Outcome {
    let wanted = locked_version(&paths.read("Cargo.lock")?, "wasm-bindgen")
        .ok_or("Cargo.lock names no wasm-bindgen")?;
    let has = |name| {
        output(&mut program(paths, name, ["--version"]))
            .is_some_and(|text| text.split(' ').any(|word| word == wanted))
    };
    if has("wasm-bindgen") && has("wasm-bindgen-test-runner") {
        return Ok(());
    }
    // without --locked: its lock file names a withdrawn crate
    let arguments = [
        "wasm-bindgen-cli",
        "--version",
        &format!("={wanted}"),
        "--no-default-features",
    ];
    cargo_install(
        paths,
        &format!("install wasm-bindgen {wanted} (about 1 minute)"),
        &arguments,
    )
}

/// The bundler of the page.
pub(crate) fn trunk(paths: &Paths) -> Outcome {
    if output(&mut program(paths, "trunk", ["--version"])).is_some_and(|text| text.ends_with(TRUNK))
    {
        return Ok(());
    }
    let arguments = [
        "trunk",
        "--version",
        &format!("={TRUNK}"),
        "--locked",
        "--no-default-features",
    ];
    cargo_install(
        paths,
        &format!("install trunk {TRUNK} (about 3 minutes)"),
        &arguments,
    )
}

/// wasm-opt, from npm's binaryen, as package-lock.json pins it.
pub(crate) fn wasm_opt(paths: &Paths) -> Outcome {
    let folder = paths.tools.join("npm");
    let lock = paths.read("package-lock.json")?;
    let installed = folder.join("node_modules/.bin/wasm-opt").exists();
    if installed
        && fs::read_to_string(folder.join("package-lock.json")).is_ok_and(|text| text == lock)
    {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::write(folder.join(name), paths.read(name)?)
            .map_err(|error| format!("{name}: {error}"))?;
    }
    let mut npm = program(
        paths,
        "npm",
        ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    );
    step("install wasm-opt (seconds)", npm.current_dir(&folder))
}

/// Tells a cargo how to run what it builds for wasm: under Node, or in Chromium where the test asks for a browser.
pub(crate) fn wasm_runner(cargo: &mut std::process::Command) {
    cargo
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("CHROMEDRIVER", "chromedriver");
}

/// Chromium and its driver, by apt-get if we may.
pub(crate) fn chromium(paths: &Paths) -> Outcome {
    let has = |name| output(&mut program(paths, name, ["--version"])).is_some();
    if has("chromium") && has("chromedriver") {
        return Ok(());
    }
    let line = "apt-get install -y --no-install-recommends chromium chromium-driver";
    let prefix: &[&str] = if output(&mut program(paths, "id", ["-u"])).is_some_and(|id| id == "0") {
        &[]
    } else if output(&mut program(paths, "sudo", ["-n", "true"])).is_some() {
        &["sudo", "-n"]
    } else {
        return Err(format!(
            "the browser tests need Chromium and its driver; as root: {line}"
        ));
    };
    for words in ["apt-get update -q", line] {
        let all: Vec<&str> = prefix.iter().copied().chain(words.split(' ')).collect();
        let mut command = program(paths, all[0], &all[1..]);
        step(
            &format!("install Chromium and its driver: {words}"),
            command.env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
    }
    Ok(())
}

fn cargo_install(paths: &Paths, what: &str, arguments: &[&str]) -> Outcome {
    let build = paths.tools.join("build");
    let mut cargo = program(paths, "cargo", ["install", "--debug", "--root"]);
    cargo
        .arg(&paths.tools)
        .arg("--target-dir")
        .arg(&build)
        .args(arguments);
    // their release profiles take many minutes to build and save seconds a run
    step(
        what,
        cargo
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0"),
    )?;
    // a gigabyte that nobody reads again; failing to remove it does no harm
    let _ = fs::remove_dir_all(build);
    Ok(())
}

/// The version of a package in the text of Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("name = \"{package}\"\n")))?;
    let line = entry
        .lines()
        .find_map(|line| line.strip_prefix("version = "))?;
    Some(line.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn version_is_that_of_the_package_of_exactly_this_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
