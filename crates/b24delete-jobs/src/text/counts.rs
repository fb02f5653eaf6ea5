//! Numbers as people read them.

use std::time::Duration;

/// `1,234,567`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 lead`, `2,000 leads`
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `40 ms`, `0.4 s`, `12 s`, `3 min 20 s`, `1 h 5 min`
pub fn spell(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        _ if duration.as_millis() < 100 => format!("{} ms", duration.as_millis()),
        (0, 0, 0..10) => format!("{:.1} s", duration.as_secs_f64()),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "lead", "leads"), "1 lead");
        assert_eq!(counted(2000, "lead", "leads"), "2,000 leads");
    }

    #[test]
    fn durations_have_two_parts_at_most() {
        for (seconds, text) in [
            (0.042, "42 ms"),
            (0.999, "1.0 s"),
            (12.7, "12 s"),
            (60.0, "1 min"),
            (200.0, "3 min 20 s"),
            (3900.0, "1 h 5 min"),
        ] {
            assert_eq!(spell(Duration::from_secs_f64(seconds)), text);
        }
    }
}
