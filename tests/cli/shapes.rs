//! Usage: what is asked wrongly is answered with what is right.

use crate::place::Place;

#[test]
fn usage_and_text_faults_are_told_apart() {
    let place = Place::bank();
    let cases: &[(&[&str], i32)] = &[
        (&["query", "age > 30", "--limit", "3"], 2),
        (&["query", "age > 30", "--as-of", "yesterday"], 2),
        (&["query", "age > 30", "--format", "xml"], 2),
        (&["import", "nope=x.csv"], 2),
        (&["import", "nope"], 2),
        (&["check", "/"], 2),
        (&["explain", "agee > 3 且 资产 > 三十"], 3),
        (
            &["explain", "age > 30 and gender = female or role = owner"],
            3,
        ),
        (&["explain", "age"], 3),
        (&["query", "age > 30"], 4),
    ];
    let mut told = String::new();
    for (arguments, code) in cases {
        let ran = place.run(arguments);
        assert_eq!(ran.code, *code, "{arguments:?}: {ran}");
        assert_eq!(ran.out, "", "{arguments:?}");
        told.push_str(&format!("$ tamis {}\n{}\n", arguments.join(" "), ran.err));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn help_says_what_each_verb_does() {
    let place = Place::bank();
    insta::assert_snapshot!(place.run(&["--help"]).out);
}

#[test]
fn several_faults_of_a_rule_set_are_reported_together() {
    let text = "customer { age: int  名字: text }\nfilter a: agee > 3\nfilter b: age contains \"x\"\n筛选 丙：名字 > 3 且\nfilter d: e\nfilter e: d\n";
    let place = Place::with(&[("bad.tamis", text.as_bytes())]);
    let ran = place.run(&["check"]);
    assert_eq!(ran.code, 3, "{ran}");
    insta::assert_snapshot!(ran);
}

#[test]
fn rules_beside_whoever_asks_go_before_the_bundled_bank() {
    let place = Place::with(&[(
        "own.tamis",
        b"customer { age: int }\nfilter old: age > 90\n",
    )]);
    let above = place.rules().parent().unwrap();
    // A checkout with the program in it, wherever the one that is tested lies.
    let checkout = above.join("checkout");
    let program = checkout.join("target/tamis");
    std::fs::create_dir_all(checkout.join("target")).unwrap();
    std::fs::create_dir_all(checkout.join("rules/bank")).unwrap();
    std::fs::write(checkout.join("Cargo.toml"), "").unwrap();
    std::fs::write(
        checkout.join("rules/bank/schema.tamis"),
        "customer { age: int }\n",
    )
    .unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_tamis"), &program).unwrap();
    let check = |folder: &std::path::Path| {
        let mut command = std::process::Command::new(&program);
        command.env_remove("TAMIS_DATA").env_remove("TAMIS_RULES");
        command.arg("check").current_dir(folder);
        place.ran(command.output().unwrap())
    };
    let own = check(above);
    assert_eq!(own.code, 0, "{own}");
    assert!(!own.err.contains("bundled bank"), "{own}");
    let told = |ran: &crate::place::Ran| ran.err.contains("the bundled bank is taken");
    // Here are no rules: the program's own are taken, and told.
    let bundled = check(place.rules());
    assert_eq!(bundled.code, 0, "{bundled}");
    assert!(
        told(&bundled) && !bundled.out.contains("bundled"),
        "{bundled}"
    );
    let inside = check(&checkout);
    assert_eq!(inside.code, 0, "{inside}");
    assert!(!told(&inside), "{inside}");
}
