//! Simulated time as people read it. The clock is UTC, as the cluster's own is.

const SECOND_NS: u64 = 1_000_000_000;
const DAY_S: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `14:03:07`, of a moment in seconds since 1970.
pub fn time_of_day(unix_s: i64) -> String {
    let second = unix_s.rem_euclid(DAY_S);
    format!(
        "{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// `Tue 12 May 2026`, of a moment in seconds since 1970.
pub fn date(unix_s: i64) -> String {
    let day = unix_s.div_euclid(DAY_S);
    let (year, month, day_of_month) = civil(day);
    let weekday = WEEKDAYS[day.rem_euclid(7) as usize];
    format!(
        "{weekday} {day_of_month} {} {year}",
        MONTHS[month as usize - 1]
    )
}

/// `.412`, of nanoseconds since boot.
pub fn milliseconds(now_ns: u64) -> String {
    format!(".{:03}", now_ns % SECOND_NS / 1_000_000)
}

/// `2h41m`: the two largest units of the time since boot.
pub fn age(now_ns: u64) -> String {
    let seconds = now_ns / SECOND_NS;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    if days > 0 {
        format!("{days}d{hours}h")
    } else if hours > 0 {
        format!("{hours}h{minutes}m")
    } else if minutes > 0 {
        format!("{minutes}m{}s", seconds % 60)
    } else {
        format!("{seconds}s")
    }
}

/// Year, month and day of a day counted from 1970-01-01, by eras of 400 years that begin in March.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (
        era * 400 + year_of_era + i64::from(month <= 2),
        month,
        day_of_month,
    )
}
