use super::*;
use crate::time::{Instant, plus_days};
use crate::{Lang, Say, Words};
use proptest::prelude::*;

fn d(text: &str) -> Date {
    iso_date(text).unwrap()
}
fn at(text: &str) -> Instant {
    Instant::from_local(iso_datetime(text).unwrap())
}
fn cal() -> &'static Calendar {
    Calendar::vietnam()
}

/// Lines in, dates out: the vectors of the facts file.
#[track_caller]
fn check(lines: &[(&str, &str)]) {
    for (line, due) in lines {
        assert_eq!(calendar_due_line(line).as_deref().unwrap_or("refused"), *due, "{line}");
    }
}

#[test]
fn published_vectors_of_working_days() {
    check(&[
        ("2026-02-12 3 working-days", "2026-02-24"),
        ("2026-02-12 7 working-days", "2026-03-02"),
        ("2026-04-24 3 working-days", "2026-05-04"),
        ("2026-04-24 7 working-days", "2026-05-08"),
        ("2026-08-19 3 working-days", "2026-08-22"),
        ("2026-08-19 7 working-days", "2026-08-27"),
        ("2026-08-28 3 working-days", "2026-09-07"),
        ("2026-08-28 7 working-days", "2026-09-11"),
        ("2026-11-23 3 working-days", "2026-11-27"),
        ("2026-11-23 7 working-days", "2026-12-03"),
        ("2026-12-31 3 working-days", "2027-01-06"),
        ("2026-12-31 7 working-days", "2027-01-12"),
    ]);
}

#[test]
fn the_hour_of_the_start_never_changes_a_count_of_days() {
    check(&[
        ("2026-02-12T00:00 3 working-days", "2026-02-24"),
        ("2026-02-12T07:15 3 working-days", "2026-02-24"),
        ("2026-02-12T23:59:59 3 working-days", "2026-02-24"),
        ("2026-02-12T23:59 3 days", "2026-02-15"),
        ("2026-02-14 1 working-days", "2026-02-23"),
        ("2026-02-12 0 working-days", "2026-02-12"),
        ("2028-02-28 1 days", "2028-02-29"),
    ]);
}

#[test]
fn hours_are_clock_hours_also_at_night_and_on_holidays() {
    check(&[
        ("2026-02-17T22:40 1 hours", "2026-02-17T23:40"),
        ("2026-02-12T15:30 24 hours", "2026-02-13T15:30"),
        ("2026-02-12 3 hours", "2026-02-12T03:00"),
        ("2026-12-31T23:30:15 1 hour", "2027-01-01T00:30:15"),
    ]);
}

#[test]
fn same_day_ends_at_the_cut_off() {
    check(&[
        ("2026-11-23T09:00 same-day", "2026-11-23"),
        ("2026-11-23T15:00 same-day", "2026-11-23"),
        ("2026-11-23T15:00:01 same-day", "2026-11-25"),
        ("2026-11-23T15:01 1 same-day", "2026-11-25"),
        ("2026-11-23T15:30 0 same-day@16:00", "2026-11-23"),
        ("2026-11-24T08:00 same-day", "2026-11-25"),
        ("2026-08-22T14:59 same-day", "2026-08-22"),
        ("2026-08-23 same-day", "2026-08-24"),
    ]);
}

#[test]
fn lines_that_cannot_be_read_are_refused_and_the_table_ends() {
    let code = |line: &str| calendar_due_line(line).unwrap_err().code().id;
    for line in ["", "2026-02-12", "2026-02-30 3 days", "12/02/2026 3 days", "2026-2-12 3 days"] {
        assert_eq!(code(line), "calendar.line", "{line}");
    }
    for line in ["2026-02-12T24:00 3 days", "2026-02-12T9:00 3 days", "2026-02-12T09:00Z 3 days"] {
        assert_eq!(code(line), "calendar.line", "{line}");
    }
    for line in ["2026-02-12 3", "2026-02-12 3 weeks", "2026-02-12 -3 days", "2026-02-12 3 days x"]
    {
        assert_eq!(code(line), "calendar.budget_shape", "{line}");
    }
    for line in ["2026-02-12 +3 days", "2026-02-12 2 same-day", "2026-02-12 99999999999 days"] {
        assert_eq!(code(line), "calendar.budget_shape", "{line}");
    }
    assert_eq!(code("2030-12-31 1 working-days"), "calendar.past_table");
    assert_eq!(code("2030-12-30 2 working-days"), "calendar.past_table");
    assert_eq!(code("2031-01-01 0 working-days"), "calendar.past_table");
    assert_eq!(code("2019-12-31 1 working-days"), "calendar.before_table");
    assert_eq!(code("2030-12-31T16:00 same-day"), "calendar.past_table");
    check(&[
        ("2030-12-30 1 working-days", "2030-12-31"),
        ("2030-12-31 10 days", "2031-01-10"),
        ("2030-12-31T23:00 2 hours", "2031-01-01T01:00"),
    ]);
}

#[test]
fn the_embedded_table() {
    assert_eq!((cal().first_day(), cal().last_day()), (d("2020-01-01"), d("2030-12-31")));
    assert_eq!(cal().settled_until(), d("2026-12-31"));
    assert_eq!(cal().holiday(d("2026-11-24")).unwrap().vi, "Ngày Văn hóa Việt Nam");
    for (free, worked) in [
        ("2024-04-29", "2024-05-04"),
        ("2025-05-02", "2025-04-26"),
        ("2026-01-02", "2026-01-10"),
        ("2026-08-31", "2026-08-22"),
    ] {
        assert!(!cal().is_working(d(free)).unwrap(), "{free}");
        assert!(cal().is_working(d(worked)).unwrap(), "{worked}");
    }
    // Tết 2030 follows the lunar calendar of UTC+7: 2 February, not 3 February.
    assert!(!cal().is_working(d("2030-02-01")).unwrap());
    assert_eq!(cal().next_working_day(d("2030-01-30")).unwrap(), d("2030-02-07"));
    assert_eq!(cal().sub_working_days(d("2026-02-24"), 1).unwrap(), d("2026-02-23"));
    assert_eq!(cal().sub_working_days(d("2026-02-22"), 1).unwrap(), d("2026-02-13"));
    assert_eq!(cal().working_day_from(d("2026-08-22")).unwrap(), d("2026-08-22"));
    assert_eq!(cal().working_day_from(d("2026-08-23")).unwrap(), d("2026-08-24"));
}

#[test]
fn a_table_with_a_mistake_is_refused_at_its_line() {
    let head = "date,name_vi,name_en,status\n";
    let swaps = "off_date,worked_date\n";
    let line = |holidays: &str, swapped: &str| {
        let e = Calendar::from_csv(&format!("{head}{holidays}"), &format!("{swaps}{swapped}"));
        e.map_or_else(|e| e.cause().unwrap_or_default().to_owned(), |_| "accepted".to_owned())
    };
    let good = "2026-01-01,Tết,New Year,published\n";
    assert_eq!(line(good, ""), "accepted");
    assert_eq!(line(&format!("{good}2026-02-30,X,X,published\n"), ""), "holidays.csv:3: date");
    assert_eq!(line(&format!("{good}{good}"), ""), "holidays.csv:3: this day stands twice");
    assert_eq!(
        line("2026-01-01,Tết,,published\n", ""),
        "holidays.csv:2: a holiday needs its name in both languages"
    );
    assert_eq!(
        line("2026-01-01,Tết,New Year,maybe\n", ""),
        "holidays.csv:2: status is neither published nor computed"
    );
    assert_eq!(line("2026-01-01,Tết\n", ""), "holidays.csv:2: too few fields");
    assert_eq!(line("", ""), "holidays.csv:1: no holiday");
    assert_eq!(
        line(&format!("{good}2028-01-01,Tết,New Year,published\n"), ""),
        "holidays.csv:1: no holiday in 2027"
    );
    assert_eq!(
        line(good, "2026-08-22,2026-08-31\n"),
        "swapped_days.csv:2: a weekday is made free, a weekend day is worked for it"
    );
}

#[test]
fn budgets_print_and_read() {
    for b in [
        Budget::WorkingDays(3),
        Budget::Days(20),
        Budget::Hours(1),
        Budget::SAME_DAY,
        Budget::SameDay { cutoff: jiff::civil::time(16, 30, 0, 0) },
    ] {
        assert_eq!(Budget::parse(&b.to_string()).unwrap(), b);
        let json = serde_json::to_string(&b).unwrap();
        assert_eq!(serde_json::from_str::<Budget>(&json).unwrap(), b);
    }
}

#[test]
fn stops_move_the_limit() {
    // Accepted on Monday 2 March 2026, three working days: Thursday 5 March.
    let mut ledger = Ledger::new(Budget::WorkingDays(3), at("2026-03-02T10:00"));
    let due = |l: &Ledger| l.due(cal()).unwrap().map(|d| d.to_string());
    assert_eq!(due(&ledger).as_deref(), Some("2026-03-05"));
    // Stopped on Wednesday: Tuesday was counted, two days are left, there is no due date.
    ledger.stop(at("2026-03-04T09:00")).unwrap();
    assert_eq!(due(&ledger), None);
    assert_eq!(
        ledger.remaining(cal(), at("2026-03-20T09:00")).unwrap(),
        Remaining::Stopped(Amount::WorkingDays(2))
    );
    // Runs again on Monday 9: the first counted day is Tuesday 10.
    ledger.resume(at("2026-03-09T08:00")).unwrap();
    assert_eq!(due(&ledger).as_deref(), Some("2026-03-11"));
    // A stop after the limit does not make the late dossier timely.
    ledger.stop(at("2026-03-12T08:00")).unwrap();
    assert_eq!(due(&ledger).as_deref(), Some("2026-03-11"));
    assert!(ledger.stop(at("2026-03-13T08:00")).is_err());
    assert!(ledger.resume(at("2026-03-11T08:00")).is_err());
    ledger.resume(at("2026-03-13T08:00")).unwrap();
    assert!(ledger.resume(at("2026-03-14T08:00")).is_err());
    let json = serde_json::to_string(&ledger).unwrap();
    assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), ledger);
}

#[test]
fn stops_of_hours_and_of_the_same_day() {
    let stop = |from: &str, until: &str| Stop { from: at(from), until: Some(at(until)) };
    let hours = |stops: &[Stop]| {
        let d = due(cal(), Budget::Hours(2), at("2026-03-02T10:00"), stops).unwrap();
        d.map(|d| d.to_string())
    };
    assert_eq!(
        hours(&[stop("2026-03-02T11:00", "2026-03-02T11:45")]).as_deref(),
        Some("2026-03-02T12:45")
    );
    assert_eq!(
        hours(&[stop("2026-03-02T12:00", "2026-03-02T13:00")]).as_deref(),
        Some("2026-03-02T12:00")
    );
    assert_eq!(hours(&[Stop { from: at("2026-03-02T11:00"), until: None }]), None);
    let same = |stops: &[Stop]| {
        let d = due(cal(), Budget::SAME_DAY, at("2026-03-02T10:00"), stops).unwrap();
        d.map(|d| d.to_string())
    };
    assert_eq!(
        same(&[stop("2026-03-02T11:00", "2026-03-06T14:00")]).as_deref(),
        Some("2026-03-06")
    );
    assert_eq!(
        same(&[stop("2026-03-02T11:00", "2026-03-06T15:30")]).as_deref(),
        Some("2026-03-09")
    );
    assert_eq!(same(&[Stop { from: at("2026-03-02T11:00"), until: None }]), None);
}

#[test]
fn remaining_in_words() {
    let words = Words::build(&[crate::TEXT]).unwrap();
    let vi = Say::new(words.clone(), Lang::Vi);
    let en = Say::new(words, Lang::En);
    let check = |budget: Budget, now: &str, in_vi: &str, in_en: &str| {
        let left = remaining(cal(), budget, at("2026-03-02T10:00"), &[], at(now)).unwrap();
        assert_eq!((left.text(&vi), left.text(&en)), (in_vi.to_owned(), in_en.to_owned()), "{now}");
    };
    let wd = Budget::WorkingDays(3);
    check(wd, "2026-03-02T11:00", "còn 3 ngày làm việc", "3 working days left");
    check(wd, "2026-03-04T11:00", "còn 1 ngày làm việc", "1 working day left");
    check(wd, "2026-03-05T17:00", "hạn hôm nay", "due today");
    check(wd, "2026-03-05T17:01", "quá hạn từ cuối giờ làm việc", "overdue since closing time");
    check(wd, "2026-03-09T08:00", "quá hạn 2 ngày làm việc", "2 working days overdue");
    check(Budget::Days(7), "2026-03-08T20:00", "còn 1 ngày", "1 day left");
    check(Budget::Days(7), "2026-03-12T20:00", "quá hạn 3 ngày", "3 days overdue");
    check(Budget::Hours(1), "2026-03-02T10:15", "còn 45 phút", "45 minutes left");
    check(Budget::Hours(1), "2026-03-02T13:00", "quá hạn 2 giờ", "2 hours overdue");
    check(Budget::SAME_DAY, "2026-03-02T10:15", "hạn hôm nay", "due today");
    assert_eq!(wd.text(&vi), "3 ngày làm việc");
    assert_eq!(Budget::Hours(1).text(&en), "1 hour");
    assert_eq!(
        Budget::SAME_DAY.text(&vi),
        "trong ngày (nhận sau 15:00 thì ngày làm việc tiếp theo)"
    );
}

#[test]
fn closing_hour_can_be_changed() {
    let later = cal().clone().with_closing(jiff::civil::time(18, 30, 0, 0));
    let due = Due::On(d("2026-03-05"));
    assert!(due.is_over(cal(), at("2026-03-05T17:30")));
    assert!(!due.is_over(&later, at("2026-03-05T17:30")));
    assert_eq!(due.latest(&later), at("2026-03-05T18:30"));
}

/// The law as a clerk would apply it with a paper calendar, one day after the other, from the raw
/// rows of the files.
mod oracle {
    use super::*;

    pub fn works(day: Date) -> bool {
        let text = day.to_string();
        let has = |csv: &str, column: usize| {
            csv.lines().any(|l| l.split(',').nth(column) == Some(text.as_str()))
        };
        let holidays = include_str!("../../../../data/calendar/holidays.csv");
        let swapped = include_str!("../../../../data/calendar/swapped_days.csv");
        if has(swapped, 1) {
            return true;
        }
        let weekday = day.weekday().to_monday_one_offset();
        weekday <= 5 && !has(holidays, 0) && !has(swapped, 0)
    }

    /// Days of the table that are worked, looked up once.
    pub fn table() -> &'static Vec<bool> {
        static TABLE: std::sync::OnceLock<Vec<bool>> = std::sync::OnceLock::new();
        TABLE.get_or_init(|| (0..4_018).map(|i| works(plus_days(d("2020-01-01"), i))).collect())
    }
    fn worked(day: Date) -> Option<bool> {
        let i = crate::time::days_from_epoch(day) - crate::time::days_from_epoch(d("2020-01-01"));
        table().get(usize::try_from(i).ok()?).copied()
    }

    /// `None`: past the table. `Some(None)`: the clock stands.
    pub fn due(
        all_days: bool,
        n: u32,
        start: Date,
        stops: &[(Date, Option<Date>)],
    ) -> Option<Option<Date>> {
        let (mut day, mut left) = (start, n);
        while left > 0 {
            day = plus_days(day, 1);
            if stops.iter().any(|(from, until)| until.is_none() && *from <= day) {
                return Some(None);
            }
            let stood = stops.iter().any(|(f, u)| *f <= day && u.is_some_and(|u| day <= u));
            let counts = all_days || worked(day)?;
            if counts && !stood {
                left -= 1;
            }
        }
        Some(Some(day))
    }
}

/// Stops as (day, minute, days standing, minute) from the start on, in order and apart.
fn stops_from(start: Instant, raw: &[(i32, i32)], open: bool) -> Vec<Stop> {
    let mut at = start;
    let mut stops = Vec::new();
    for (i, (run, stand)) in raw.iter().enumerate() {
        let from = at.plus_seconds(i64::from(*run) * 60);
        let until = from.plus_seconds(i64::from(*stand) * 60);
        let last = i + 1 == raw.len();
        stops.push(Stop { from, until: if last && open { None } else { Some(until) } });
        at = until;
    }
    stops
}

proptest! {
    #[test]
    fn any_text_is_a_budget_or_none(text in "(same-day|[0-9+]{1,6} ?)?(@?[0-9+é:]{0,6})( ?(days|hours|working-days|\\PC{0,9}))?") {
        if let Ok(budget) = Budget::parse(&text) {
            prop_assert_eq!(Budget::parse(&budget.to_string()).unwrap(), budget);
            let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
            prop_assert!(!text.contains('+'), "{text:?} taken for {budget}: {}", digits(&text));
        }
    }

    #[test]
    fn any_text_is_an_identifier_or_none(text in "\\PC{0,30}", digits in "[0-9 .\u{a0}-]{0,30}") {
        for typed in [text, digits] {
            if let Ok(id) = crate::PersonalId::parse(&typed) {
                prop_assert_eq!(crate::PersonalId::parse(id.as_str()).unwrap(), id.clone());
                prop_assert_eq!(crate::PersonalId::parse(&id.spaced()).unwrap(), id);
            }
            if let Ok(code) = crate::CommuneCode::parse(&typed) {
                prop_assert_eq!(code.as_str(), typed.trim());
            }
        }
    }

    #[test]
    fn every_day_of_the_table_agrees_with_the_paper_calendar(i in 0..4_018i32) {
        let day = plus_days(d("2020-01-01"), i);
        prop_assert_eq!(cal().is_working(day).unwrap(), oracle::works(day));
    }

    #[test]
    fn limits_in_days_agree_with_counting_day_by_day(
        start in 0..4_018i32, minute in 0..1_440i32, n in 0..60u32, all_days: bool,
        raw in prop::collection::vec((0..20_000i32, 0..20_000i32), 0..4), open: bool,
    ) {
        let day = plus_days(d("2020-01-01"), start);
        let from = Instant::start_of(day).plus_seconds(i64::from(minute) * 60);
        let stops = stops_from(from, &raw, open);
        // Stops beyond the table are refused, and the oracle does not know that rule.
        prop_assume!(stops.iter().all(|s| s.until.unwrap_or(s.from).date() <= cal().last_day()));
        let budget = if all_days { Budget::Days(n) } else { Budget::WorkingDays(n) };
        let ours = due(cal(), budget, from, &stops);
        let days: Vec<_> = stops.iter().map(|s| (s.from.date(), s.until.map(Instant::date))).collect();
        match oracle::due(all_days, n, day, &days) {
            None => prop_assert_eq!(ours.unwrap_err().code().id, "calendar.past_table"),
            Some(expected) => prop_assert_eq!(ours.unwrap(), expected.map(Due::On)),
        }
    }

    #[test]
    fn limits_in_hours_agree_with_counting_minutes(
        n in 0..48u32, raw in prop::collection::vec((1..3_000i32, 0..3_000i32), 0..4),
    ) {
        let start = at("2026-02-12T15:30");
        let stops = stops_from(start, &raw, false);
        let (mut now, mut left) = (start, n * 60);
        while left > 0 {
            let stands = stops.iter().any(|s| s.from <= now && s.until.is_some_and(|u| now < u));
            left -= u32::from(!stands);
            now = now.plus_seconds(60);
        }
        let ours = due(cal(), Budget::Hours(n), start, &stops).unwrap();
        prop_assert_eq!(ours, Some(Due::At(now)));
    }

    #[test]
    fn adding_and_counting_are_inverse(start in 0..3_900i32, n in 0..80u32) {
        let day = plus_days(d("2020-01-01"), start);
        if let Ok(due) = cal().add_working_days(day, n) {
            prop_assert_eq!(cal().working_days_between(day, due).unwrap(), n);
            if n > 0 {
                prop_assert!(cal().is_working(due).unwrap());
                let back = cal().sub_working_days(due, n - 1).unwrap();
                prop_assert_eq!(back, cal().next_working_day(day).unwrap());
            }
        }
    }

    #[test]
    fn no_line_makes_it_fall_over(line in "\\PC{0,60}") {
        let _ = calendar_due_line(&line);
    }

    #[test]
    fn a_stop_never_brings_the_limit_nearer(
        n in 1..30u32, raw in prop::collection::vec((0..9_000i32, 0..9_000i32), 0..4),
    ) {
        let start = at("2026-02-12T15:30");
        let stops = stops_from(start, &raw, false);
        let without = due(cal(), Budget::WorkingDays(n), start, &[]).unwrap().unwrap();
        let with = due(cal(), Budget::WorkingDays(n), start, &stops).unwrap().unwrap();
        prop_assert!(with.date() >= without.date());
    }
}
