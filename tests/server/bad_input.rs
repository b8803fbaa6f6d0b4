//! Every limit has its clear answer, and the server answers others meanwhile.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::answers::shop;
use crate::http::{PATIENCE, raw};
use crate::place::{Place, Server};

const JSON: (&str, &str) = ("content-type", "application/json");
const LINES: (&str, &str) = ("content-type", "application/x-ndjson");

#[test]
fn bodies_have_their_limits() {
    let place = Place::shop();
    let server = place.serve();
    let long = vec![b' '; (16 << 20) + 1];
    let answer = server.ask("POST", "/v1/events", &[LINES], &long);
    assert_eq!((answer.status, answer.code().as_str()), (413, "A008"));
    let answer = server.ask("POST", "/v1/query", &[JSON], &vec![b' '; (512 << 10) + 1]);
    assert_eq!((answer.status, answer.code().as_str()), (413, "A008"));
    // A body without its length is bounded too.
    let mut chunked = format!(
        "POST /v1/query HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        server.address
    )
    .into_bytes();
    for _ in 0..20 {
        chunked.extend_from_slice(format!("{:x}\r\n", 64 << 10).as_bytes());
        chunked.extend_from_slice(&vec![b' '; 64 << 10]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(raw(&server.address, &chunked).unwrap().code(), "A008");
    // Unpacked bytes count as packed ones do: 40 MB of spaces are 40 kB of gzip.
    let packed = gzip_of_spaces(40 << 20);
    assert!(packed.len() < 1 << 20, "{}", packed.len());
    let gzip = ("content-encoding", "gzip");
    let answer = server.ask("POST", "/v1/events", &[LINES, gzip], &packed);
    assert_eq!((answer.status, answer.code().as_str()), (413, "A008"));
    let answer = server.ask("POST", "/v1/events", &[LINES, gzip], b"no gzip");
    assert_eq!((answer.status, answer.code().as_str()), (400, "A001"));
    let answer = server.ask(
        "POST",
        "/v1/events",
        &[LINES, ("content-encoding", "br")],
        b"x",
    );
    assert_eq!((answer.status, answer.code().as_str()), (415, "A009"));
    let answer = server.ask("POST", "/v1/events", &[], b"{}");
    assert_eq!((answer.status, answer.code().as_str()), (415, "A009"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = server.ask("POST", "/v1/query", &[form], b"{\"filter\":\"rich\"}");
    assert_eq!((answer.status, answer.code().as_str()), (415, "A009"));
}

#[test]
fn json_is_read_strictly() {
    let place = Place::shop();
    let server = place.serve();
    let deep = format!("{{\"filter\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let cases: &[(&str, u16, &str)] = &[
        ("", 400, "A001"),
        ("{\"filter\":\"rich\"", 400, "A001"),
        ("{\"filter\":\"rich\"} x", 400, "A001"),
        ("{\"filter\":\"\\ud800\"}", 400, "A001"),
        ("{\"filter\":\"rich\",\"filter\":\"rich\"}", 422, "A002"),
        ("{\"filter\":\"rich\",\"colour\":1}", 422, "A002"),
        ("{\"filter\":\"rich\",\"limit\":-1}", 422, "A002"),
        ("{\"filter\":\"rich\",\"limit\":1e400}", 400, "A001"),
        (
            "{\"filter\":\"rich\",\"limit\":99999999999999999999999}",
            422,
            "A002",
        ),
        ("{\"filter\":7}", 422, "A002"),
        ("[\"rich\"]", 422, "A002"),
        (
            "{\"filter\":\"rich\",\"count_only\":true,\"limit\":1}",
            422,
            "A002",
        ),
        ("{\"filter\":\"rich\",\"as_of\":\"yesterday\"}", 422, "A003"),
        (&deep, 422, "A002"),
    ];
    for (body, status, code) in cases {
        let answer = server.post("/v1/query", body);
        let shown: String = body.chars().take(60).collect();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (*status, *code),
            "{shown}: {}",
            answer.text()
        );
    }
    let answer = server.ask("POST", "/v1/query", &[JSON], b"{\"filter\":\"\xff\"}");
    assert_eq!((answer.status, answer.code().as_str()), (400, "A001"));
    let nested = format!(
        "{{\"filter\":\"{}assets > 1{}\"}}",
        "(".repeat(1_000),
        ")".repeat(1_000)
    );
    let answer = server.post("/v1/query", &nested);
    assert_eq!((answer.status, answer.code().as_str()), (422, "A020"));
    let long = format!(
        "{{\"filter\":\"assets > 1 or name = \\\"{}\\\"\"}}",
        "x".repeat(70 << 10)
    );
    let answer = server.post("/v1/query", &long);
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (422, "A020"),
        "{}",
        answer.text()
    );
}

#[test]
fn lines_are_refused_one_by_one() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let deep = format!(
        "{{\"id\":\"1\",\"assets\":{}{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let long_line = format!("{{\"id\":\"1\",\"name\":\"{}\"}}", "x".repeat(2 << 20));
    let long_id = format!("{{\"id\":\"{}\"}}", "9".repeat(300));
    let lines = [
        "{\"id\":\"1\",\"id\":\"2\"}",
        "{\"id\":\"1\",\"assets\":1e999}",
        "{\"id\":\"1\",\"assets\":99999999999999999999999999999}",
        "{\"id\":\"1\",\"name\":\"\\ud800\"}",
        "{\"id\":\"\"}",
        "{\"id\":\"a\\u0000b\"}",
        "{\"id\":7}",
        "{\"id\":\"1\",\"joined\":\"2024-02-30\"}",
        "{\"id\":\"1\",\"tier\":\"silver\"}",
        &deep,
        &long_line,
        &long_id,
    ];
    let answer = server.send(
        "/v1/customers",
        &format!("{}\n{{\"id\":\"fine\"}}\n", lines.join("\n")),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["accepted"], 1);
    let told: String = answer["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("{} {} {}\n", line["line"], line["code"], line["field"]))
        .collect();
    insta::assert_snapshot!("lines", told);
}

#[test]
fn paths_and_parameters_are_read_strictly() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let cases: &[(&str, u16, &str)] = &[
        ("/v1/customers/%FF", 400, "A001"),
        ("/v1/customers/1?colour=red", 422, "A002"),
        ("/v1/customers/1?as_of=x", 422, "A003"),
        ("/v1/customers/1/why", 422, "A002"),
        ("/v1/customers/1/why?rule=rich&expr=assets", 422, "A002"),
        ("/v1/customers/1/why?rule=rich&rule=buyers", 422, "A002"),
        ("/v1/filters/rich/members?limit=0", 422, "A002"),
        ("/v1/filters/rich/members?limit=10001", 422, "A002"),
        ("/v1/filters/rich/members?show=nothing", 422, "A020"),
        ("/v1/matches?after=-1", 422, "A002"),
        ("/v1/matches?after=99999999", 410, "A018"),
        ("/v1/matches?rule=nothing", 404, "A007"),
    ];
    for (path, status, code) in cases {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (*status, *code),
            "{path}: {}",
            answer.text()
        );
    }
    let long = format!("/v1/customers/{}", "9".repeat(201));
    assert_eq!(server.get(&long).code(), "A002");
    let cursor = format!("/v1/filters/rich/members?after={}", "9".repeat(201));
    assert_eq!(server.get(&cursor).code(), "A002");
    let answer = server.ask("GET", "/v1/filters", &[("accept", "image/png")], b"");
    assert_eq!(answer.status, 200, "one form needs no choice");
    let answer = server.ask(
        "GET",
        "/v1/filters/rich/members",
        &[("accept", "image/png")],
        b"",
    );
    assert_eq!((answer.status, answer.code().as_str()), (406, "A016"));
    let answer = server.ask("GET", "/v1/matches", &[("last-event-id", "x")], b"");
    assert_eq!(answer.code(), "A002");
}

#[test]
fn other_hosts_and_other_sites_are_refused() {
    let place = Place::shop();
    let server = place.serve();
    let refused = |name: &str, value: &str| server.ask("GET", "/v1/filters", &[(name, value)], b"");
    assert_eq!(refused("host", "tamis.example").code(), "A010");
    assert_eq!(refused("origin", "http://evil.example").code(), "A011");
    assert_eq!(refused("origin", "null").code(), "A011");
    assert_eq!(
        refused("origin", &format!("http://{}", server.address)).status,
        200
    );
    let answer = raw(
        &server.address,
        b"GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n",
    )
    .unwrap();
    assert_eq!(answer.status, 403);
    let answer = server.get("/healthz");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(answer.headers["content-security-policy"].starts_with("default-src 'none'"));
}

#[test]
fn too_many_requests_are_refused() {
    let place = Place::shop();
    let server = place.serve_with(&["--rate", "5"]);
    let statuses: Vec<u16> = (0..40).map(|_| server.get("/healthz").status).collect();
    assert!(
        statuses.contains(&200) && statuses.contains(&429),
        "{statuses:?}"
    );
    let refused = (0..40)
        .map(|_| server.get("/healthz"))
        .find(|answer| answer.status == 429);
    let refused = refused.unwrap();
    assert_eq!(refused.code(), "A012");
    assert_eq!(refused.headers["retry-after"], "1");
}

/// Heads that never end and connections that say nothing hold nobody else up.
#[test]
fn slow_clients_hold_nobody_up() {
    let place = Place::shop();
    let server = place.serve();
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut connection = TcpStream::connect(&server.address).unwrap();
            connection
                .write_all(b"POST /v1/query HTTP/1.1\r\nhost: localhost\r\ncontent-")
                .unwrap();
            connection
        })
        .collect();
    let mut bodies: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut connection = TcpStream::connect(&server.address).unwrap();
            let head = "POST /v1/query HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
            connection.write_all(head.as_bytes()).unwrap();
            connection
        })
        .collect();
    assert_eq!(server.count("rich"), 0);
    let connection = slow.first_mut().unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut end = Vec::new();
    // Cut off after the time that a head may take.
    let _ = connection.read_to_end(&mut end);
    let connection = bodies.first_mut().unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut head = [0; 12];
    connection.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 408");
}

#[test]
fn only_loopback_is_listened_on() {
    let place = Place::shop();
    let ran = place.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err.contains("can be reached from other machines"),
        "{ran:?}"
    );
    let ran = place.run(&["serve", "--listen", "nonsense"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let other = Place::shop();
    let server: Server = other.serve();
    let ran = place.run(&["serve", "--listen", &server.address]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("cannot listen on"), "{ran:?}");
}

/// So many spaces as gzip (RFC 1951, 3.2.6): one literal, then matches of 258 bytes in fixed codes.
fn gzip_of_spaces(count: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut held, mut bits) = (0_u32, 0);
    let mut put = |out: &mut Vec<u8>, value: u32, length: u32| {
        held |= value << bits;
        bits += length;
        while bits >= 8 {
            out.push((held & 0xff) as u8);
            held >>= 8;
            bits -= 8;
        }
    };
    let reversed = |value: u32, length: u32| value.reverse_bits() >> (32 - length);
    put(&mut out, 1, 1);
    put(&mut out, 1, 2);
    put(&mut out, reversed(0x30 + 32, 8), 8);
    for _ in 0..count / 258 {
        // Length 258 is code 285, 8 bits from 0xc0 on; distance 1 is code 0, 5 bits.
        put(&mut out, reversed(0xc0 + 285 - 280, 8), 8);
        put(&mut out, 0, 5);
    }
    put(&mut out, 0, 7);
    put(&mut out, 0, 7);
    out.extend_from_slice(&[0; 8]);
    out
}

#[test]
fn too_many_lines_are_a_body_too_large() {
    let place = Place::shop();
    let server = place.serve();
    let lines = "{}\n".repeat(10_001);
    let answer = server.send("/v1/customers", &lines);
    assert_eq!((answer.status, answer.code().as_str()), (413, "I306"));
    let answer = server.send("/v1/customers", &"{}\n".repeat(10_000));
    assert_eq!((answer.status, answer.code().as_str()), (422, "A019"));
}

#[test]
fn an_id_is_one_however_its_letters_are_composed() {
    let place = Place::shop();
    let server = place.serve();
    let (composed, apart) = ("caf%C3%A9", "cafe%CC%81");
    server.take(
        "/v1/customers",
        "{\"id\":\"cafe\u{301}\",\"assets\":\"5000\"}\n",
    );
    for id in [composed, apart] {
        let known = server.get(&format!("/v1/customers/{id}"));
        assert_eq!(known.json()["id"], "caf\u{e9}", "{}", known.text());
        let why = server.get(&format!("/v1/customers/{id}/why?rule=rich"));
        assert_eq!(why.status, 200, "{}", why.text());
    }
    for after in [composed, apart] {
        let page = server
            .get(&format!("/v1/filters/rich/members?after={after}"))
            .json();
        assert_eq!(page["members"], serde_json::json!([]), "{page}");
    }
    assert_eq!(place.run(&["why", "cafe\u{301}", "rich"]).code, 0);
    let gone = server.ask("DELETE", &format!("/v1/customers/{apart}"), &[], b"");
    assert_eq!(gone.status, 204);
    assert_eq!(
        server.get(&format!("/v1/customers/{composed}")).code(),
        "A006"
    );
    let again = server.send("/v1/customers", "{\"id\":\"caf\u{e9}\"}\n");
    assert_eq!(
        again.json()["rejected"][0]["code"],
        "I115",
        "{}",
        again.text()
    );
}

#[test]
fn ids_of_any_characters_go_the_whole_way_around() {
    let place = Place::shop();
    let server = place.serve();
    let ids = [
        ".",
        "..",
        "a b",
        "a/b",
        "%2F",
        "?x=1#y",
        "+",
        "\u{202e}x",
        "🙂",
        "'\"<>&",
        "\\",
        "ǅ",
        "-1",
    ];
    for id in ids {
        let line = serde_json::json!({"id": id, "assets": "5000"});
        server.take("/v1/customers", &format!("{line}\n"));
    }
    let members = server.get("/v1/filters/rich/members").json();
    let mut listed: Vec<&str> = members["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["id"].as_str().unwrap())
        .collect();
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    assert_eq!(listed, sorted);
    while let Some(id) = listed.pop() {
        let escaped: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let known = server.get(&format!("/v1/customers/{escaped}"));
        assert_eq!(known.json()["id"], id, "{}", known.text());
        let why = server.get(&format!("/v1/customers/{escaped}/why?rule=rich"));
        assert_eq!(why.status, 200, "{id}: {}", why.text());
        let after = server.get(&format!("/v1/filters/rich/members?after={escaped}"));
        let rest = after.json()["members"].as_array().unwrap().len();
        assert_eq!(rest, 0, "{id}: every later one is gone");
        // The URL standard has clients fold these two; a server that is asked for them answers.
        if ![".", ".."].contains(&id) {
            let ran = place.run(&["why", "--", id, "rich"]);
            assert_eq!(ran.code, 0, "{id}: {ran:?}");
        }
        let gone = server.ask("DELETE", &format!("/v1/customers/{escaped}"), &[], b"");
        assert_eq!(gone.status, 204, "{id}");
    }
    assert_eq!(server.count("rich"), 0);
}

#[test]
fn cursors_and_heads_have_their_limits() {
    let place = Place::shop();
    let server = place.serve();
    for path in [
        "/v1/matches?after=99999999999999999999999",
        "/v1/matches?after=1.5",
        "/v1/filters/rich/members?after=%FF",
        "/v1/filters/rich/members?limit=1e2",
    ] {
        let answer = server.get(path);
        assert!(
            [400, 422].contains(&answer.status),
            "{path}: {}",
            answer.text()
        );
        assert!(["A001", "A002"].contains(&answer.code().as_str()), "{path}");
    }
    let huge = [("last-event-id", "99999999999999999999999")];
    assert_eq!(server.ask("GET", "/v1/matches", &huge, b"").code(), "A002");
    let asked = |headers: &str| {
        let request = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        raw(&server.address, request.as_bytes()).map(|answer| answer.status)
    };
    let many: String = (0..80).map(|number| format!("x-{number}: 1\r\n")).collect();
    assert_eq!(asked(&many), Some(431));
    // The end of the connection may overtake the answer to a head that is still being sent.
    let long = asked(&format!("x: {}\r\n", "y".repeat(1 << 20)));
    assert!([None, Some(431)].contains(&long), "{long:?}");
    assert_eq!(server.get("/healthz").status, 200);
}
