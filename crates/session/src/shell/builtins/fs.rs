//! `cat`, `ls`, `pwd`, `cd`, `mkdir`, `rm`, `cp`, `mv`, `touch`, `tee`, `basename`, `dirname`.
//!
//! *Models* coreutils 9. *Not modelled*: modes, owners, sizes and times (`ls -l` is refused).

use super::options::Spec;
use super::{Output, inputs};
use crate::shell::{FileError, Shell};

pub(super) fn cat(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let options = match (Spec {
        tool: "cat",
        letters: "nu",
        long: &[("number", 'n')],
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut output = Output::default();
    let texts = inputs(shell, "cat", 1, &options.rest, stdin, &mut output);
    output.stdout = texts.into_iter().map(|(_, text)| text).collect();
    if options.has('n') {
        let numbered = output
            .stdout
            .split_inclusive('\n')
            .enumerate()
            .map(|(at, line)| format!("{:>6}\t{line}", at + 1));
        output.stdout = numbered.collect();
    }
    output
}

pub(super) fn ls(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let options = match (Spec {
        tool: "ls",
        letters: "1adFp",
        long: &[("all", 'a'), ("directory", 'd')],
        exit: 2,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut output = Output::default();
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for path in if options.rest.is_empty() {
        vec![".".to_owned()]
    } else {
        options.rest.clone()
    } {
        if shell.files.is_directory(&path) && !options.has('d') {
            directories.push(path);
        } else if shell.files.is_file(&path) || shell.files.is_directory(&path) {
            files.push(path);
        } else {
            output.complain(
                2,
                format!("ls: cannot access '{path}': No such file or directory"),
            );
        }
    }
    files.sort();
    directories.sort();
    files
        .iter()
        .for_each(|file| output.stdout.push_str(&format!("{file}\n")));
    for directory in &directories {
        if options.rest.len() > 1 {
            let gap = if output.stdout.is_empty() { "" } else { "\n" };
            output.stdout.push_str(&format!("{gap}{directory}:\n"));
        }
        if options.has('a') {
            output.stdout.push_str(".\n..\n");
        }
        for (name, is_directory) in shell.files.list(directory).unwrap_or_default() {
            if options.has('a') || !name.starts_with('.') {
                let mark = if is_directory && (options.has('F') || options.has('p')) {
                    "/"
                } else {
                    ""
                };
                output.stdout.push_str(&format!("{name}{mark}\n"));
            }
        }
    }
    output
}

pub(super) fn pwd(shell: &mut Shell, _argv: &[String], _stdin: &str) -> Output {
    Output::ok(format!("{}\n", shell.files.directory()))
}

pub(super) fn cd(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    if argv.len() > 2 {
        return Output::failed(1, "bash: cd: too many arguments");
    }
    let variable = |shell: &Shell, name: &str| shell.variables.get(name).cloned();
    let mut printed = String::new();
    let target = match argv.get(1).map(String::as_str) {
        None | Some("~") => variable(shell, "HOME").unwrap_or_else(|| "/".into()),
        Some("-") => match variable(shell, "OLDPWD") {
            None => return Output::failed(1, "bash: cd: OLDPWD not set"),
            Some(old) => {
                printed = format!("{old}\n");
                old
            }
        },
        Some(path) => path.to_owned(),
    };
    let old = shell.files.directory().to_owned();
    match shell.files.change_directory(&target) {
        Ok(()) => {
            shell.variables.insert("OLDPWD".into(), old);
            Output::ok(printed)
        }
        Err(error) => Output::failed(1, format!("bash: cd: {target}: {}", error.text())),
    }
}

fn missing_operand(tool: &str) -> Output {
    Output::failed(
        1,
        format!("{tool}: missing operand\nTry '{tool} --help' for more information."),
    )
}

pub(super) fn mkdir(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let options = match (Spec {
        tool: "mkdir",
        letters: "p",
        long: &[("parents", 'p')],
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    if options.rest.is_empty() {
        return missing_operand("mkdir");
    }
    let mut output = Output::default();
    for path in &options.rest {
        if let Err(error) = shell.files.make_directory(path, options.has('p')) {
            output.complain(
                1,
                format!("mkdir: cannot create directory ‘{path}’: {}", error.text()),
            );
        }
    }
    output
}

pub(super) fn rm(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let long = &[("recursive", 'r'), ("force", 'f')];
    let options = match (Spec {
        tool: "rm",
        letters: "rRf",
        long,
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    if options.rest.is_empty() && !options.has('f') {
        return missing_operand("rm");
    }
    let mut output = Output::default();
    let recursive = options.has('r') || options.has('R');
    for path in &options.rest {
        match shell.files.remove_file(path) {
            Err(FileError::IsDirectory) if recursive => shell.files.remove_tree(path),
            Err(FileError::NotFound) if options.has('f') => {}
            Err(error) => {
                output.complain(1, format!("rm: cannot remove '{path}': {}", error.text()))
            }
            Ok(()) => {}
        }
    }
    output
}

pub(super) fn cp(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    transfer(
        shell,
        argv,
        &Spec {
            tool: "cp",
            letters: "rRaf",
            long: &[("recursive", 'r')],
            exit: 1,
        },
    )
}

pub(super) fn mv(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    transfer(
        shell,
        argv,
        &Spec {
            tool: "mv",
            letters: "f",
            long: &[("force", 'f')],
            exit: 1,
        },
    )
}

fn transfer(shell: &mut Shell, argv: &[String], spec: &Spec) -> Output {
    let options = match spec.read(argv) {
        Ok(options) => options,
        Err(output) => return output,
    };
    let tool = spec.tool;
    let hint = format!("\nTry '{tool} --help' for more information.");
    let (target, sources) = match options.rest.split_last() {
        None => return Output::failed(1, format!("{tool}: missing file operand{hint}")),
        Some((only, [])) => {
            return Output::failed(
                1,
                format!("{tool}: missing destination file operand after '{only}'{hint}"),
            );
        }
        Some(found) => found,
    };
    let into = shell.files.is_directory(target);
    if sources.len() > 1 && !into {
        return Output::failed(
            1,
            format!("{tool}: target '{target}': No such file or directory"),
        );
    }
    let recursive = tool == "mv" || options.has('r') || options.has('R') || options.has('a');
    let mut output = Output::default();
    for source in sources {
        let name = source
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(source);
        let to = if into {
            format!("{}/{name}", target.trim_end_matches('/'))
        } else {
            target.clone()
        };
        let result = match shell.files.read(source) {
            Ok(text) if shell.files.resolve(source) == shell.files.resolve(&to) => {
                drop(text);
                output.complain(
                    1,
                    format!("{tool}: '{source}' and '{to}' are the same file"),
                );
                continue;
            }
            Ok(text) => shell.files.write(&to, &text),
            Err(FileError::IsDirectory) if !recursive => {
                output.complain(
                    1,
                    format!("{tool}: -r not specified; omitting directory '{source}'"),
                );
                continue;
            }
            Err(FileError::IsDirectory) => copy_tree(shell, source, &to),
            Err(error) => {
                output.complain(
                    1,
                    format!("{tool}: cannot stat '{source}': {}", error.text()),
                );
                continue;
            }
        };
        match result {
            Err(error) if tool == "cp" => {
                output.complain(
                    1,
                    format!("cp: cannot create regular file '{to}': {}", error.text()),
                );
            }
            Err(error) => output.complain(
                1,
                format!("mv: cannot move '{source}' to '{to}': {}", error.text()),
            ),
            Ok(()) if tool == "mv" => shell.files.remove_tree(source),
            Ok(()) => {}
        }
    }
    output
}

fn copy_tree(shell: &mut Shell, source: &str, to: &str) -> Result<(), FileError> {
    let (from, to) = (shell.files.resolve(source), shell.files.resolve(to));
    if to == from || to.starts_with(&format!("{from}/")) {
        return Err(FileError::Exists);
    }
    shell.files.make_directory(&to, true)?;
    for (path, text) in shell.files.walk(&from) {
        shell
            .files
            .place(&format!("{to}{}", &path[from.len()..]), &text);
    }
    Ok(())
}

pub(super) fn touch(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let options = match (Spec {
        tool: "touch",
        letters: "c",
        long: &[("no-create", 'c')],
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    if options.rest.is_empty() {
        return Output::failed(
            1,
            "touch: missing file operand\nTry 'touch --help' for more information.",
        );
    }
    let mut output = Output::default();
    for path in &options.rest {
        if shell.files.is_file(path) || shell.files.is_directory(path) || options.has('c') {
            continue;
        }
        if let Err(error) = shell.files.write(path, "") {
            output.complain(1, format!("touch: cannot touch '{path}': {}", error.text()));
        }
    }
    output
}

pub(super) fn tee(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let options = match (Spec {
        tool: "tee",
        letters: "a",
        long: &[("append", 'a')],
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut output = Output::ok(stdin);
    for path in options.rest.iter().filter(|path| *path != "/dev/null") {
        let result = if options.has('a') {
            shell.files.append(path, stdin)
        } else {
            shell.files.write(path, stdin)
        };
        if let Err(error) = result {
            output.complain(1, format!("tee: {path}: {}", error.text()));
        }
    }
    output
}

pub(super) fn basename(_shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let Some(path) = argv.get(1) else {
        return missing_operand("basename");
    };
    let name = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let name = if name.is_empty() && !path.is_empty() {
        "/"
    } else {
        name
    };
    let short = argv
        .get(2)
        .and_then(|suffix| name.strip_suffix(suffix.as_str()))
        .filter(|short| !short.is_empty());
    Output::ok(format!("{}\n", short.unwrap_or(name)))
}

pub(super) fn dirname(_shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let Some(path) = argv.get(1) else {
        return missing_operand("dirname");
    };
    let directory = match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
        None if path.starts_with('/') => "/",
        None => ".",
    };
    Output::ok(format!("{directory}\n"))
}
