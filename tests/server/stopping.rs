//! The end of a server: orderly after one signal, at once after two.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::answers::shop;
use crate::http::PATIENCE;
use crate::place::Place;

#[test]
fn a_signal_ends_streams_and_leaves_nothing_behind() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        stream,
        "GET /v1/matches HTTP/1.1\r\nhost: localhost\r\n\r\n"
    )
    .unwrap();
    let mut head = [0; 15];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    // An idle connection does not hold the end up.
    let idle = TcpStream::connect(&server.address).unwrap();
    let address = server.address.clone();
    server.stop();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(!place.data().join("control.sock").exists());
    assert!(TcpStream::connect(&address).is_err());
    drop(idle);
    // Closed in order: the store says so.
    assert!(place.data().join("CLEAN").exists());
    let server = place.serve();
    server.signal("INT");
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn the_log_knows_no_person_and_no_question() {
    let place = Place::shop();
    let server = place.serve();
    server.take(
        "/v1/customers",
        "{\"id\":\"planted-id\",\"name\":\"planted-name\"}\n",
    );
    server.send(
        "/v1/customers",
        "{\"id\":\"planted-id\",\"nome\":\"planted-value\"}\n",
    );
    server.get("/v1/customers/planted-id");
    server.get("/v1/customers/planted-id/why?expr=name%20%3D%20%22planted-text%22");
    server.post(
        "/v1/query",
        "{\"filter\":\"name = \\\"planted-text\\\" and\"}",
    );
    server.get("/v1/planted-path?planted-key=planted-word");
    server.ask(
        "PLANTED-METHOD",
        "/v1/query",
        &[("origin", "http://planted-site")],
        b"",
    );
    let log = server.log();
    assert!(!log.to_lowercase().contains("planted"), "{log}");
    let lines = log.lines().filter(|line| line.contains("tamis::request"));
    let routes: Vec<String> = lines
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            format!("{} {} {}", line["method"], line["route"], line["status"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        routes,
        [
            "POST /v1/customers 200",
            "POST /v1/customers 422",
            "GET /v1/customers/{id} 200",
            "GET /v1/customers/{id}/why 200",
            "POST /v1/query 422",
            "GET none 404",
            "OTHER /v1/query 403",
        ]
    );
}

#[test]
fn who_finds_the_address_taken_opens_no_store() {
    let place = Place::shop();
    let server = place.serve();
    assert!(
        server.log().contains("a new, empty store was made"),
        "{}",
        server.log()
    );
    let other = Place::shop();
    let ran = other.run(&["serve", "--listen", &server.address]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("cannot listen on"), "{ran:?}");
    assert!(!other.data().exists());
    server.stop();
    let server = place.serve();
    let log = server.log();
    assert_eq!(log.matches("a new, empty store").count(), 1, "{log}");
}
