//! Digits of π, for the Job that everybody runs first (`print bpi(2000)`).
//!
//! *Models*: what `perl -Mbignum=bpi` prints.
//! *Invariants*: integers only; at most [`DIGITS_MAX`] digits.

/// More digits than this are not worked out.
const DIGITS_MAX: u32 = 5_000;

/// π with `digits` digits in all, `3.` included: the spigot of Rabinowitz and Wagon.
pub(super) fn pi(digits: u32) -> String {
    let digits = digits.clamp(1, DIGITS_MAX) as usize;
    // A few more than asked for, so that a run of nines at the end is settled.
    let wanted = digits + 10;
    let mut boxes = vec![2_u64; wanted * 10 / 3 + 1];
    let mut out: Vec<u8> = Vec::new();
    let (mut nines, mut held) = (0, 0_u8);
    for step in 0..wanted {
        let mut carry = 0;
        for at in (0..boxes.len()).rev() {
            let value = boxes[at] * 10 + carry * (at as u64 + 1);
            let divisor = if at == 0 { 10 } else { 2 * at as u64 + 1 };
            boxes[at] = value % divisor;
            carry = value / divisor;
        }
        match carry {
            9 => nines += 1,
            10 => {
                out.push(held + 1);
                out.extend(std::iter::repeat_n(0, nines));
                (held, nines) = (0, 0);
            }
            digit => {
                if step > 0 {
                    out.push(held);
                }
                out.extend(std::iter::repeat_n(9, nines));
                (held, nines) = (digit as u8, 0);
            }
        }
    }
    let text: String = out
        .iter()
        .take(digits)
        .map(|digit| char::from(b'0' + digit))
        .collect();
    format!("{}.{}", &text[..1], &text[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_fifty_digits() {
        assert_eq!(
            pi(50),
            "3.1415926535897932384626433832795028841971693993751"
        );
        assert_eq!(pi(2000).len(), 2001);
    }
}
