//! A disk that is full while the server runs: facts are refused, questions answered, what is
//! due waits; with room again everything goes on, also through a kill in between.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tamis::schema::Schema;
use tamis::store::fact::{Fact, Row};
use tamis::store::{Options, Store, StoreError};

use crate::disk::Disk;
use crate::place::{Place, RULES, Server};
use crate::receivers::http::Receiver;
use crate::receivers::wait_until;

/// Megabytes of the small disk: the 64 that stay free, and some for the store.
const DISK_MEGABYTES: usize = 160;

#[test]
#[expect(
    clippy::print_stderr,
    reason = "whoever reads the run has to know that less was tried"
)]
fn a_full_disk_refuses_facts_answers_questions_and_goes_on() {
    let receiver = Receiver::start();
    let place = greeting(&receiver);
    let Some(disk) = Disk::mount(&place.data(), DISK_MEGABYTES) else {
        eprintln!("no file system can be mounted here: only the store's guard is tried");
        guard_alone();
        return;
    };
    let server = place.serve();
    let started = server.ask("POST", "/v1/care/hello/start", &[], b"");
    assert_eq!(started.status, 200, "{}", started.text());
    server.take("/v1/customers", &customer(0));
    let mut taken = 1;
    // Each is a member at once and is sent a message, until no more fit.
    disk.fill(DISK_MEGABYTES - 64 - 30);
    let refused = loop {
        disk.fill(1);
        let answer = server.send("/v1/customers", &customer(taken));
        if answer.status != 200 {
            break answer;
        }
        taken += 1;
        assert!(taken < 1_000, "the disk is never full");
    };
    assert_eq!((refused.status, refused.code().as_str()), (507, "S020"));
    is_readable(&server, taken);
    is_told(&server, true);
    // To the last byte: still nothing is written that could fail.
    disk.fill(DISK_MEGABYTES);
    is_readable(&server, taken);
    let refused = server.send("/v1/customers", &customer(taken));
    assert_eq!(refused.status, 507, "{}", refused.text());
    disk.free();
    // Nobody has to send a fact for it to be ready again.
    is_told(&server, false);
    is_told(&server, false);
    for said in ["facts are refused: ", "the disk has room again"] {
        assert_eq!(server.log().matches(said).count(), 1, "{}", server.log());
    }
    server.take("/v1/customers", &customer(taken));
    taken += 1;
    wait_until("a message to each", || {
        keys(&receiver).len() as u64 >= taken
    });
    // Not one was repeated: nothing was begun that could not be noted.
    assert_eq!(receiver.requests_so_far() as u64, taken);

    // Where a reserve is set aside, a server comes up again though not a byte is free.
    fs::write(place.data().join("BALLAST"), vec![1; 16 << 20]).unwrap();
    disk.fill(DISK_MEGABYTES);
    server.kill();
    let server = place.serve();
    is_readable(&server, taken);
    let refused = server.send("/v1/customers", &customer(taken));
    assert_eq!(refused.status, 507, "{}", refused.text());
    disk.free();
    server.take("/v1/customers", &customer(taken));
    taken += 1;
    wait_until("a message to each", || {
        keys(&receiver).len() as u64 == taken
    });
    is_readable(&server, taken);
    server.stop();
}

/// Whether it is ready, and what its figures say of it.
fn is_told(server: &Server, is_full: bool) {
    let ready = server.get("/readyz");
    let expected = if is_full { 503 } else { 200 };
    assert_eq!(ready.status, expected, "{}", ready.text());
    if is_full {
        assert_eq!(ready.code(), "S020");
        assert!(ready.json()["help"].is_string());
    }
    let figures = server.get("/metrics").text();
    let full = format!("tamis_disk_full {}\n", i32::from(is_full));
    assert!(figures.contains(&full), "{figures}");
    assert!(figures.contains("tamis_writing 1\n"), "{figures}");
}

/// Questions are answered, and say what was acknowledged.
fn is_readable(server: &Server, taken: u64) {
    assert_eq!(server.count("rich"), taken);
    assert_eq!(server.get("/v1/customers/c0").status, 200);
    let absent = server.get(&format!("/v1/customers/c{taken}"));
    assert_eq!(absent.status, 404, "{}", absent.text());
    let plan = server.get("/v1/care/hello").json();
    assert_eq!(plan["recipients"], taken, "{plan}");
    assert_eq!(server.get("/healthz").status, 200);
}

fn keys(receiver: &Receiver) -> std::collections::BTreeSet<String> {
    let requests = receiver.requests();
    let keys = requests.iter().map(|it| it.header("idempotency-key"));
    keys.map(str::to_owned).collect()
}

fn customer(number: u64) -> String {
    format!("{{\"id\":\"c{number}\",\"assets\":\"5000\"}}\n")
}

/// The shop with a plan that greets whoever is rich.
fn greeting(receiver: &Receiver) -> Place {
    let plan = "care hello { for rich  when enters  step greet: send crm \"hi\" }";
    let place = Place::with(&format!("{RULES}\n{plan}\n")).knowing("TAMIS_TEST_SECRET", "secret");
    fs::create_dir(place.rules().join("templates")).unwrap();
    let letter = "Subject: Hello\n\nGood day.\n";
    fs::write(place.rules().join("templates/hi.txt"), letter).unwrap();
    let settings = format!(
        "[delivery]\nhosts = [\"127.0.0.1\"]\n[channel.crm]\nkind = \"webhook\"\nurl = \"{}\"\nsecret_env = \"TAMIS_TEST_SECRET\"\n",
        receiver.url()
    );
    fs::write(place.rules().join("tamis.toml"), settings).unwrap();
    place
}

/// The store with a disk that only says that it is full.
fn guard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let free = Arc::new(AtomicU64::new(1 << 40));
    let said = Arc::clone(&free);
    let options = Options {
        free_bytes: Arc::new(move |_| Ok(said.load(Ordering::Acquire))),
        ..Options::default()
    };
    let store = Store::open_with(folder.path(), &Schema::default(), options).unwrap();
    let customer = |row: u32| Fact::Customer {
        row: Row(row),
        id: format!("c{row}").into(),
    };
    store.append(vec![customer(0)]).unwrap();
    free.store(1 << 20, Ordering::Release);
    let refused = store.append(vec![customer(1)]);
    assert!(
        matches!(refused, Err(StoreError::NoSpace { .. })),
        "{refused:?}"
    );
    assert_eq!(store.customers(), 1);
    let room = store.room().unwrap();
    assert!(matches!(room.check(), Err(StoreError::NoSpace { .. })));
    free.store(1 << 40, Ordering::Release);
    assert_eq!(room.check(), Ok(()));
    store.append(vec![customer(1)]).unwrap();
    assert_eq!(store.customers(), 2);
    store.close().unwrap();
}
