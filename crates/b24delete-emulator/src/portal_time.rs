//! The portal's way of writing points in time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// The portal's time zone, in hours east of Greenwich.
const HOURS_EAST: i8 = 3;

/// Writes Unix seconds as the portal does, such as `2024-05-23T18:18:25+03:00`.
pub(crate) fn iso(seconds: i64) -> String {
    let timestamp = Timestamp::from_second(seconds).unwrap_or_default();
    timestamp.display_with_offset(offset()).to_string()
}

/// Reads a date or a date with time as clients write it; without an offset it is the portal's time.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_second());
    }
    let local = text.parse::<DateTime>().or_else(|_| DateTime::strptime("%d.%m.%Y %H:%M:%S", text));
    let local = local.or_else(|_| Date::strptime("%d.%m.%Y", text).map(DateTime::from)).ok()?;
    TimeZone::fixed(offset()).to_timestamp(local).ok().map(Timestamp::as_second)
}

fn offset() -> Offset {
    Offset::constant(HOURS_EAST)
}

#[cfg(test)]
mod tests {
    use super::{iso, parse};

    #[test]
    fn writes_and_reads_the_portals_time() {
        assert_eq!(iso(1_716_481_105), "2024-05-23T19:18:25+03:00");
        for text in [
            "2024-05-23T19:18:25+03:00",
            "2024-05-23T16:18:25Z",
            "2024-05-23 19:18:25",
            "23.05.2024 19:18:25",
        ] {
            assert_eq!(parse(text), Some(1_716_481_105), "{text}");
        }
        assert_eq!(parse("2024-05-23").map(iso).as_deref(), Some("2024-05-23T00:00:00+03:00"));
        assert_eq!(parse("23.05.2024").map(iso).as_deref(), Some("2024-05-23T00:00:00+03:00"));
        assert_eq!(parse("tomorrow"), None);
    }
}
