//! Strictness, bounds, escaping, the names a text asks for.

use super::*;

fn values(pairs: &[(&str, Item)]) -> BTreeMap<String, Item> {
    pairs
        .iter()
        .map(|(name, item)| ((*name).to_owned(), item.clone()))
        .collect()
}

fn filled(name: &str, text: &str, pairs: &[(&str, Item)]) -> Result<String, TemplateFault> {
    let mut templates = Templates::new();
    templates.add(name, text)?;
    templates.render(name, &values(pairs))
}

#[test]
fn values_of_every_kind_are_filled_in() {
    let pairs = [
        ("name", Item::text("王小明")),
        ("count", Item::Int(3)),
        ("share", Item::Number(0.5)),
        ("gold", Item::Bool(true)),
        ("cards", Item::List(vec![Item::text("a"), Item::text("b")])),
        ("bank", Item::Map(values(&[("city", Item::text("Praha"))]))),
        ("等级", Item::text("金卡")),
    ];
    assert_eq!(
        filled(
            "a.txt",
            "{{ name }} {{ count + 1 }} {{ share }} {% if gold %}*{% endif %}{% for c in cards %}[{{ c }}]{% endfor %} {{ bank.city }} {{ 等级 }}",
            &pairs
        )
        .unwrap(),
        "王小明 4 0.5 *[a][b] Praha 金卡"
    );
}

#[test]
fn a_missing_value_is_a_fault_that_names_it_unless_the_text_provides_for_it() {
    let fault = filled("a.txt", "one\nDear {{ name }}", &[]).unwrap_err();
    assert_eq!(fault.kind, TemplateFaultKind::Missing);
    assert_eq!(fault.message, "the value `name` is missing");
    assert_eq!(fault.line, Some(2));
    assert_eq!(
        filled("a.txt", "Dear {{ name | default('customer') }}", &[]).unwrap(),
        "Dear customer"
    );
    assert_eq!(
        filled(
            "a.txt",
            "{% if name is defined %}x{% else %}y{% endif %}",
            &[]
        )
        .unwrap(),
        "y"
    );
}

#[test]
fn statements_leave_no_lines_and_the_last_break_stays() {
    let text = "a\n  {% if true %}\nb\n  {% endif %}\nc\n";
    assert_eq!(filled("a.txt", text, &[]).unwrap(), "a\nb\nc\n");
}

#[test]
fn only_names_that_end_in_html_are_escaped() {
    let pairs = [("name", Item::text("<b> & \"co\""))];
    assert_eq!(
        filled("a.txt", "{{ name }}", &pairs).unwrap(),
        "<b> & \"co\""
    );
    assert_eq!(
        filled("a.html", "<i>{{ name }}</i>", &pairs).unwrap(),
        "<i>&lt;b&gt; &amp; &quot;co&quot;</i>"
    );
}

#[test]
fn work_and_size_are_bounded() {
    let spin = "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}";
    let fault = filled("a.txt", spin, &[]).unwrap_err();
    assert_eq!(fault.kind, TemplateFaultKind::Limit);
    let grow = "{% for a in range(200) %}{{ word }}{% endfor %}";
    let word = "x".repeat(limit::TEMPLATE_ANSWER_BYTES_MAX / 100);
    let fault = filled("a.txt", grow, &[("word", Item::text(word))]).unwrap_err();
    assert_eq!(
        fault.message,
        "the filled-in text is larger than 1048576 bytes"
    );
    let mut templates = Templates::new();
    templates.add("a.txt", "{% include 'a.txt' %}").unwrap();
    assert!(templates.render("a.txt", &BTreeMap::new()).is_err());
    let large = "x".repeat(limit::TEMPLATE_BYTES_MAX + 1);
    assert_eq!(
        templates.add("b.txt", &large).unwrap_err().kind,
        TemplateFaultKind::Text
    );
}

#[test]
fn faults_of_the_text_are_found_when_it_is_added() {
    let fault = filled("a.txt", "one\n{% if %}", &[]).unwrap_err();
    assert_eq!(fault.kind, TemplateFaultKind::Text);
    assert_eq!(fault.line, Some(2));
    let fault = filled("a.txt", "{{ name | shout }}", &[("name", Item::text("x"))]).unwrap_err();
    assert_eq!(fault.kind, TemplateFaultKind::Unknown);
}

#[test]
fn the_message_never_shows_a_value() {
    let fault = filled(
        "a.txt",
        "{{ name | round }}",
        &[("name", Item::text("jan.novak@example.org"))],
    )
    .unwrap_err();
    assert_eq!(fault.kind, TemplateFaultKind::Use);
    assert!(!fault.message.contains("novak"), "{}", fault.message);
}

#[test]
fn the_names_a_text_asks_for() {
    let mut templates = Templates::new();
    templates
        .add(
            "a.txt",
            "{{ b }}{% set own = 1 %}{{ own }}{{ a.inner }}{% for x in list %}{{ x }}{% endfor %}{% for i in range(3) %}{% endfor %}{{ c | default('') }}",
        )
        .unwrap();
    assert_eq!(templates.variables("a.txt"), ["a", "b", "c", "list"]);
    assert!(templates.variables("other").is_empty());
    assert!(templates.has("a.txt"));
    assert!(!templates.has("other"));
}
