//! `echo`, `printf`, `seq`, `date`.
//!
//! *Models* bash's `echo` and `printf`, coreutils' `seq` and `date` (clock: [`Shell::now`], zone UTC).
//! *Not modelled*: `date -d`, zones, fractions in `seq`, floats in `printf`.

use super::Output;
use crate::shell::Shell;

pub(super) fn echo(_shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let (mut line_end, mut escapes, mut from) = (true, false, 1);
    while let Some(flags) = argv
        .get(from)
        .and_then(|argument| argument.strip_prefix('-'))
    {
        if flags.is_empty() || !flags.chars().all(|c| "neE".contains(c)) {
            break;
        }
        for flag in flags.chars() {
            match flag {
                'n' => line_end = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        from += 1;
    }
    let mut text = argv[from..].join(" ");
    if escapes {
        text = unescape(&text);
    }
    if line_end {
        text.push('\n');
    }
    Output::ok(text)
}

/// `\n`, `\t`, `\\`, `\r`, `\e`, `\0nnn`; others stay.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('e') => out.push('\u{1b}'),
            Some('\\') => out.push('\\'),
            Some('"') => out.push('"'),
            Some('0') => {
                let digits: String = rest
                    .clone()
                    .take(3)
                    .take_while(|c| ('0'..='7').contains(c))
                    .collect();
                rest.by_ref().take(digits.len()).for_each(drop);
                out.push(char::from(u8::from_str_radix(&digits, 8).unwrap_or(0)));
            }
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

pub(super) fn printf(_shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let Some(format) = argv.get(1) else {
        return Output::failed(2, "printf: usage: printf [-v var] format [arguments]");
    };
    let format = unescape(format);
    let mut arguments = argv[2..].iter();
    let mut output = Output::default();
    loop {
        let before = arguments.len();
        if let Err(message) = print_once(&format, &mut arguments, &mut output) {
            output.complain(1, format!("bash: printf: {message}"));
            return output;
        }
        if arguments.len() == 0 || arguments.len() == before {
            return output;
        }
    }
}

fn print_once(
    format: &str,
    arguments: &mut std::slice::Iter<'_, String>,
    output: &mut Output,
) -> Result<(), String> {
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            output.stdout.push(c);
            continue;
        }
        let flags: String = rest
            .clone()
            .take_while(|c| "-0123456789.".contains(*c))
            .collect();
        rest.by_ref().take(flags.len()).for_each(drop);
        let left = flags.starts_with('-');
        let zero = flags.starts_with('0');
        let (width, precision) = match flags.trim_start_matches('-').split_once('.') {
            Some((width, precision)) => {
                (width.parse().unwrap_or(0), precision.parse::<usize>().ok())
            }
            None => (
                flags.trim_start_matches('-').parse().unwrap_or(0_usize),
                None,
            ),
        };
        let conversion = rest.next();
        let argument = |arguments: &mut std::slice::Iter<'_, String>| arguments.next().cloned();
        let text = match conversion {
            Some('%') => "%".to_owned(),
            Some('s') => {
                let text = argument(arguments).unwrap_or_default();
                precision.map_or(text.clone(), |precision| {
                    text.chars().take(precision).collect()
                })
            }
            Some('b') => unescape(&argument(arguments).unwrap_or_default()),
            Some('q') => format!(
                "'{}'",
                argument(arguments)
                    .unwrap_or_default()
                    .replace('\'', "'\\''")
            ),
            Some('d' | 'i' | 'u') => {
                let text = argument(arguments).unwrap_or_else(|| "0".into());
                match text.trim().parse::<i64>() {
                    Ok(number) => number.to_string(),
                    Err(_) => {
                        output.complain(1, format!("bash: printf: {text}: invalid number"));
                        "0".into()
                    }
                }
            }
            Some(other) => return Err(format!("`{other}': invalid format character")),
            None => return Err("`%': missing format character".into()),
        };
        let gap = width.saturating_sub(text.chars().count());
        match (left, zero && matches!(conversion, Some('d' | 'i' | 'u'))) {
            (true, _) => output.stdout.extend([text.as_str(), &" ".repeat(gap)]),
            (false, true) => output.stdout.extend(["0".repeat(gap).as_str(), &text]),
            (false, false) => output.stdout.extend([" ".repeat(gap).as_str(), &text]),
        }
    }
    Ok(())
}

pub(super) fn seq(_shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    const LINES_MAX: i64 = 100_000;
    let (separator, arguments) = match argv.get(1).map(String::as_str) {
        Some("-s") => (
            argv.get(2).map_or("\n", String::as_str),
            argv.get(3..).unwrap_or_default(),
        ),
        _ => ("\n", &argv[1..]),
    };
    let hint = "\nTry 'seq --help' for more information.";
    let mut numbers = Vec::new();
    for argument in arguments {
        match argument.parse::<i64>() {
            Ok(number) => numbers.push(number),
            Err(_) => {
                return Output::failed(
                    1,
                    format!("seq: invalid floating point argument: ‘{argument}’{hint}"),
                );
            }
        }
    }
    let (first, step, last) = match numbers[..] {
        [] => return Output::failed(1, format!("seq: missing operand{hint}")),
        [last] => (1, 1, last),
        [first, last] => (first, 1, last),
        [first, step, last] => (first, step, last),
        _ => return Output::failed(1, format!("seq: extra operand ‘{}’{hint}", arguments[3])),
    };
    if step == 0 {
        return Output::failed(1, format!("seq: invalid Zero increment value: ‘0’{hint}"));
    }
    if last.saturating_sub(first) / step > LINES_MAX {
        return Output::failed(
            1,
            format!("seq: more than {LINES_MAX} lines are not modelled"),
        );
    }
    let mut lines = Vec::new();
    let mut at = first;
    while (step > 0 && at <= last) || (step < 0 && at >= last) {
        lines.push(at.to_string());
        at = at.saturating_add(step);
    }
    Output::ok(if lines.is_empty() {
        String::new()
    } else {
        lines.join(separator) + "\n"
    })
}

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn date(shell: &mut Shell, argv: &[String], _stdin: &str) -> Output {
    let mut format = "%a %b %e %H:%M:%S %Z %Y";
    for argument in &argv[1..] {
        match argument.as_str() {
            "-u" | "--utc" | "--universal" => {}
            "-I" | "--iso-8601" => format = "%Y-%m-%d",
            "-Iseconds" | "--iso-8601=seconds" => format = "%Y-%m-%dT%H:%M:%S+00:00",
            "-R" | "--rfc-email" => format = "%a, %d %b %Y %H:%M:%S +0000",
            other => match other.strip_prefix('+') {
                Some(given) => format = given,
                None if other.starts_with('-') => {
                    return Output::failed(1, format!("date: {other} is not modelled"));
                }
                None => return Output::failed(1, format!("date: invalid date ‘{other}’")),
            },
        }
    }
    Output::ok(format_date(shell.now, format) + "\n")
}

fn format_date(now: i64, format: &str) -> String {
    let (days, second) = (now.div_euclid(86_400), now.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = DAYS[(days + 4).rem_euclid(7) as usize];
    let month_name = MONTHS[(month - 1) as usize];
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let mut out = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('Y') => out.push_str(&year.to_string()),
            Some('y') => out.push_str(&format!("{:02}", year % 100)),
            Some('m') => out.push_str(&format!("{month:02}")),
            Some('d') => out.push_str(&format!("{day:02}")),
            Some('e') => out.push_str(&format!("{day:>2}")),
            Some('H') => out.push_str(&format!("{hour:02}")),
            Some('M') => out.push_str(&format!("{minute:02}")),
            Some('S') => out.push_str(&format!("{second:02}")),
            Some('F') => out.push_str(&format!("{year}-{month:02}-{day:02}")),
            Some('T') => out.push_str(&format!("{hour:02}:{minute:02}:{second:02}")),
            Some('R') => out.push_str(&format!("{hour:02}:{minute:02}")),
            Some('A') => out.push_str(weekday),
            Some('a') => out.push_str(&weekday[..3]),
            Some('B') => out.push_str(month_name),
            Some('b' | 'h') => out.push_str(&month_name[..3]),
            Some('s') => out.push_str(&now.to_string()),
            Some('N') => out.push_str("000000000"),
            Some('Z') => out.push_str("UTC"),
            Some('z') => out.push_str("+0000"),
            Some('%') => out.push('%'),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some(other) => out.extend(['%', other]),
            None => out.push('%'),
        }
    }
    out
}

/// Year, month and day of a day since 1970-01-01, in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
