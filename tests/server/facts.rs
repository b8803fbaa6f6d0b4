//! Facts that come in: what became of each line, visible when answered, never twice.

use crate::answers::shop;
use crate::http::request;
use crate::place::Place;

#[test]
fn each_line_has_its_outcome_and_what_is_taken_is_seen() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    assert_eq!(server.count("buyers"), 1);
    let mixed = server.send(
        "/v1/events",
        "{\"event\":\"purchase\",\"customer\":\"2\",\"at\":\"2024-01-30\",\"id\":\"q1\"}\n\
         {\"event\":\"purchase\",\"customer\":\"2\",\"at\":\"2024-01-31\",\"id\":\"q2\"}\n\
         \n\
         {\"event\":\"purchase\",\"customer\":\"2\",\"at\":\"2024-01-31\",\"id\":\"q2\"}\n\
         {\"event\":\"purchase\",\"customer\":\"nobody\",\"at\":\"2024-02-30\"}\n\
         {\"event\":\"purchase\",\"customer\":\"2\",\"at\":\"2024-01-31\",\"amount\":\"12\",\"amount\":\"13\"}\n\
         nonsense\n",
    );
    assert_eq!(mixed.status, 200);
    insta::assert_json_snapshot!("mixed", mixed.json());
    assert_eq!(server.count("buyers"), 2);
    let again = server.send(
        "/v1/events",
        "{\"event\":\"purchase\",\"customer\":\"2\",\"at\":\"2024-01-30\",\"id\":\"q1\"}\n",
    );
    assert_eq!(again.json()["repeated"], 1);
    let none = server.send("/v1/events", "{}\n[]\n");
    assert_eq!((none.status, none.code().as_str()), (422, "A019"));
    insta::assert_json_snapshot!("none_good", none.json());
    assert_eq!(server.send("/v1/events", "").json()["accepted"], 0);
}

#[test]
fn what_was_taken_is_there_after_a_restart() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let before = server.get("/v1/customers/1").json();
    server.stop();
    let server = place.serve();
    let after = server.get("/v1/customers/1").json();
    assert_eq!(before["events"], after["events"]);
    assert_eq!(before["attributes"], after["attributes"]);
    assert_eq!(server.count("rich"), 2);
}

#[test]
fn a_disk_that_takes_no_more_loses_nothing_that_was_acknowledged() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    server.stop();
    // No file may grow by more than a few segments of the log: as good as a disk that fails under a write.
    let size = std::fs::metadata(place.data().join("sled/db"))
        .unwrap()
        .len();
    let blocks = (size + (20 << 20)) / 512;
    let server = place.serve_under(&format!("ulimit -f {blocks}; trap '' XFSZ;"));
    let mut taken = 4;
    // Until the server, which can no longer tell what the disk holds, ends.
    for round in 0.. {
        let lines: String = (0..2_000)
            .map(|at| {
                format!(
                    "{{\"id\":\"more-{round}-{at}\",\"name\":\"{}\"}}\n",
                    noise(round * 2_000 + at)
                )
            })
            .collect();
        let headers = [("content-type", "application/x-ndjson")];
        let answer = request(
            &server.address,
            "POST",
            "/v1/customers",
            &headers,
            lines.as_bytes(),
        );
        match answer {
            Some(answer) if answer.status == 200 => taken += 2_000,
            Some(answer) => assert!(
                [500, 503, 507].contains(&answer.status),
                "{}",
                answer.text()
            ),
            None => break,
        }
        assert!(round < 1_000, "the disk never fails");
    }
    assert_eq!(server.ended(), Some(4));
    let server = place.serve();
    let body = "{\"filter\":\"rich\",\"count_only\":true}";
    let answer = server.post("/v1/query", body).json();
    assert_eq!(answer["count"], 2);
    assert!(
        answer["total"].as_u64().unwrap() >= taken,
        "{answer} after {taken}"
    );
}

/// Text that does not pack.
fn noise(seed: u64) -> String {
    let mut state = seed + 1;
    (0..400)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
        })
        .collect()
}
