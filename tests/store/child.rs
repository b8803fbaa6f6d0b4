//! The process under test: this very program, started again to do nothing but write.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use tamis::store::{Store, Tuning};

use crate::model::{self, Size, Turns, WRITERS};

/// What a child is to do.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    /// The data folder.
    pub folder: &'a Path,
    /// Where it says what was acknowledged; standard output when none.
    pub acknowledgements: Option<&'a Path>,
    /// Of each turn.
    pub size: Size,
    /// Turns of each writer between two reopenings.
    pub turns: u32,
    /// How often it reopens.
    pub reopenings: u32,
    /// When not 0, it compacts so often and does nothing else.
    pub compactings: u32,
    /// When not 0, it writes so many imports as well.
    pub tails: u32,
    /// Turns of each writer in one of them.
    pub tail_turns: u32,
    /// What it does about one that was cut off before: goes on with it, or lets it go.
    pub goes_on: bool,
    /// Whether the last one is left without an end.
    pub leaves: bool,
    /// Rules.
    pub tuning: Tuning,
}

const FOLDER: &str = "TAMIS_CHILD_FOLDER";

impl Orders<'_> {
    pub fn new(folder: &Path, size: Size, turns: u32) -> Orders<'_> {
        Orders {
            folder,
            acknowledgements: None,
            size,
            turns,
            reopenings: 0,
            compactings: 0,
            tails: 0,
            tail_turns: 3,
            goes_on: false,
            leaves: false,
            tuning: Tuning::default(),
        }
    }

    /// The command that carries them out.
    pub fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([
                "--exact",
                "child::the_child",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(FOLDER, self.folder)
            .env("TAMIS_CHILD_SIZE", self.size.name())
            .env("TAMIS_CHILD_TURNS", self.turns.to_string())
            .env("TAMIS_CHILD_REOPENINGS", self.reopenings.to_string())
            .env("TAMIS_CHILD_COMPACTINGS", self.compactings.to_string())
            .env("TAMIS_CHILD_TAILS", self.tails.to_string())
            .env("TAMIS_CHILD_TAIL_TURNS", self.tail_turns.to_string())
            .env("TAMIS_CHILD_GOES_ON", self.goes_on.to_string())
            .env("TAMIS_CHILD_LEAVES", self.leaves.to_string())
            .env("TAMIS_CHILD_SEGMENT", self.tuning.segment_bytes.to_string())
            .env("TAMIS_CHILD_VALUE", self.tuning.value_bytes_max.to_string())
            .env("TAMIS_CHILD_FSYNC", self.tuning.fsync_every.to_string())
            .env("TAMIS_CHILD_BLOBS", self.tuning.blobs_allowed.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(path) = self.acknowledgements {
            command.env("TAMIS_CHILD_ACKNOWLEDGEMENTS", path);
        }
        command
    }

    pub fn start(&self) -> Child {
        started(&mut self.command())
    }

    /// Starts it and waits for its end.
    pub fn output(&self) -> Output {
        output(&mut self.command())
    }
}

/// A child has the locks of all stores that this process has open until it runs its own program, however long that
/// takes: none is started while a store is looked at that others open at once.
static STARTING: RwLock<()> = RwLock::new(());

/// While it is held no child is started.
pub fn undisturbed() -> RwLockReadGuard<'static, ()> {
    STARTING.read().unwrap_or_else(PoisonError::into_inner)
}

fn started(command: &mut Command) -> Child {
    let _alone = STARTING.write().unwrap_or_else(PoisonError::into_inner);
    command.spawn().unwrap()
}

/// Starts a child and waits for its end.
pub fn output(command: &mut Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    started(command).wait_with_output().unwrap()
}

/// Not a test: the child's main function.
#[test]
fn the_child() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let said = |name: &str| std::env::var(format!("TAMIS_CHILD_{name}")).unwrap();
    let number = |name: &str| said(name).parse::<u64>().unwrap();
    let tuning = Tuning {
        segment_bytes: number("SEGMENT") as usize,
        value_bytes_max: number("VALUE") as usize,
        fsync_every: number("FSYNC"),
        blobs_allowed: said("BLOBS") == "true",
    };
    let out: Box<dyn Write + Send> = match std::env::var("TAMIS_CHILD_ACKNOWLEDGEMENTS") {
        Ok(path) => Box::new(
            File::options()
                .append(true)
                .create(true)
                .open(path)
                .unwrap(),
        ),
        Err(_) => Box::new(std::io::stdout()),
    };
    let out = Mutex::new(out);
    let say = |line: String| {
        let mut out = out.lock().unwrap();
        out.write_all(line.as_bytes()).unwrap();
        out.flush().unwrap();
    };
    say("\nopening\n".to_owned());
    for _ in 0..number("COMPACTINGS") {
        model::compact(Path::new(&folder)).unwrap();
        say("compacted\n".to_owned());
    }
    if number("COMPACTINGS") > 0 {
        return;
    }
    let (size, turns) = (Size::parse(&said("SIZE")), number("TURNS") as u32);
    let schema = model::schema();
    let opened = Store::open_with(Path::new(&folder), &schema, model::options(tuning));
    let mut store = match opened {
        Ok(store) => store,
        Err(error) => {
            say(format!("refused {}\n", error.code()));
            std::process::exit(4);
        }
    };
    say("opened\n".to_owned());
    let told = |row, turn| say(format!("done {row} {turn}\n"));
    let (tails, tail_turns) = (number("TAILS"), number("TAIL_TURNS") as u32);
    model::columns(&store).unwrap().save(&store).unwrap();
    if said("GOES_ON") == "true" && store.take_up_tail().unwrap() {
        say("goes on\n".to_owned());
        model::fill(&store, size, tail_turns);
        model::end(&store, size, tail_turns, &told);
    }
    model::bring_customers(&store).unwrap();
    for round in 0..=number("REOPENINGS") {
        if round > 0 {
            say("opening\n".to_owned());
            store = store.reopen(&schema).unwrap();
        }
        model::write(&store, size, turns, &told);
        model::columns(&store).unwrap().save(&store).unwrap();
    }
    for tail in 1..=tails {
        store.begin_tail(b"note".to_vec(), Vec::new()).unwrap();
        say("tail\n".to_owned());
        model::fill(&store, size, tail_turns);
        if tail < tails || said("LEAVES") != "true" {
            model::end(&store, size, tail_turns, &told);
            model::columns(&store).unwrap().save(&store).unwrap();
            model::write(&store, size, 1, &told);
        }
    }
    store.close().unwrap();
    say("closed\n".to_owned());
}

/// Takes the lines of a child into the turns it was told are done.
pub fn hear(line: &str, turns: &mut Turns) {
    let mut words = line.split(' ');
    if words.next() != Some("done") {
        return;
    }
    let mut number = || words.next().and_then(|word| word.parse::<u32>().ok());
    // The last line of a killed child may be cut: a shorter number is an older turn.
    if let (Some(row), Some(turn)) = (number(), number())
        && row < WRITERS
    {
        let held = &mut turns[row as usize];
        *held = (*held).max(turn + 1);
    }
}
