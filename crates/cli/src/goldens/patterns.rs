//! The patterns by which generated parts are found in a text, written out by hand: they look around their match,
//! which the regex engine cannot.
//!
//! *Models* the expressions of the goldens' normalise.py, each named in its doc.
//! *Invariants*: matches are found left to right and do not overlap, as Python's `re.sub`.

/// `[bcdfghjklmnpqrstvwxz2456789]`, the letters of generated names.
pub fn is_random(c: char) -> bool {
    "bcdfghjklmnpqrstvwxz2456789".contains(c)
}

/// `\w`.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `[\w.-]`.
fn is_name(c: char) -> bool {
    is_word(c) || c == '.' || c == '-'
}

/// `[\w-]`.
fn is_word_or_dash(c: char) -> bool {
    is_word(c) || c == '-'
}

/// Replaces what `find` matches: given the text before and from a place, the match's length and what replaces it.
fn substitute(text: &str, find: impl Fn(&str, &str) -> Option<(usize, String)>) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match find(&text[..at], &text[at..]) {
            Some((length, replaced)) if length > 0 => {
                out.push_str(&replaced);
                at += length;
            }
            _ => {
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    out
}

/// Bytes at the start of `text` that are of a class.
fn run(text: &str, class: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !class(c)).unwrap_or(text.len())
}

fn digits(text: &str) -> usize {
    run(text, |c| c.is_ascii_digit())
}

/// Length of `-` and exactly five random letters not followed by `[\w-]`.
fn random_suffix(text: &str) -> Option<usize> {
    let letters = text.strip_prefix('-')?;
    let five = letters.len() >= 5
        && letters
            .bytes()
            .take(5)
            .all(|byte| is_random(char::from(byte)));
    (five && !letters[5..].starts_with(is_word_or_dash)).then_some(6)
}

/// Length of `-(?=\S*\d)` and six to ten random letters.
fn hash_part(text: &str) -> Option<usize> {
    let letters = text.strip_prefix('-')?;
    let visible = &letters[..run(letters, |c| !c.is_whitespace())];
    let length = run(letters, is_random);
    (visible.contains(|c: char| c.is_ascii_digit()) && (6..=10).contains(&length))
        .then_some(length + 1)
}

/// `(?<![\w.-])NAME(?![\w]|-\w)`.
pub fn name(text: &str, name: &str, replaced: &str) -> String {
    substitute(text, |before, here| {
        let after = here.strip_prefix(name)?;
        let goes_on = after.starts_with(is_word)
            || after
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(is_word));
        (!before.ends_with(is_name) && !goes_on).then(|| (name.len(), replaced.to_owned()))
    })
}

/// `(?<![\w.-])NAME(-\d+)?-RANDOM{5}(?![\w-])`.
pub fn suffixed(text: &str, name: &str, base: &str) -> String {
    substitute(text, |before, here| {
        let after = here
            .strip_prefix(name)
            .filter(|_| !before.ends_with(is_name))?;
        let index = after
            .strip_prefix('-')
            .map(digits)
            .filter(|length| *length > 0)
            .map_or(0, |length| length + 1);
        for index in if index > 0 { vec![index, 0] } else { vec![0] } {
            if let Some(suffix) = random_suffix(&after[index..]) {
                return Some((
                    name.len() + index + suffix,
                    format!("{base}{}-<sfx>", &after[..index]),
                ));
            }
        }
        None
    })
}

/// `(?<![\w.-])NAME-(?=\S*\d)RANDOM{6,10}-RANDOM{5}(?![\w-])`.
pub fn hashed_and_suffixed(text: &str, name: &str, base: &str) -> String {
    substitute(text, |before, here| {
        let after = here
            .strip_prefix(name)
            .filter(|_| !before.ends_with(is_name))?;
        let hash = hash_part(after)?;
        let suffix = random_suffix(&after[hash..])?;
        Some((name.len() + hash + suffix, format!("{base}-<hash>-<sfx>")))
    })
}

/// `(?<![\w.-])NAME-(?=\S*\d)RANDOM{6,10}(?![\w-])`.
pub fn hashed(text: &str, name: &str, base: &str) -> String {
    substitute(text, |before, here| {
        let after = here
            .strip_prefix(name)
            .filter(|_| !before.ends_with(is_name))?;
        let hash = hash_part(after)?;
        (!after[hash..].starts_with(is_word_or_dash))
            .then(|| (name.len() + hash, format!("{base}-<hash>")))
    })
}

/// `(?<![\w.-])NAME-(\d{8})(-RANDOM{5})?(?![\w-])`.
pub fn scheduled(text: &str, name: &str, first: Option<i64>) -> String {
    substitute(text, |before, here| {
        let after = here
            .strip_prefix(name)
            .filter(|_| !before.ends_with(is_name))?
            .strip_prefix('-')?;
        if digits(after) < 8 {
            return None;
        }
        let minute: i64 = after[..8].parse().ok()?;
        let offset = minute - first.unwrap_or(minute);
        let length = name.len() + 9;
        match random_suffix(&after[8..]) {
            Some(suffix) => Some((length + suffix, format!("{name}-<minute{offset:+}>-<sfx>"))),
            None if after[8..].starts_with(is_word_or_dash) => None,
            None => Some((length, format!("{name}-<minute{offset:+}>"))),
        }
    })
}

/// `(?<![\w.-])NAME-(\d{8})(?!\d)`: the minutes found.
pub fn minutes(text: &str, name: &str) -> Vec<i64> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(name) {
        let after = &text[at + name.len()..];
        if let Some(number) = after
            .strip_prefix('-')
            .filter(|rest| digits(rest) == 8 && !text[..at].ends_with(is_name))
        {
            found.extend(number[..8].parse::<i64>());
        }
    }
    found
}

/// `(?<![a-z0-9])HASH(?![a-z0-9])`.
pub fn hash(text: &str, hash: &str, replaced: &str) -> String {
    let is_hash = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !text.contains(hash) {
        return text.to_owned();
    }
    substitute(text, |before, here| {
        let after = here.strip_prefix(hash)?;
        (!before.ends_with(is_hash) && !after.starts_with(is_hash))
            .then(|| (hash.len(), replaced.to_owned()))
    })
}

/// `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`.
pub fn uids(text: &str) -> String {
    substitute(text, |_, here| {
        let here = here.as_bytes().get(..36)?;
        let fits = here.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(byte),
        });
        fits.then(|| (36, "<uid>".to_owned()))
    })
}

/// `\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4} \w+|Z)?( m=\S+)?`.
pub fn times(text: &str) -> String {
    substitute(text, |_, here| {
        let stamp = here.as_bytes().get(..19)?;
        let fits = stamp.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            10 => *byte == b'T' || *byte == b' ',
            13 | 16 => *byte == b':',
            _ => byte.is_ascii_digit(),
        });
        if !fits {
            return None;
        }
        let mut length = 19;
        if let Some(fraction) = here[length..]
            .strip_prefix('.')
            .map(digits)
            .filter(|length| *length > 0)
        {
            length += 1 + fraction;
        }
        length += zone(&here[length..]);
        if let Some(clock) = here[length..]
            .strip_prefix(" m=")
            .map(|rest| run(rest, |c| !c.is_whitespace()))
            .filter(|length| *length > 0)
        {
            length += 3 + clock;
        }
        Some((length, "<time>".to_owned()))
    })
}

/// Length of ` [+-]\d{4} \w+` or `Z`.
fn zone(text: &str) -> usize {
    if text.starts_with('Z') {
        return 1;
    }
    let offset = text.strip_prefix(" +").or_else(|| text.strip_prefix(" -"));
    match offset {
        Some(rest)
            if rest.len() > 5
                && rest.bytes().take(4).all(|b| b.is_ascii_digit())
                && rest[4..].starts_with(' ') =>
        {
            let word = run(&rest[5..], is_word);
            if word > 0 { 7 + word } else { 0 }
        }
        _ => 0,
    }
}

/// `\b(10|172|192)\.\d+\.\d+\.\d+\b`.
pub fn addresses(text: &str) -> String {
    substitute(text, |before, here| {
        if before.ends_with(is_word) {
            return None;
        }
        let mut length = ["10", "172", "192"]
            .iter()
            .find(|head| here.starts_with(**head) && here[head.len()..].starts_with('.'))?
            .len();
        for _ in 0..3 {
            let number = here[length..]
                .strip_prefix('.')
                .map(digits)
                .filter(|length| *length > 0)?;
            length += 1 + number;
        }
        (!here[length..].starts_with(is_word)).then(|| (length, "<ip>".to_owned()))
    })
}

/// ` (to|on node) \S+$` in a scheduler's message: the node's name goes.
pub fn placed(text: &str) -> String {
    let (body, end) = text
        .strip_suffix('\n')
        .map_or((text, ""), |body| (body, "\n"));
    let Some((head, last)) = body.rsplit_once(' ') else {
        return text.to_owned();
    };
    let placed = !last.is_empty()
        && !last.contains(char::is_whitespace)
        && (head.ends_with(" to") || head.ends_with(" on node"));
    if placed {
        format!("{head} <node>{end}")
    } else {
        text.to_owned()
    }
}

/// `default/\S+`.
pub fn default_objects(text: &str) -> String {
    substitute(text, |_, here| {
        let length = run(here.strip_prefix("default/")?, |c| !c.is_whitespace());
        (length > 0).then(|| (8 + length, "default/<pod>".to_owned()))
    })
}

/// `\d+(\.\d+)?s`.
pub fn seconds(text: &str) -> String {
    substitute(text, |_, here| {
        let whole = digits(here);
        if whole == 0 {
            return None;
        }
        let fraction = here[whole..]
            .strip_prefix('.')
            .map(digits)
            .filter(|length| *length > 0)
            .map_or(0, |length| length + 1);
        let length = [whole + fraction, whole]
            .into_iter()
            .find(|length| here[*length..].starts_with('s'))?;
        Some((length + 1, "<n>s".to_owned()))
    })
}
