//! Windows of durations: hours, minutes, `rolling`.

use super::Bank;

fn counted(now: &str, window: &str, instants: &[(&str, &str)]) {
    for (at, wanted) in instants {
        let mut bank = Bank::new(now);
        bank.purchases(&[at]);
        let count = bank.says(&format!("count(purchase, {window})"));
        assert_eq!(count, *wanted, "{window} at {now}: {at}");
    }
}

#[test]
fn last_72_hours_leave_their_start_out_and_now_in() {
    counted(
        "2024-06-30T12:00",
        "last 72 hours",
        &[
            ("2024-06-27T12:00", "0"),
            ("2024-06-27T12:00:01", "1"),
            ("2024-06-30T12:00", "1"),
        ],
    );
}

#[test]
fn hours_are_durations_across_a_change_of_the_clock() {
    // The clock jumped from 02:00 to 03:00.
    counted(
        "2024-03-31T12:00",
        "last 24 hours",
        &[("2024-03-30T11:00", "0"), ("2024-03-30T11:00:01", "1")],
    );
}

#[test]
fn rolling_days_are_a_duration_too() {
    counted(
        "2024-04-10T12:00",
        "rolling 30 days",
        &[("2024-03-11T11:00", "0"), ("2024-03-11T11:00:01", "1")],
    );
}

#[test]
fn previous_hours_end_where_last_hours_start() {
    counted(
        "2024-06-30T12:00",
        "previous 2 hours",
        &[
            ("2024-06-30T10:00:01", "0"),
            ("2024-06-30T10:00", "1"),
            ("2024-06-30T08:00:01", "1"),
            ("2024-06-30T08:00", "0"),
        ],
    );
}

#[test]
fn last_minutes_are_durations() {
    counted(
        "2024-06-30T12:00",
        "last 5 minutes",
        &[("2024-06-30T11:55", "0"), ("2024-06-30T11:55:01", "1")],
    );
}

#[test]
fn a_date_in_a_duration_is_its_start() {
    let mut bank = Bank::new("2024-06-30T12:00");
    bank.set(&[("birth", "2024-06-30")]);
    assert_eq!(bank.says("birth in last 24 hours"), "yes");
    bank.set(&[("birth", "2024-06-29")]);
    assert_eq!(bank.says("birth in last 24 hours"), "no");
}
