//! A fingerprint of everything `dist/` is made of.

use std::fs;
use std::path::{Path, PathBuf};

use crate::paths::Paths;

/// Compiled module, static files, Trunk's settings and the pins of the tools, as 16 hex digits.
pub(super) fn of(paths: &Paths) -> Result<String, String> {
    let module = paths
        .target
        .join("wasm32-unknown-unknown/release/playground.wasm");
    let named = ["Trunk.toml", "Cargo.lock", "package-lock.json"].map(|name| paths.root.join(name));
    let mut files: Vec<PathBuf> = std::iter::once(module).chain(named).collect();
    collect(&paths.root.join("static"), &mut files)?;
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for file in files {
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        hash = fnv1a(hash, file.to_string_lossy().as_bytes());
        hash = fnv1a(hash, &bytes);
    }
    Ok(format!("{hash:016x}"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
