//! `/openapi.json` against real requests: every route described, every answer as described.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::answers::shop;
use crate::http::Answer;
use crate::place::{Place, RULES};

/// Requests that between them reach every operation: method, path, template, content type, body.
const REQUESTS: &[(&str, &str, &str, &str, &str)] = &[
    ("GET", "/healthz", "/healthz", "", ""),
    ("GET", "/readyz", "/readyz", "", ""),
    ("GET", "/metrics", "/metrics", "", ""),
    ("GET", "/openapi.json", "/openapi.json", "", ""),
    ("GET", "/v1/schema", "/v1/schema", "", ""),
    ("GET", "/v1/rules", "/v1/rules", "", ""),
    (
        "GET",
        "/v1/diagnostics/E203",
        "/v1/diagnostics/{code}",
        "",
        "",
    ),
    (
        "GET",
        "/v1/diagnostics/E999",
        "/v1/diagnostics/{code}",
        "",
        "",
    ),
    (
        "POST",
        "/v1/query",
        "/v1/query",
        "application/json",
        "{\"filter\":\"rich or assets is missing\",\"show\":[\"assets\"]}",
    ),
    (
        "POST",
        "/v1/query",
        "/v1/query",
        "application/json",
        "{\"filter\":\"rich\",\"count_only\":true}",
    ),
    (
        "POST",
        "/v1/query",
        "/v1/query",
        "application/json",
        "{\"filter\":\"poor >\"}",
    ),
    (
        "POST",
        "/v1/check",
        "/v1/check",
        "application/json",
        "{\"expression\":\"asets > 1\"}",
    ),
    (
        "POST",
        "/v1/complete",
        "/v1/complete",
        "application/json",
        "{\"expression\":\"asse\"}",
    ),
    (
        "POST",
        "/v1/format",
        "/v1/format",
        "application/json",
        "{\"expression\":\"assets>1\",\"to\":\"zh\"}",
    ),
    (
        "POST",
        "/v1/explain",
        "/v1/explain",
        "application/json",
        "{\"filter\":\"rich\",\"analyze\":true}",
    ),
    (
        "POST",
        "/v1/explain",
        "/v1/explain",
        "application/json",
        "{\"filter\":\"rich\",\"words\":\"zh\"}",
    ),
    (
        "POST",
        "/v1/rules/preview",
        "/v1/rules/preview",
        "application/json",
        "{\"text\":\"filter rich: assets >= 2000\"}",
    ),
    (
        "POST",
        "/v1/customers",
        "/v1/customers",
        "application/x-ndjson",
        "{\"id\":\"9\"}\n{}\n",
    ),
    (
        "POST",
        "/v1/events",
        "/v1/events",
        "application/x-ndjson",
        "{}",
    ),
    (
        "POST",
        "/v1/holdings",
        "/v1/holdings",
        "application/x-ndjson",
        "{\"holding\":\"account\",\"customer\":\"1\",\"key\":\"B\"}",
    ),
    (
        "POST",
        "/v1/relations",
        "/v1/relations",
        "application/x-ndjson",
        "{\"relation\":\"spouse\",\"from\":\"1\",\"to\":\"2\"}",
    ),
    (
        "POST",
        "/v1/import/people",
        "/v1/import/{source}",
        "text/csv",
        "id,assets\n8,5\n9,x\n",
    ),
    (
        "POST",
        "/v1/import/nothing",
        "/v1/import/{source}",
        "text/csv",
        "id\n",
    ),
    ("GET", "/v1/customers/1", "/v1/customers/{id}", "", ""),
    ("GET", "/v1/customers/nobody", "/v1/customers/{id}", "", ""),
    (
        "GET",
        "/v1/customers/1/why?rule=buyers",
        "/v1/customers/{id}/why",
        "",
        "",
    ),
    (
        "PUT",
        "/v1/filters/mine",
        "/v1/filters/{name}",
        "application/json",
        "{\"expression\":\"assets > 1\",\"label\":\"我的\"}",
    ),
    (
        "PUT",
        "/v1/filters/mine",
        "/v1/filters/{name}",
        "application/json",
        "{\"expression\":\"assets >\"}",
    ),
    (
        "PUT",
        "/v1/filters/rich",
        "/v1/filters/{name}",
        "application/json",
        "{\"expression\":\"assets > 1\"}",
    ),
    ("GET", "/v1/filters", "/v1/filters", "", ""),
    ("GET", "/v1/filters/mine", "/v1/filters/{name}", "", ""),
    (
        "GET",
        "/v1/filters/mine/members?limit=1&show=tier",
        "/v1/filters/{name}/members",
        "",
        "",
    ),
    ("DELETE", "/v1/filters/mine", "/v1/filters/{name}", "", ""),
    ("DELETE", "/v1/customers/9", "/v1/customers/{id}", "", ""),
    ("DELETE", "/v1/customers/9", "/v1/customers/{id}", "", ""),
    ("GET", "/v1/plugins", "/v1/plugins", "", ""),
    ("GET", "/v1/care", "/v1/care", "", ""),
    ("GET", "/v1/care/nothing", "/v1/care/{name}", "", ""),
    (
        "POST",
        "/v1/care/nothing/start",
        "/v1/care/{name}/{order}",
        "",
        "",
    ),
    (
        "POST",
        "/v1/care/nothing/preview",
        "/v1/care/{name}/preview",
        "",
        "",
    ),
    (
        "GET",
        "/v1/care/nothing/report",
        "/v1/care/{name}/report",
        "",
        "",
    ),
    (
        "POST",
        "/v1/care/greet/preview",
        "/v1/care/{name}/preview",
        "",
        "",
    ),
    (
        "GET",
        "/v1/care/greet/report",
        "/v1/care/{name}/report",
        "",
        "",
    ),
    (
        "POST",
        "/v1/care/greet/start",
        "/v1/care/{name}/{order}",
        "",
        "",
    ),
    ("GET", "/v1/care/greet", "/v1/care/{name}", "", ""),
    ("GET", "/v1/messages", "/v1/messages", "", ""),
    (
        "POST",
        "/v1/messages/nothing",
        "/v1/messages/{id}",
        "application/json",
        "{\"again\":false}",
    ),
    ("GET", "/v1/tasks", "/v1/tasks", "", ""),
    (
        "POST",
        "/v1/tasks/nothing",
        "/v1/tasks/{name}",
        "application/json",
        "{\"done\":true}",
    ),
    ("GET", "/v1/reports", "/v1/reports", "", ""),
    ("GET", "/v1/reports/sizes", "/v1/reports/{name}", "", ""),
    ("GET", "/v1/reports/none", "/v1/reports/{name}", "", ""),
    ("GET", "/v1/scores/worth?top=2", "/v1/scores/{name}", "", ""),
    ("GET", "/v1/scores/phase", "/v1/scores/{name}", "", ""),
    ("GET", "/v1/scores/rich", "/v1/scores/{name}", "", ""),
    ("GET", "/v1/scores/worth?top=x", "/v1/scores/{name}", "", ""),
    (
        "GET",
        "/v1/scores/worth/histogram",
        "/v1/scores/{name}/histogram",
        "",
        "",
    ),
    (
        "GET",
        "/v1/customers/1/why?rule=worth",
        "/v1/customers/{id}/why",
        "",
        "",
    ),
    ("GET", "/v1/matches?after=999", "/v1/matches", "", ""),
];

#[test]
fn every_route_is_described_and_every_answer_is_as_described() {
    let plan = "care greet { for rich  when enters including those already in  goal any(purchase) within 1 days  step call: task desk \"call\"  step write: send paper \"hi\" }\nsource people \"people.csv\" { format csv  customer { id = id  assets = assets } }";
    let scores = "score worth range 0..50: assets / 100\nstages phase { vip: tier = gold  other: else }\nreport sizes per tier { n: count(customer) }";
    let place = Place::with(&format!("{RULES}\n{plan}\n{scores}\n"));
    std::fs::create_dir(place.rules().join("templates")).unwrap();
    std::fs::write(
        place.rules().join("templates/hi.txt"),
        "Subject: Hi\n\nGood day.\n",
    )
    .unwrap();
    let server = place.serve();
    shop(&server);
    let page = server.get("/openapi.json").json();
    assert_eq!(page["openapi"], "3.1.0");
    let mut reached = BTreeSet::new();
    for (method, path, template, kind, body) in REQUESTS {
        let headers: Vec<(&str, &str)> = match kind.is_empty() {
            true => Vec::new(),
            false => vec![("content-type", kind)],
        };
        let answer = server.ask(method, path, &headers, body.as_bytes());
        reached.insert(format!("{} {template}", method.to_lowercase()));
        let operation = &page["paths"][template][method.to_lowercase()];
        assert!(
            operation.is_object(),
            "{method} {template} is not described"
        );
        described(&page, operation, &answer, &format!("{method} {path}"));
    }
    let paths = page["paths"].as_object().unwrap();
    let all: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        })
        .collect();
    assert_eq!(reached, all);
}

/// A parameter that was passed over would be taken for heard: `as_of` where members of now are listed.
#[test]
fn a_parameter_that_an_endpoint_does_not_have_is_refused_everywhere() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    for (method, path, template, kind, body) in REQUESTS {
        let sign = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{sign}nothing_of_the_kind=2024-01-30");
        let headers: Vec<(&str, &str)> = match kind.is_empty() {
            true => Vec::new(),
            false => vec![("content-type", kind)],
        };
        let answer = server.ask(method, &path, &headers, body.as_bytes());
        let told = (answer.status, answer.code());
        assert_eq!(told, (422, "A002".to_owned()), "{method} {template}");
    }
    let before = server.get("/v1/filters?as_of=2024-01-01");
    assert_eq!(before.code(), "A002");
    assert!(before.json()["help"].is_string());
    // Nothing after `?` is nothing, and what is no endpoint or no method is told as that.
    assert_eq!(server.get("/v1/filters?").status, 200);
    assert_eq!(server.get("/v1/nothing?as_of=2024-01-01").status, 404);
    assert_eq!(server.get("/v1/query?as_of=2024-01-01").status, 405);
}

fn described(page: &Value, operation: &Value, answer: &Answer, what: &str) {
    let response = &operation["responses"][answer.status.to_string()];
    assert!(
        response.is_object(),
        "{what}: status {} is not described: {}",
        answer.status,
        answer.text()
    );
    let Some(kind) = answer.headers.get("content-type") else {
        assert!(answer.body.is_empty(), "{what}");
        return;
    };
    if !kind.contains("json") {
        return;
    }
    let content = response["content"].as_object().unwrap();
    let schema = &content.values().next().unwrap()["schema"];
    fits(page, schema, &answer.json(), what);
}

/// Whether a value is as a schema says: every field named, none that is required missing.
fn fits(page: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = page.pointer(reference.trim_start_matches('#')).unwrap();
        return fits(page, found, value, place);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = serde_json::json!({"type": "object", "properties": {}, "required": []});
        for part in parts {
            let part = match part["$ref"].as_str() {
                Some(reference) => page.pointer(reference.trim_start_matches('#')).unwrap(),
                None => part,
            };
            for (name, schema) in part["properties"].as_object().into_iter().flatten() {
                whole["properties"][name] = schema.clone();
            }
        }
        return fits(page, &whole, value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        if value.is_null() {
            assert!(
                choices.iter().any(|choice| choice["type"] == "null"),
                "{place}: null"
            );
            return;
        }
        let choice = choices
            .iter()
            .find(|choice| choice["type"] != "null")
            .unwrap();
        return fits(page, choice, value, place);
    }
    match (schema["properties"].as_object(), value) {
        (Some(properties), Value::Object(fields)) => {
            for (name, field) in fields {
                let Some(schema) = properties.get(name) else {
                    panic!("{place}.{name} is not described");
                };
                fits(page, schema, field, &format!("{place}.{name}"));
            }
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(
                    fields.contains_key(name.as_str().unwrap()),
                    "{place}: {name} is missing"
                );
            }
        }
        (None, Value::Array(items)) => {
            for item in items {
                fits(page, &schema["items"], item, &format!("{place}[]"));
            }
        }
        _ => {}
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let number = is == "integer" && kinds.contains(&"number");
    assert!(
        kinds.contains(&is) || number,
        "{place}: {is} where {kinds:?} is described"
    );
}
