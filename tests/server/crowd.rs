//! More at once than a server takes: questions that wait too long, streams beyond their number.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::answers::shop;
use crate::http::{self, Answer, PATIENCE};
use crate::matches::Stream;
use crate::place::{Place, Server};

/// What a question may take, waiting included.
const ANSWER_SECONDS_MAX: u64 = 60;
/// Questions at once; fewer than may wait.
const QUESTIONS: usize = 200;

/// Asks for all customers, and waits as long as it takes.
fn ask(server: &Server) -> Answer {
    let body = r#"{"filter":"assets >= 0","show":"assets, joined, tier, rich, buyers, spouse_buys","order_by":"assets desc"}"#;
    let mut connection = TcpStream::connect(&server.address).unwrap();
    write!(
        connection,
        "POST /v1/query HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    http::parse(&answer).unwrap()
}

/// The process stands still while questions wait, as on a machine that was put to sleep.
#[test]
fn a_question_that_waits_too_long_is_called_off() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let lines =
        (0..5_000).map(|number| format!("{{\"id\":\"n{number}\",\"assets\":\"{number}\"}}\n"));
    server.take("/v1/customers", &lines.collect::<String>());
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..QUESTIONS)
            .map(|_| scope.spawn(|| ask(&server)))
            .collect();
        while !asked.iter().any(|one| one.is_finished()) {
            std::thread::yield_now();
        }
        server.signal("STOP");
        std::thread::sleep(Duration::from_secs(ANSWER_SECONDS_MAX + 1));
        server.signal("CONT");
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (answered, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 200);
    assert!(!answered.is_empty() && !refused.is_empty());
    for answer in refused {
        assert_eq!((answer.status, answer.code().as_str()), (504, "A014"));
        let told = answer.text();
        assert!(told.contains("no answer within 60 seconds"), "{told}");
        assert!(told.contains("narrow the filter"), "{told}");
    }
    // What was called off holds no place.
    assert_eq!(ask(&server).status, 200);
    server.stop();
}

#[test]
fn streams_beyond_their_number_are_refused_until_one_is_closed() {
    let place = Place::shop();
    let server = place.serve();
    let mut streams: Vec<Stream> = (0..64)
        .map(|_| Stream::open(&server, "/v1/matches", "").unwrap())
        .collect();
    assert!(streams.iter().all(|stream| stream.status == 200));
    let refused = server.get("/v1/matches");
    assert_eq!((refused.status, refused.code().as_str()), (503, "A017"));
    let told = refused.text();
    assert!(told.contains("64 streams are open already"), "{told}");
    // Questions are no streams.
    assert_eq!(server.count("rich"), 0);
    streams.pop();
    let deadline = Instant::now() + PATIENCE;
    let again = loop {
        let stream = Stream::open(&server, "/v1/matches", "").unwrap();
        if stream.status == 200 {
            break stream;
        }
        assert!(Instant::now() < deadline, "{}", server.log());
    };
    drop(again);
    server.stop();
}
