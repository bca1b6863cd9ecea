//! What lines do, as a terminal shows it.

use super::*;

/// Runs a script; an external command prints its words in angle brackets and its input below.
fn run(shell: &mut Shell, script: &str) -> (String, String, u8) {
    let (mut out, mut err) = (String::new(), String::new());
    for line in Script::new(script) {
        let line = match line.line {
            Ok(line) => line,
            Err(message) => {
                err.push_str(&format!("bash: {message}\n"));
                shell.status = 2;
                continue;
            }
        };
        let mut machine = Machine::new(&line);
        loop {
            let step = machine.step(shell);
            for (stream, text) in machine.take_shown() {
                match stream {
                    Stream::Out => out.push_str(&text),
                    Stream::Err => err.push_str(&text),
                }
            }
            match step {
                Step::Done { .. } => break,
                Step::External(call) if call.argv[0] == "fails" => {
                    machine.resume(Output::failed(3, "it failed"));
                }
                Step::External(call) => {
                    machine.resume(Output::ok(format!(
                        "<{}>\n{}",
                        call.argv.join("|"),
                        call.stdin
                    )));
                }
            }
        }
    }
    (out, err, shell.status)
}

fn out(script: &str) -> String {
    run(&mut Shell::default(), script).0
}

#[test]
fn lines_print_what_a_terminal_prints() {
    let table = [
        (
            "echo a  'b  c' \"d $HOME\" e\\ f",
            "a b  c d /home/learner e f\n",
        ),
        ("echo one # two", "one\n"),
        ("echo a#b", "a#b\n"),
        ("X=5; echo $X ${X}0 ${Y:-none} '$X'", "5 50 none $X\n"),
        ("X='a  b'; echo $X; echo \"$X\"", "a b\na  b\n"),
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("! true || echo no", "no\n"),
        ("false; echo $?", "1\n"),
        ("for i in 1 2 3; do echo n$i; done", "n1\nn2\nn3\n"),
        ("for i in {1..3}; do\n  echo $i\ndone | tail -1", "3\n"),
        (
            "for f in $(seq 2); do for g in a b; do echo $f$g; done; done",
            "1a\n1b\n2a\n2b\n",
        ),
        (
            "if [ 1 -lt 2 ]; then echo less; else echo more; fi",
            "less\n",
        ),
        ("if false; then echo a; elif true; then echo b; fi", "b\n"),
        (
            "touch a; while [ -f a ]; do echo once; rm a; done",
            "once\n",
        ),
        ("echo $(echo a; echo b) \"$(echo a; echo b)\"", "a b a\nb\n"),
        ("echo `echo x` \"in `echo y`\"", "x in y\n"),
        ("cat <<EOF\nhome $HOME \\$X\nEOF", "home /home/learner $X\n"),
        ("cat <<'EOF'\nhome $HOME\nEOF", "home $HOME\n"),
        ("cat <<-EOF\n\ttab\n\tEOF\necho after", "tab\nafter\n"),
        ("cat <<A; cat <<B\na\nA\nb\nB", "a\nb\n"),
        ("cat <<< word", "word\n"),
        ("echo a \\\n  b", "a b\n"),
        ("echo 'two\nlines' | wc -l", "2\n"),
        ("echo a >f; echo b >>f; cat f", "a\nb\n"),
        (
            "ls nope >f 2>&1; cat f",
            "ls: cannot access 'nope': No such file or directory\n",
        ),
        ("ls nope 2>/dev/null", ""),
        ("cat < /dev/null", ""),
        (
            "touch a.yaml b.yaml c.txt; echo *.yaml '*.yaml' *.zip",
            "a.yaml b.yaml *.yaml *.zip\n",
        ),
        (
            "echo {a,b}c -o=jsonpath={.items[*].metadata.name}",
            "ac bc -o=jsonpath={.items[*].metadata.name}\n",
        ),
        ("k get po", "<kubectl|get|po>\n"),
        ("kgp -w", "<kubectl|get|pods|-w>\n"),
        ("'k' get", "<k|get>\n"),
        (
            "alias kn='kubectl -n'; kn kube-system get po",
            "<kubectl|-n|kube-system|get|po>\n",
        ),
        ("echo hi | kubectl apply -f -", "<kubectl|apply|-f|->\nhi\n"),
        ("kubectl get po | grep -c kubectl", "1\n"),
        ("fails 2>&1 | cat", "it failed\n"),
        (
            "kubectl delete po $(echo a b | tr ' ' '\\n' | head -1)",
            "<kubectl|delete|po|a>\n",
        ),
        (
            "echo a b | xargs -n 1 kubectl delete",
            "<kubectl|delete|a>\n<kubectl|delete|b>\n",
        ),
        ("printf 'a\\nb\\n' | xargs -I{} echo [{}]", "[a]\n[b]\n"),
        (
            "kubectl apply -f - <<EOF\nkind: Pod\nEOF",
            "<kubectl|apply|-f|->\nkind: Pod\n",
        ),
        ("echo \"it's\" 'a \"b\"' \"x\\\"y\"", "it's a \"b\" x\"y\n"),
        ("echo $'a\\tb'", "a\tb\n"),
        ("echo 5$ $", "5$ $\n"),
    ];
    for (script, expected) in table {
        assert_eq!(out(script), expected, "{script}");
    }
}

#[test]
fn tools_print_what_gnu_tools_print() {
    let pods = "NAME READY\nweb-1 1/1\nweb-2 0/1\ndb-1 1/1\n";
    let mut shell = Shell::default();
    shell.files.write("pods", pods).unwrap();
    shell.files.write("n", "10\n9\n9\n100\n").unwrap();
    shell.now = 1_767_225_600;
    let table = [
        ("grep web pods", "web-1 1/1\nweb-2 0/1\n"),
        ("grep -n -v web pods", "1:NAME READY\n4:db-1 1/1\n"),
        ("grep -vi name pods | wc -l", "3\n"),
        ("grep -E 'web|db' -c pods", "3\n"),
        ("grep 'web\\|db' pods -c", "3\n"),
        ("grep -o '[a-z]*-[0-9]' pods", "web-1\nweb-2\ndb-1\n"),
        ("grep -w web-1 pods", "web-1 1/1\n"),
        ("grep -w eb pods", ""),
        ("grep -A1 NAME pods", "NAME READY\nweb-1 1/1\n"),
        ("grep -n -B1 db pods", "3-web-2 0/1\n4:db-1 1/1\n"),
        (
            "grep -C1 -n 'NAME\\|db' pods",
            "1:NAME READY\n2-web-1 1/1\n3-web-2 0/1\n4:db-1 1/1\n",
        ),
        ("grep -F '1/1' pods", "web-1 1/1\ndb-1 1/1\n"),
        ("grep '^web-[[:digit:]] 1' pods", "web-1 1/1\n"),
        ("grep 'a+b(' <<< 'a+b('", "a+b(\n"),
        ("awk '{print $1}' pods", "NAME\nweb-1\nweb-2\ndb-1\n"),
        (
            "awk 'NR>1 {print $2, $1}' pods",
            "1/1 web-1\n0/1 web-2\n1/1 db-1\n",
        ),
        (
            "awk '/web/ && $2 == \"1/1\" {print $1 \":\" $NF}' pods",
            "web-1:1/1\n",
        ),
        (
            "awk -F/ '$2 ~ /1/ {print $1}' pods",
            "web-1 1\nweb-2 0\ndb-1 1\n",
        ),
        ("awk 'END {print NR}' pods", "4\n"),
        ("sed 's/web/app/' pods | head -2 | tail -1", "app-1 1/1\n"),
        ("sed -n '2,3p' pods", "web-1 1/1\nweb-2 0/1\n"),
        (
            "sed -e '1d' -e 's#/#:#g' pods",
            "web-1 1:1\nweb-2 0:1\ndb-1 1:1\n",
        ),
        (
            "sed -E 's/([a-z]+)-([0-9])/\\2-\\1 &/;$d' pods",
            "NAME READY\n1-web web-1 1/1\n2-web web-2 0/1\n",
        ),
        (
            "sed -i 's/9/8/' n; cat n; sed -i 's/8/9/' n",
            "10\n8\n8\n100\n",
        ),
        ("sort n", "10\n100\n9\n9\n"),
        (
            "sort -n n | uniq -c",
            "      2 9\n      1 10\n      1 100\n",
        ),
        ("sort -rnu n", "100\n10\n9\n"),
        (
            "sort -k2 -r pods",
            "NAME READY\nweb-1 1/1\ndb-1 1/1\nweb-2 0/1\n",
        ),
        ("cut -d' ' -f1 pods | cut -c1-2", "NA\nwe\nwe\ndb\n"),
        ("cut -d: -f2- <<< a:b:c", "b:c\n"),
        ("tr a-z A-Z < pods | tail -n 1", "DB-1 1/1\n"),
        ("tr -s ' ' <<< 'a   b'", "a b\n"),
        ("tr -d '\\n' < n", "1099100"),
        ("wc -l pods", "4 pods\n"),
        ("cat n | wc", "      4       4      11\n"),
        ("head -c 3 n; tail -n +3 n", "10\n9\n100\n"),
        ("seq 3 | tac", ""),
        ("seq 2 2 6", "2\n4\n6\n"),
        ("printf '%s=%03d\\n' a 7 b 12", "a=007\nb=012\n"),
        ("printf '%-5s|' x", "x    |"),
        ("date", "Thu Jan  1 00:00:00 UTC 2026\n"),
        ("date +%Y-%m-%dT%TZ", "2026-01-01T00:00:00Z\n"),
        ("echo -n secret | base64", "c2VjcmV0\n"),
        ("echo c2VjcmV0 | base64 -d", "secret"),
        ("echo -e 'a\\tb'", "a\tb\n"),
        (
            "mkdir -p a/b; touch a/b/c; cd a/b; pwd; ls; cd -",
            "/home/learner/a/b\nc\n/home/learner\n",
        ),
        ("cp -r a z; ls z/b; rm -r z; ls -d a", "c\na\n"),
        ("echo x | tee t; mv t u; cat u", "x\nx\n"),
        ("basename /a/b.yaml .yaml; dirname /a/b.yaml", "b\n/a\n"),
    ];
    for (script, expected) in table {
        assert_eq!(
            run(&mut shell, script).0.replace("<tac>\n1\n2\n3\n", ""),
            expected,
            "{script}"
        );
    }
}

#[test]
fn errors_carry_the_tools_words_and_codes() {
    let table = [
        ("grep zz /dev/null", "", 1),
        ("grep -q x <<< x", "", 0),
        ("grep x nope", "grep: nope: No such file or directory\n", 2),
        (
            "grep '[' /dev/null",
            "grep: Unmatched [, [^, [:, [., or [=\n",
            2,
        ),
        ("cat nope", "cat: nope: No such file or directory\n", 1),
        ("cat < nope", "bash: nope: No such file or directory\n", 1),
        (
            "echo x > no/such",
            "bash: no/such: No such file or directory\n",
            1,
        ),
        ("cat /tmp", "cat: /tmp: Is a directory\n", 1),
        (
            "cat -z",
            "cat: invalid option -- 'z'\nTry 'cat --help' for more information.\n",
            1,
        ),
        ("head -n x", "head: invalid number of lines: ‘x’\n", 1),
        (
            "rm nope",
            "rm: cannot remove 'nope': No such file or directory\n",
            1,
        ),
        ("rm -f nope", "", 0),
        (
            "mkdir /tmp",
            "mkdir: cannot create directory ‘/tmp’: File exists\n",
            1,
        ),
        ("cd nope", "bash: cd: nope: No such file or directory\n", 1),
        (
            "sleep 1 &",
            "bash: background jobs (&) are not modelled: start it in the foreground\n",
            2,
        ),
        (
            "echo a | | b",
            "bash: syntax error near unexpected token `|'\n",
            2,
        ),
        (
            "echo )",
            "bash: syntax error near unexpected token `)'\n",
            2,
        ),
        (
            "echo 'open",
            "bash: unexpected EOF while looking for matching `''\n",
            2,
        ),
        (
            "for i in 1; do echo",
            "bash: syntax error: unexpected end of file\n",
            2,
        ),
        (
            "(echo a)",
            "bash: subshells ( … ) are not modelled: write the commands one after the other\n",
            2,
        ),
        (
            "sed 'y/a/b/'",
            "sed: -e expression #1, char 1: unknown command: `y'\n",
            1,
        ),
        (
            "sed s/a/b",
            "sed: -e expression #1, char 5: unterminated `s' command\n",
            1,
        ),
        (
            "alias x='a | b'",
            "bash: alias: x: an alias that is more than one command is not modelled\n",
            1,
        ),
        ("fails && echo no", "it failed\n", 3),
        ("echo a b | xargs fails", "it failed\n", 123),
        ("exit 4; echo no", "", 4),
        (
            "while true; do true; done",
            "error: the line ran 100000 commands and was stopped\n",
            1,
        ),
    ];
    for (script, errors, status) in table {
        let (_, err, exit) = run(&mut Shell::default(), script);
        assert_eq!((err.as_str(), exit), (errors, status), "{script}");
    }
}

#[test]
fn output_streams_only_when_it_goes_straight_to_the_terminal() {
    let table = [
        ("k get po -w", true),
        ("k get po | cat", false),
        ("k get po > f", false),
        ("echo $(k get po)", false),
        ("k x 2>&1", false),
    ];
    for (text, streams) in table {
        let mut machine = Machine::new(&parse(text).unwrap());
        match machine.step(&mut Shell::default()) {
            Step::External(call) => assert_eq!(call.streams, streams, "{text}"),
            done => panic!("{text}: {done:?}"),
        }
    }
}

#[test]
fn a_long_here_document_is_read_in_one_pass() {
    let body = "line\n".repeat(20_000);
    let script = format!("wc -l <<EOF\n{body}EOF\necho after\n");
    let lines: Vec<ScriptLine> = Script::new(&script).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].number, 20_003);
    assert_eq!(out(&script), "20000\nafter\n");
}

#[test]
fn open_text_says_what_it_waits_for() {
    let open = |text| match parse(text) {
        Err(ParseError::Incomplete(open)) => open,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(open("echo \"a"), Open::Quote('"'));
    assert_eq!(open("echo a |"), Open::Line);
    assert_eq!(open("echo a \\"), Open::Line);
    assert_eq!(open("for i in 1; do"), Open::Line);
    assert_eq!(
        open("cat <<-EOF"),
        Open::HereDocument {
            delimiter: "EOF".into(),
            strip_tabs: true
        }
    );
}

#[test]
fn directories_follow_from_files_and_stay_when_emptied() {
    let mut files = Files::default();
    files.place("deploy/web/a.yaml", "x");
    assert!(files.is_directory("deploy"));
    assert_eq!(files.list("deploy").unwrap(), [("web".to_owned(), true)]);
    let before = files.clone();
    files.remove_file("deploy/web/a.yaml").unwrap();
    assert!(files.is_directory("deploy/web"));
    assert!(before.is_file("deploy/web/a.yaml"));
    assert_eq!(files.read("deploy/web"), Err(FileError::IsDirectory));
    assert_eq!(files.write("no/such", ""), Err(FileError::NotFound));
    assert_eq!(files.resolve("../../a/./b//c"), "/a/b/c");
}
