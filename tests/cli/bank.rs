//! Every verb over the bundled bank, in both tongues.

use crate::place::Place;

/// One import for all that follows: it is what takes time.
#[test]
fn every_verb_answers_in_both_tongues() {
    let place = Place::bank();
    import_twice(&place);
    questions(&place);
    explanations(&place);
    a_closed_pipe_is_no_failure(&place);
    a_store_held_by_another_is_named(&place);
    let verified = place.run(&["verify", "--format", "json"]);
    assert_eq!((verified.code, verified.err.as_str()), (0, ""));
    assert!(verified.out.contains("\"sound\":true"), "{verified}");
    damage_is_named(&place);
}

fn import_twice(place: &Place) {
    let first = place.run(&["import", "--format", "json"]);
    assert_eq!(first.code, 0, "{first}");
    let second = place.run(&["import", "--format", "json"]);
    let list = |text: &str| serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap();
    let figure = |line: &serde_json::Value, name: &str| line[name].as_u64().unwrap();
    for (before, after) in list(&first.out).iter().zip(list(&second.out)) {
        for line in [before, &after] {
            let parts = ["accepted", "repeated", "rejected", "skipped"];
            let sum: u64 = parts.iter().map(|part| figure(line, part)).sum();
            assert_eq!(figure(line, "rows"), sum, "{line}");
            assert!(line["rejects_file"].is_null(), "{line}");
        }
        assert_eq!(figure(before, "accepted"), figure(&after, "repeated"));
        assert_eq!(figure(&after, "accepted"), 0, "{after}");
    }
    insta::assert_snapshot!(place.run(&["import"]).out);
}

fn questions(place: &Place) {
    let english = "gender = female and region = \"Prague\"";
    let chinese = "性别 = 女 且 大区 = “Prague”";
    for filter in [english, chinese, "women_of_prague", "布拉格女客户"] {
        let ran = place.run(&["query", filter]);
        assert_eq!(ran.err, "");
        insta::allow_duplicates!(insta::assert_snapshot!("women_of_prague", ran.out));
    }
    let json = place.run(&["query", "unemployment >= 4", "--count", "--format", "json"]);
    let mut answer: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(answer["elapsed_us"].take().is_u64());
    insta::assert_json_snapshot!("count_as_json", answer);

    let ids = place.run(&["query", "dormant_rich", "--ids"]);
    assert_eq!(ids.out, "123\n1492\n2181\n3308\n664\n");
    for form in ["table", "csv", "ndjson"] {
        let shown = "age, 当前余额, opened_days, gender, pays_to_bank, birth_date, last(credit).at";
        let shown = shown.replace("opened_days", "tenure_days");
        let ran = place.run(&[
            "query",
            "dormant_rich",
            "--show",
            &shown,
            "--order-by",
            "balance_now desc, age",
            "--limit",
            "3",
            "--format",
            form,
        ]);
        insta::assert_snapshot!(format!("rows_as_{form}"), ran);
    }
    let dated = place.run(&[
        "query",
        "any(loan where status in (B, D))",
        "--as-of",
        "1998-12-31",
    ]);
    assert!(dated.out.starts_with("76 of 5,369"), "{dated}");
}

fn explanations(place: &Place) {
    insta::assert_snapshot!("why_yes", place.run(&["why", "2181", "dormant_rich"]));
    insta::assert_snapshot!(
        "why_unknown_chinese",
        place.run(&["why", "1", "沉睡富裕客户 且 失业率 >= 4"])
    );
    insta::assert_snapshot!("explain", place.run(&["explain", "churn_signal"]));
    insta::assert_snapshot!(
        "words_chinese",
        place.run(&["explain", "churn_signal", "--words", "zh"])
    );
    insta::assert_snapshot!(
        "words_english",
        place.run(&["explain", "age >= 30 and not 沉睡富裕客户", "--words", "en"])
    );
    let analyzed = place.run(&["explain", "churn_signal", "--analyze"]);
    assert_eq!(analyzed.code, 0, "{analyzed}");
    assert!(
        analyzed.out.contains("71 of 5,369 customers match"),
        "{analyzed}"
    );
    let checked = place.run(&["check"]);
    assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{checked}");
}

fn a_closed_pipe_is_no_failure(place: &Place) {
    let mut command = place.command(&["query", "age >= 0", "--ids"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = place.ran(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
}

fn a_store_held_by_another_is_named(place: &Place) {
    let loaded = tamis::rules::load(place.rules()).unwrap();
    let held = tamis::store::Store::open(&place.data(), &loaded.rules.schema).unwrap();
    let ran = place.run(&["query", "age >= 0"]);
    assert_eq!(ran.code, 4, "{ran}");
    assert!(ran.err.contains(&std::process::id().to_string()), "{ran}");
    held.close().unwrap();
}

/// One flipped bit in the middle of the log; the store was opened and closed since it was written.
fn damage_is_named(place: &Place) {
    let path = place.data().join("sled/db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 8;
    for byte in bytes.iter_mut().skip(middle).take(4_096) {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, bytes).unwrap();
    let ran = place.run(&["verify"]);
    assert_eq!(ran.code, 4, "{ran}");
    assert!(ran.err.starts_with("error"), "{ran}");
}
