//! An import that is killed or stopped: nothing of it is shown, that is said, and repeating it comes to the same
//! as if it had never been cut off.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::bad_input::gzip;
use crate::place::{Place, Ran};

const RULES: &str = r#"
customer { name: text }
event pay { amount: money }
source people "people.csv" { format csv  customer { id = id  name = name } }
source pays "pays.csv" { format csv  event pay { customer = who  at = at  amount = amount } }
"#;

const PEOPLE: usize = 2_000;
/// More than the head of a file, which is looked at before anything is written.
const BROKEN_PAYS: usize = 5_000;
const PAYS: usize = 20_000;

fn place() -> Place {
    place_of(PAYS)
}

fn place_of(pays_count: usize) -> Place {
    let mut people = String::from("id,name\n");
    for number in 0..PEOPLE {
        people.push_str(&format!("c{number},Name {number}\n"));
    }
    let mut pays = String::from("who,at,amount\n");
    for number in 0..pays_count {
        let day = number % 28 + 1;
        pays.push_str(&format!(
            "c{},2024-02-{day:02},{number}.25\n",
            number % PEOPLE
        ));
    }
    Place::with(&[
        ("rules.tamis", RULES.as_bytes()),
        ("people.csv", people.as_bytes()),
        ("pays.csv", pays.as_bytes()),
    ])
}

/// Commits that a store has made, as far as its witness shows them one after the other.
struct Commits {
    witness: PathBuf,
    last: Vec<u8>,
    seen: u32,
}

impl Commits {
    fn of(data: &Path) -> Self {
        Self {
            witness: data.join("WITNESS"),
            last: Vec::new(),
            seen: 0,
        }
    }

    fn look(&mut self) -> u32 {
        let now = std::fs::read(&self.witness).unwrap_or_default();
        if now != self.last {
            self.last = now;
            self.seen += 1;
        }
        self.seen
    }
}

/// Waits for so many commits; `false` when the program ended before.
fn committed(place: &Place, child: &mut Child, count: u32) -> bool {
    let mut commits = Commits::of(&place.data());
    while child.try_wait().unwrap().is_none() {
        if commits.look() >= count {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

/// Log position in a slot of the witness: where `docs/STORE.md` draws it.
fn position(witness: &[u8], slot: usize) -> u64 {
    let bytes = witness.get(slot + 28..slot + 36);
    bytes.map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
}

/// Waits until facts are stored; `false` when the program ended before.
fn stored(place: &Place, child: &mut Child) -> bool {
    let witness = place.data().join("WITNESS");
    while child.try_wait().unwrap().is_none() {
        let now = std::fs::read(&witness).unwrap_or_default();
        if position(&now, 0).max(position(&now, 4_096)) > 0 {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

fn counted(place: &Place) -> Ran {
    place.run(&[
        "query",
        "count(pay) >= 1",
        "--show",
        "count(pay)",
        "--format",
        "csv",
    ])
}

#[test]
fn a_killed_import_is_told_of_and_completed() {
    let whole = place();
    assert_eq!(whole.run(&["import"]).code, 0);
    let wanted = counted(&whole);
    assert!(wanted.code == 0 && wanted.err.is_empty(), "{wanted}");
    let bare = wanted.out.split_inclusive('\n').next().unwrap();
    let mut cut_off = 0;
    for part in 0..6 {
        let place = place();
        let mut child = place
            .command(&["import"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed after so many commits, wherever that is.
        if committed(&place, &mut child, part) {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        if place.data().exists() {
            let asked = counted(&place);
            let is_cut_off = asked.err.contains("was cut off");
            cut_off += usize::from(is_cut_off);
            let is_all = asked.out == wanted.out && !is_cut_off;
            assert!(is_all || asked.out == bare, "cut at {part}: {asked}");
            let verified = place.run(&["verify"]);
            assert_eq!(verified.code, 0, "{verified}");
        }
        let again = place.run(&["import", "--format", "json"]);
        assert_eq!(again.code, 0, "{again}");
        let after = counted(&place);
        assert_eq!(
            (&after.out, after.err.as_str()),
            (&wanted.out, ""),
            "cut at {part}"
        );
    }
    // A kill may come before the first fact or after the last, but not each of them does.
    assert!(cut_off > 0, "no import was cut off halfway");
}

/// An import that was interrupted halfway, by the size of its file: a program may be through before it hears.
fn interrupted(pays_count: usize) -> Option<(Place, Ran)> {
    let place = place_of(pays_count);
    let mut child = place
        .command(&["import"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Customers are stored first, while the events are still read.
    if !stored(&place, &mut child) {
        return None;
    }
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    let ran = place.ran(child.wait_with_output().unwrap());
    (ran.code != 0 && ran.err.contains("stopping;")).then_some((place, ran))
}

#[test]
fn an_interrupted_import_says_what_is_stored_and_goes_on() {
    let mut tried = [10, 40, 160].into_iter();
    let found = tried.find_map(|times| Some((times, interrupted(times * PAYS)?)));
    let (times, (place, ran)) = found.expect("an import of each size was through before it heard");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.err.contains("stopping; once more ends it at once"),
        "{ran}"
    );
    assert!(ran.err.contains("error: the import was stopped; "), "{ran}");
    assert!(
        ran.err.contains(" facts of this import are stored already"),
        "{ran}"
    );
    let asked = counted(&place);
    let nothing = "was cut off, nothing of it is shown; importing again shows all of it";
    assert!(asked.err.contains(nothing), "{asked}");
    assert_eq!(asked.out.lines().count(), 1, "{asked}");
    let again = place.run(&["import", "--format", "json"]);
    assert_eq!(again.code, 0, "{again}");
    assert!(
        again
            .err
            .contains("warning: an import of pays, people was cut off"),
        "{again}"
    );
    // Not all was there: what is added now and what was stored before make up the whole, each once.
    let told: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    let figure = |source: usize, name: &str| told[source][name].as_u64().unwrap();
    assert_eq!(
        [figure(0, "accepted"), figure(0, "repeated")],
        [0, PEOPLE as u64]
    );
    assert!(figure(1, "accepted") > 0, "{again}");
    let rows = figure(1, "accepted") + figure(1, "repeated");
    assert_eq!(rows, (times * PAYS) as u64);
    let whole = place_of(times * PAYS);
    assert_eq!(whole.run(&["import"]).code, 0);
    assert_eq!(counted(&place).out, counted(&whole).out);
    let last = place.run(&["import"]);
    assert!(!last.err.contains("was cut off"), "{last}");
}

/// A place whose first import was cut off by a damaged file, behind all customers; and a path in it.
fn broken_off() -> (Place, impl Fn(&str) -> String) {
    let place = place_of(BROKEN_PAYS);
    let rules = place.rules().to_owned();
    let path = move |name: &str| rules.join(name).display().to_string();
    let packed = gzip(&std::fs::read(path("pays.csv")).unwrap());
    std::fs::write(path("pays.csv.gz"), &packed[..packed.len() - 50]).unwrap();
    let files = [
        format!("people={}", path("people.csv")),
        format!("pays={}", path("pays.csv.gz")),
    ];
    let cut = place.run(&["import", &files[0], &files[1]]);
    assert_eq!(cut.code, 3, "{cut}");
    assert!(cut.err.contains("shown to nobody"), "{cut}");
    (place, path)
}

/// How many customers are shown.
fn shown(place: &Place) -> usize {
    let ran = place.run(&["query", "id is present", "--count"]);
    let first = ran.out.split(' ').next().unwrap();
    first.replace(',', "").parse().unwrap()
}

#[test]
fn another_file_shows_nothing_of_the_one_that_was_cut_off() {
    let (place, path) = broken_off();
    assert_eq!(shown(&place), 0);
    std::fs::write(path("other.csv"), "id,name\nc1,Ann\nx1,Xenia\n").unwrap();
    let other = format!("people={}", path("other.csv"));
    let taken = place.run(&["import", &other, "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&taken.out).unwrap();
    assert_eq!(
        (&told[0]["accepted"], &told[0]["repeated"]),
        (&2.into(), &0.into())
    );
    assert_eq!(shown(&place), 2);
    let warned = counted(&place).err;
    assert!(
        warned.contains("an import of pays, people was cut off"),
        "{warned}"
    );
    assert_eq!(place.run(&["verify"]).code, 0);
    // Both, each once.
    assert_eq!(place.run(&["import"]).code, 0);
    assert_eq!(shown(&place), PEOPLE + 1);
}

#[test]
fn other_rules_begin_anew() {
    let (place, path) = broken_off();
    let people = format!("people={}", path("people.csv"));
    let pays = format!("pays={}", path("pays.csv.gz"));
    let import = || place.run(&["import", &people, &pays, "--format", "json"]);
    let again = import();
    assert_eq!(again.code, 3, "{again}");
    // Another way to read it, and another kind of field, which a visible fact would refuse.
    for (was, is) in [
        (
            "customer { id = id  name",
            "customer { id = \"x\" + id  name",
        ),
        ("name: text }", "name: integer }"),
    ] {
        let rules = std::fs::read_to_string(path("rules.tamis")).unwrap();
        std::fs::write(path("rules.tamis"), rules.replace(was, is)).unwrap();
        let asked = place.run(&["query", "id is present", "--count"]);
        assert_eq!(asked.code, 0, "{asked}");
        assert!(asked.err.contains("nothing of it is shown"), "{asked}");
    }
    std::fs::write(path("people.csv"), "id,name\n1,1\n").unwrap();
    std::fs::write(path("pays.csv"), "who,at,amount\nx1,2024-02-01,5\n").unwrap();
    let taken = place.run(&["import", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&taken.out).unwrap();
    assert_eq!(
        (&told[0]["accepted"], &told[1]["accepted"]),
        (&1.into(), &1.into()),
        "{taken}"
    );
    assert_eq!(counted(&place).out.lines().count(), 2);
}

#[test]
fn only_the_file_that_was_cut_off_makes_up_for_it() {
    let place = place_of(BROKEN_PAYS);
    let path = |name: &str| place.rules().join(name).display().to_string();
    let february = gzip(&std::fs::read(path("pays.csv")).unwrap());
    std::fs::write(path("february.csv.gz"), &february[..february.len() - 50]).unwrap();
    std::fs::write(path("march.csv"), "who,at,amount\nc1,2024-03-01,5\n").unwrap();
    let people = format!("people={}", path("people.csv"));
    let pays = |name: &str| format!("pays={}", path(name));
    let import = |files: &[&str]| place.run(&[&["import"], files].concat());
    let warns = || counted(&place).err;
    let cut = import(&[&people, &pays("february.csv.gz")]);
    assert_eq!(cut.code, 3, "{cut}");
    assert_eq!(import(&[&people]).code, 0);
    assert_eq!(import(&[&pays("march.csv")]).code, 0);
    assert!(
        warns().contains("an import of pays was cut off"),
        "{}",
        warns()
    );
    assert!(warns().contains("february.csv.gz"), "{}", warns());
    // The same path, another file; then the one that begins with what there was.
    std::fs::write(path("february.csv.gz"), gzip(b"who,at,amount\n")).unwrap();
    assert_eq!(import(&[&pays("february.csv.gz")]).code, 0);
    assert!(
        warns().contains("an import of pays was cut off"),
        "{}",
        warns()
    );
    std::fs::write(path("whole.csv.gz"), &february).unwrap();
    assert_eq!(import(&[&pays("whole.csv.gz")]).code, 0);
    assert_eq!(warns(), "");
}

#[test]
fn a_file_that_will_not_come_again_is_given_up() {
    let (place, path) = broken_off();
    let people = place.run(&["import", "--give-up", "people"]);
    assert_eq!(people.code, 0, "{people}");
    assert!(
        people
            .out
            .contains("nothing is kept of the import that was cut off"),
        "{people}"
    );
    let warned = counted(&place).err;
    assert!(warned.contains("an import of pays was cut off"), "{warned}");
    assert_eq!(place.run(&["import", "--give-up", "pays"]).code, 0);
    assert_eq!((counted(&place).err.as_str(), shown(&place)), ("", 0));
    let nobody = place.run(&["import", "--give-up", "nosuch"]);
    assert_eq!(nobody.code, 2, "{nobody}");
    assert!(
        nobody.err.contains("no source is called `nosuch`"),
        "{nobody}"
    );
    assert!(
        nobody.err.contains("the rules have: people, pays"),
        "{nobody}"
    );
    let again = place.run(&["import", "--give-up", "pays"]);
    assert_eq!(again.out, "no import of pays was cut off\n");
    // Given back, the file brings everything.
    let people = format!("people={}", path("people.csv"));
    let taken = place.run(&["import", &people, "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&taken.out).unwrap();
    assert_eq!(
        (&told[0]["accepted"], shown(&place)),
        (&PEOPLE.into(), PEOPLE)
    );
}
