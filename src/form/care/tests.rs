//! Lines for people, whole, and that what is cut short says so.

use super::*;

fn told(answer: &impl Told) -> String {
    let mut out = Vec::new();
    write(&mut out, answer, Form::Table).unwrap();
    String::from_utf8(out).unwrap()
}

fn map<'a>(pairs: &[(&'a str, u64)]) -> BTreeMap<&'a str, u64> {
    pairs.iter().copied().collect()
}

fn owned(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs
        .iter()
        .map(|(word, count)| ((*word).to_owned(), *count))
        .collect()
}

#[test]
fn plans_tell_where_everyone_is() {
    let busy = PlanStatus {
        plan: "win_back".to_owned(),
        label: Some("挽回".to_owned()),
        in_rules: true,
        running: true,
        started_at: Some("2024-06-03T12:00:00+02:00".to_owned()),
        members: 12_345,
        recipients: 1_200,
        held_out: 130,
        suppressed: owned(&[("already_in", 9), ("once_per", 1)]),
        held: 7,
        in_step: owned(&[("call", 3), ("end", 1)]),
        finished: 1_190,
        left: owned(&[("excluded", 6)]),
        messages: map(&[("uncertain", 1), ("waiting", 2)]),
        tasks: 4,
        ..PlanStatus::default()
    };
    let quiet = PlanStatus {
        plan: "birthday".to_owned(),
        in_rules: true,
        ..PlanStatus::default()
    };
    let gone = PlanStatus {
        plan: "old".to_owned(),
        recipients: 5,
        ..PlanStatus::default()
    };
    let plans = [busy, quiet, gone].map(|status| PlanForm {
        status,
        warnings: Vec::new(),
    });
    let plans = PlansForm {
        plans: plans.to_vec(),
    };
    insta::assert_snapshot!(told(&plans));
    let none = PlansForm { plans: Vec::new() };
    assert_eq!(told(&none), "the rules have no care plan\n");
    let json = serde_json::to_value(&plans).unwrap();
    assert_eq!(json["plans"][0]["in_step"]["call"], 3);
    assert_eq!(json["plans"][2]["in_rules"], false);
}

#[test]
fn a_preview_adds_up_and_says_when_samples_are_some_of_many() {
    let preview = Preview {
        plan: "win_back".to_owned(),
        at: "2024-06-03T12:00:00+02:00".to_owned(),
        members: 1_010,
        recipients: 1_000,
        held_out: 8,
        suppressed: map(&[("excluded", 2)]),
        already_in: 1_010,
        samples: BTreeMap::from([
            ("recipient", vec!["a".to_owned(), "b".to_owned()]),
            ("excluded", vec!["c".to_owned(), "d".to_owned()]),
        ]),
    };
    insta::assert_snapshot!(told(&preview));
}

#[test]
fn a_report_has_a_difference_only_with_two_sides() {
    let side = Side {
        measured: 100,
        reached: 12,
        unknown: 3,
        share: Some(0.12),
        still_running: 4,
    };
    let mut report = Report {
        plan: "win_back".to_owned(),
        at: "2024-06-03T12:00:00+02:00".to_owned(),
        treated: side,
        held_out: side,
        difference: Some(crate::care::report::Difference {
            uplift: 0.021_5,
            low: -0.01,
            high: 0.05,
        }),
        method: "so and so",
    };
    let whole = told(&report);
    report.difference = None;
    report.held_out = Side::default();
    insta::assert_snapshot!(format!("{whole}{}", told(&report)));
}

#[test]
fn orders_say_what_came_of_them() {
    let lines = ["start", "pause", "approve", "dismiss", "enter"].map(|order| {
        let ordered = OrderedForm {
            plan: "win_back".to_owned(),
            order: order.to_owned(),
            recipients: 1_200,
            held_out: 3,
            held: 0,
        };
        told(&ordered)
    });
    insta::assert_snapshot!(lines.concat());
}

#[test]
fn messages_that_are_not_shown_are_counted() {
    let message = Undecided {
        id: "01c038117557ebca05975e3052e0288d".to_owned(),
        plan: "win_back".to_owned(),
        step: "hello".to_owned(),
        channel: "email".to_owned(),
        customer: "c7".to_owned(),
        standing: "uncertain",
        reason: "the connection broke off".to_owned(),
        since: "2024-06-03T12:00:00+02:00".to_owned(),
        attempts: 1,
    };
    let list = MessagesForm {
        messages: vec![message],
        count: 3,
    };
    insta::assert_snapshot!(told(&list));
    let none = MessagesForm {
        messages: Vec::new(),
        count: 0,
    };
    assert_eq!(told(&none), "no message waits for a decision\n");
}

#[test]
fn warnings_have_their_place_and_an_end() {
    let warning = Finding {
        code: "W709".to_owned(),
        severity: "warning".to_owned(),
        message: "there is no channel `crm`: what this step sends will wait".to_owned(),
        places: vec![super::super::finding::Place {
            file: "care.tamis".to_owned(),
            line: 3,
            column: 5,
            display_column: 5,
            length: 1,
            start: 20,
            end: 21,
            message: String::new(),
        }],
        help: Some("add a section `[channel.crm]` to tamis.toml".to_owned()),
    };
    let few = warning_lines(std::slice::from_ref(&warning));
    assert_eq!(
        few,
        [
            "warning[W709]: care.tamis:3:5: there is no channel `crm`: what this step sends will wait; add a section `[channel.crm]` to tamis.toml"
        ]
    );
    let many = warning_lines(&vec![warning; CARE_WARNINGS_TOLD_MAX + 2]);
    assert_eq!(many.len(), CARE_WARNINGS_TOLD_MAX + 1);
    assert_eq!(many.last().unwrap(), "and 2 more such warnings");
    assert!(warning_lines(&[]).is_empty());
}
