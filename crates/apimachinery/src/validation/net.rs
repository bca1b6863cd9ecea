//! IP addresses and networks.
//!
//! *Models* apimachinery/pkg/util/validation/ip.go and k8s.io/utils/net parsing.
//! *Invariants*: the canonical form is Go's netip text.
//! *Not modelled*: zones (refused, as upstream).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::field::{ErrorList, FieldError, FieldPath};

/// Parses as the sloppy parser does: leading zeros in IPv4 numbers are decimal.
pub fn parse_ip_sloppy(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let mut octets = [0u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        if part.is_empty() || !digits {
            return None;
        }
        let significant = part.trim_start_matches('0');
        *octet = if significant.is_empty() {
            0
        } else {
            significant.parse().ok()?
        };
    }
    parts
        .next()
        .is_none()
        .then_some(IpAddr::V4(Ipv4Addr::from(octets)))
}

fn is_mapped(ip: &IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

fn has_leading_zeros(text: &str) -> bool {
    !text.contains(':')
        && text
            .split('.')
            .any(|part| part.len() > 1 && part.starts_with('0'))
}

/// The strict rule for new fields (kubernetes: IsValidIP).
pub fn is_valid_ip(path: &FieldPath, value: &str) -> ErrorList {
    let mut errors = is_valid_ip_for_legacy_field(path, value, true);
    if !errors.is_empty() {
        return errors;
    }
    if let Some(ip) = parse_ip_sloppy(value)
        && ip.to_string() != value
    {
        let detail = format!("must be in canonical form ({:?})", ip.to_string());
        errors.push(FieldError::invalid(path, value, detail));
    }
    errors
}

/// The rule for old fields; `strict` refuses ambiguous forms.
pub fn is_valid_ip_for_legacy_field(path: &FieldPath, value: &str, strict: bool) -> ErrorList {
    let mut errors = ErrorList::new();
    let Some(ip) = parse_ip_sloppy(value) else {
        let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        errors.push(FieldError::invalid(path, value, detail));
        return errors;
    };
    if strict && has_leading_zeros(value) {
        errors.push(FieldError::invalid(path, value, "must not have leading 0s"));
    }
    if strict && is_mapped(&ip) {
        errors.push(FieldError::invalid(
            path,
            value,
            "must not be an IPv4-mapped IPv6 address",
        ));
    }
    errors
}

pub fn is_valid_ipv4(path: &FieldPath, value: &str) -> ErrorList {
    match parse_ip_sloppy(value) {
        Some(IpAddr::V4(_)) => ErrorList::new(),
        _ => FieldError::invalid(path, value, "must be a valid IPv4 address").into(),
    }
}

pub fn is_valid_ipv6(path: &FieldPath, value: &str) -> ErrorList {
    match parse_ip_sloppy(value) {
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => ErrorList::new(),
        _ => FieldError::invalid(path, value, "must be a valid IPv6 address").into(),
    }
}

/// Address and prefix length, parsed leniently.
pub fn parse_cidr_sloppy(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/')?;
    let ip = parse_ip_sloppy(address)?;
    if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let length: u32 = length.parse().ok()?;
    let bits = if ip.is_ipv4() { 32 } else { 128 };
    (length <= bits).then_some((ip, length))
}

/// The address with the bits beyond the prefix cleared.
pub fn masked(ip: IpAddr, length: u32) -> IpAddr {
    match ip {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

/// The strict rule for new fields (kubernetes: IsValidCIDR).
pub fn is_valid_cidr(path: &FieldPath, value: &str) -> ErrorList {
    let mut errors = is_valid_cidr_for_legacy_field(path, value, true);
    if !errors.is_empty() {
        return errors;
    }
    if let Some((ip, length)) = parse_cidr_sloppy(value) {
        let canonical = format!("{ip}/{length}");
        if canonical != value {
            let detail = format!("must be in canonical form ({canonical:?})");
            errors.push(FieldError::invalid(path, value, detail));
        }
    }
    errors
}

/// The rule for old fields; `strict` refuses ambiguous forms.
pub fn is_valid_cidr_for_legacy_field(path: &FieldPath, value: &str, strict: bool) -> ErrorList {
    let mut errors = ErrorList::new();
    let mut wrong = |detail: &str| errors.push(FieldError::invalid(path, value, detail));
    let Some((ip, length)) = parse_cidr_sloppy(value) else {
        wrong("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        return errors;
    };
    if !strict {
        return errors;
    }
    let (address, digits) = value.split_once('/').unwrap_or((value, ""));
    if has_leading_zeros(address) {
        wrong("must not have leading 0s in IP");
    }
    if is_mapped(&ip) {
        wrong("must not have an IPv4-mapped IPv6 address");
    }
    if digits.len() > 1 && digits.starts_with('0') {
        wrong("must not have leading 0s in prefix length");
    }
    if masked(ip, length) != ip {
        wrong("must not have bits set beyond the prefix length");
    }
    errors
}

/// An address with a prefix length; host bits are welcome (kubernetes: IsValidInterfaceAddress).
pub fn is_valid_interface_address(path: &FieldPath, value: &str) -> ErrorList {
    let invalid = |detail: String| FieldError::invalid(path, value, detail).into();
    let Some((ip, length)) = parse_cidr_sloppy(value) else {
        return invalid(
            "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)".into(),
        );
    };
    // An IPv4-mapped address counts as IPv4, and its prefix length too if it reaches so far.
    let is_mapped = ip.is_ipv6() && ip.to_canonical().is_ipv4();
    let length = if is_mapped && length >= 96 {
        length - 96
    } else {
        length
    };
    let canonical = format!("{}/{length}", ip.to_canonical());
    if canonical != value {
        return invalid(format!("must be in canonical form ({canonical:?})"));
    }
    ErrorList::new()
}

/// What the API server warns of in an address that is valid only by the old rule.
// kubernetes: apimachinery/pkg/util/validation/ip.go (GetWarningsForIP)
pub fn warnings_for_ip(path: &FieldPath, value: &str) -> Vec<String> {
    let Some(ip) = parse_ip_sloppy(value) else {
        return Vec::new();
    };
    let preferred = ip.to_canonical().to_string();
    if has_leading_zeros(value) || is_mapped(&ip) {
        return vec![format!(
            "{path}: non-standard IP address {value:?} is invalid: use {preferred:?}"
        )];
    }
    if ip.is_ipv6() && preferred != value {
        return vec![format!(
            "{path}: IPv6 address {value:?} should be in RFC 5952 canonical format ({preferred:?})"
        )];
    }
    Vec::new()
}

/// The same for a network.
// kubernetes: apimachinery/pkg/util/validation/ip.go (GetWarningsForCIDR)
pub fn warnings_for_cidr(path: &FieldPath, value: &str) -> Vec<String> {
    let Some((ip, length)) = parse_cidr_sloppy(value) else {
        return Vec::new();
    };
    let (address, digits) = value.split_once('/').unwrap_or((value, ""));
    let network = format!("{}/{length}", masked(ip, length).to_canonical());
    let mut warnings = Vec::new();
    if masked(ip, length) != ip {
        let bits = if ip.is_ipv4() { 32 } else { 128 };
        let single = format!("{}/{bits}", ip.to_canonical());
        warnings.push(format!(
            "{path}: CIDR value {value:?} is ambiguous in this context (should be {network:?} or {single:?}?)"
        ));
    }
    let padded = digits.len() > 1 && digits.starts_with('0');
    if has_leading_zeros(address) || padded || is_mapped(&ip) {
        warnings.push(format!(
            "{path}: non-standard CIDR value {value:?} is invalid: use {network:?}"
        ));
    }
    if warnings.is_empty() && ip.is_ipv6() && network != value {
        warnings.push(format!(
            "{path}: IPv6 CIDR value {value:?} should be in RFC 5952 canonical format ({network:?})"
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let root = FieldPath::new("ip");
        let cases = [
            ("0.0.0.0", ""),
            ("1234::abcd", ""),
            ("1.1.1.01", "must not have leading 0s"),
            ("::ffff:1.1.1.1", "must not be an IPv4-mapped IPv6 address"),
            ("1.2.3.400", "must be a valid IP address"),
            ("1234::ABCD", "must be in canonical form (\"1234::abcd\")"),
            ("", "must be a valid IP address"),
        ];
        for (value, want) in cases {
            let errors = is_valid_ip(&root, value);
            assert_eq!(errors.is_empty(), want.is_empty(), "{value}");
            assert!(errors.to_aggregate().contains(want), "{value}");
        }
        let cases = [
            ("1.0.0.0/8", ""),
            ("::/0", ""),
            ("0.0.0.0/0", ""),
            (
                "1.2.3.4/24",
                "must not have bits set beyond the prefix length",
            ),
            (
                "192.168.0.0/016",
                "must not have leading 0s in prefix length",
            ),
            ("192.168.0.0/+16", "must be a valid CIDR value"),
            (
                "2a00:79e0:2:0::/64",
                "must be in canonical form (\"2a00:79e0:2::/64\")",
            ),
        ];
        for (value, want) in cases {
            let errors = is_valid_cidr(&root, value);
            assert_eq!(errors.is_empty(), want.is_empty(), "{value}");
            assert!(errors.to_aggregate().contains(want), "{value}");
        }
    }
}
