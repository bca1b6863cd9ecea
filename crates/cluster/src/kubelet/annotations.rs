//! The `orrery.dev/…` annotations of a pod: what its containers and probes do, whatever their image would do.
//!
//! A key may carry a container's name as suffix (`orrery.dev/exit-after.main`), and then wins over the plain key.
//! `exit-code` and `init-exit-code` may be lists, one value a try; the last one stays.
//!
//! *Not modelled*: a value that cannot be read counts as absent.

use api::Pod;
use core::time::Duration;

const PREFIX: &str = "orrery.dev/";

/// The text of one annotation for one container.
pub(super) fn text<'a>(pod: &'a Pod, key: &str, container: &str) -> Option<&'a str> {
    if pod.meta.annotations.is_empty() {
        return None;
    }
    let annotations = &pod.meta.annotations;
    annotations
        .get_str(&format!("{PREFIX}{key}.{container}"))
        .or_else(|| annotations.get_str(&format!("{PREFIX}{key}")))
        .map(str::trim)
}

/// A length of time: `5s`, `1m30s`, or whole seconds.
pub(super) fn duration(pod: &Pod, key: &str, container: &str) -> Option<Duration> {
    parse_duration(text(pod, key, container)?)
}

/// The exit code of try number `attempt` (from 0).
pub(super) fn code(pod: &Pod, key: &str, container: &str, attempt: u32) -> Option<i32> {
    let list: Vec<&str> = text(pod, key, container)?.split(',').collect();
    let at = (attempt as usize).min(list.len() - 1);
    list[at].trim().parse().ok()
}

/// What a probe answers over the life of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Passes from the beginning, or from then on.
    From(Duration),
    /// Passes until then and fails for ever after.
    Until(Duration),
    Never,
}

/// `true`, `false`, `after:8s`, `until:6s`.
pub(super) fn answer(pod: &Pod, key: &str, container: &str) -> Option<Answer> {
    let text = text(pod, key, container)?;
    match text.split_once(':') {
        Some(("after", rest)) => parse_duration(rest).map(Answer::From),
        Some(("until", rest)) => parse_duration(rest).map(Answer::Until),
        _ if text == "false" => Some(Answer::Never),
        _ if text == "true" => Some(Answer::From(Duration::ZERO)),
        _ => None,
    }
}

/// Go's duration text, or a plain number of seconds.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let nanos = apimachinery::Duration::parse(text).ok()?.nanos;
    u64::try_from(nanos).ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(entries: &[(&str, &str)]) -> Pod {
        let mut pod = Pod::default();
        for (key, value) in entries {
            pod.meta
                .annotations
                .insert(format!("orrery.dev/{key}"), *value);
        }
        pod
    }

    #[test]
    fn a_suffix_wins_and_lists_stay_at_their_last_value() {
        let pod = pod(&[
            ("exit-after", "5s"),
            ("exit-after.b", "1m"),
            ("exit-code", "1, 2,0"),
        ]);
        assert_eq!(
            duration(&pod, "exit-after", "a"),
            Some(Duration::from_secs(5))
        );
        assert_eq!(
            duration(&pod, "exit-after", "b"),
            Some(Duration::from_secs(60))
        );
        let codes: Vec<Option<i32>> = (0..4)
            .map(|attempt| code(&pod, "exit-code", "a", attempt))
            .collect();
        assert_eq!(codes, [Some(1), Some(2), Some(0), Some(0)]);
    }

    #[test]
    fn answers_of_probes() {
        let pod = pod(&[
            ("ready", "after:8s"),
            ("live", "until:6s"),
            ("startup", "false"),
            ("odd", "maybe"),
        ]);
        assert_eq!(
            answer(&pod, "ready", "c"),
            Some(Answer::From(Duration::from_secs(8)))
        );
        assert_eq!(
            answer(&pod, "live", "c"),
            Some(Answer::Until(Duration::from_secs(6)))
        );
        assert_eq!(answer(&pod, "startup", "c"), Some(Answer::Never));
        assert_eq!(answer(&pod, "odd", "c"), None);
    }
}
