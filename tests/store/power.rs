//! Power cuts: a run is recorded, then the disk is rebuilt as it could be after a cut at random
//! points of it. Nothing acknowledged before the cut may be missing, nothing half there. And the
//! controls: without a rule of the store the same test must find loss.

use std::fs;
use std::path::Path;

use tamis::base::limit;
use tamis::store::Tuning;

use crate::child::{Orders, hear};
use crate::model::{self, Random, Size, Turns, WRITERS};
use crate::recorder::{self, Step};
use crate::replay::{Disk, POLICIES};

/// A recorded run.
struct Run {
    root: tempfile::TempDir,
    before: Disk,
    steps: Vec<Step>,
    /// Node of the file with the acknowledgements.
    heard: u64,
    tuning: Tuning,
}

impl Run {
    /// `sessions` - 1 runs before the recorded one.
    fn record(size: Size, turns: u32, sessions: u32, tuning: Tuning) -> Run {
        let all = vec![(); sessions as usize];
        let order = |orders: &mut Orders<'_>, ()| {
            (orders.size, orders.turns, orders.tuning) = (size, turns, tuning);
        };
        Self::record_last(&all, order, tuning)
    }

    /// Of several sessions the last one is recorded; `order` says what each is to do.
    fn record_last<T: Copy>(
        sessions: &[T],
        order: impl Fn(&mut Orders<'_>, T),
        tuning: Tuning,
    ) -> Run {
        let root = tempfile::tempdir().unwrap();
        let (data, told) = (root.path().join("data"), root.path().join("told"));
        let mut orders = Orders::new(&data, Size::Small, 0);
        orders.acknowledgements = Some(&told);
        let (last, before) = sessions.split_last().unwrap();
        for session in before {
            order(&mut orders, *session);
            let done = orders.output();
            assert!(done.status.success(), "{done:?}");
        }
        order(&mut orders, *last);
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&told)
            .unwrap();
        let before = Disk::of(root.path());
        let steps = recorder::record(&orders, root.path());
        let heard = std::os::unix::fs::MetadataExt::ino(&fs::metadata(&told).unwrap());
        Run {
            root,
            before,
            steps,
            heard,
            tuning,
        }
    }

    /// What was acknowledged before the recorded run.
    fn told_before(&self) -> Turns {
        let mut turns = [0; WRITERS as usize];
        let to = tempfile::tempdir().unwrap();
        let strict = POLICIES[0];
        self.before
            .cut(self.root.path(), to.path(), strict, &mut Random::new(0));
        let text = fs::read_to_string(to.path().join("told")).unwrap();
        text.lines().for_each(|line| hear(line, &mut turns));
        turns
    }

    /// Cuts at so many points, half of them right behind an acknowledgement; what went wrong.
    fn cuts(&self, count: usize, random: &mut Random) -> Vec<String> {
        let told: Vec<usize> = (0..self.steps.len())
            .filter(
                |at| matches!(&self.steps[*at], Step::Write { node, .. } if *node == self.heard),
            )
            .collect();
        let mut points: Vec<usize> = (0..count)
            .map(|turn| {
                if turn % 2 == 0 {
                    told[random.below(told.len())] + 1
                } else {
                    random.below(self.steps.len() + 1)
                }
            })
            .collect();
        points.sort_unstable();
        let rare = self.tuning.fsync_every > 1;
        let log = self.log();
        let mut disk = self.before.clone();
        let (mut done, mut turns, mut wrong) = (0, self.told_before(), Vec::new());
        let mut synced = turns;
        for (turn, point) in points.into_iter().enumerate() {
            for step in &self.steps[done..point] {
                if let Step::Write { node, bytes, .. } = step
                    && *node == self.heard
                {
                    hear(std::str::from_utf8(bytes).unwrap().trim_end(), &mut turns);
                }
                if matches!(step, Step::Sync { node } if Some(*node) == log) {
                    synced = turns;
                }
                disk.step(step);
            }
            done = point;
            let policy = POLICIES[turn % POLICIES.len()];
            let to = tempfile::tempdir().unwrap();
            disk.cut(self.root.path(), to.path(), policy, random);
            // With rare fsyncs only what one of them covered is asked for, and a refusal that names
            // the rollback is no surprise: what remains is damage to what was durable before.
            let asked = if rare { &synced } else { &turns };
            if let Err(said) = self.check(&to.path().join("data"), asked)
                && !(rare && said.starts_with("S010"))
            {
                wrong.push(format!(
                    "step {point} of {}, {policy:?}: {said}",
                    self.steps.len()
                ));
            }
        }
        wrong
    }

    /// Node of the log, if this run made it.
    fn log(&self) -> Option<u64> {
        self.steps.iter().find_map(|step| match step {
            Step::Create { node, path } if path.ends_with("sled/db") => Some(*node),
            _ => None,
        })
    }

    fn check(&self, data: &Path, turns: &Turns) -> Result<(), String> {
        model::check_tuned(data, turns, self.tuning)?;
        let blobs = data.join("sled/blobs");
        let empty = fs::read_dir(&blobs).is_ok_and(|mut entries| entries.next().is_none());
        if !empty && !self.tuning.blobs_allowed {
            return Err("a value lies outside the log".to_owned());
        }
        Ok(())
    }

    /// Most bytes written to the log between two fsyncs once it is open; opening itself
    /// zeroes whole segments.
    fn log_bytes_between_syncs(&self) -> usize {
        let log = self.log().unwrap_or_else(|| {
            let log = fs::metadata(self.root.path().join("data/sled/db")).unwrap();
            std::os::unix::fs::MetadataExt::ino(&log)
        });
        let (mut most, mut since, mut begun) = (0, 0, false);
        for step in &self.steps {
            match step {
                Step::Write { node, bytes, .. } if *node == self.heard => {
                    begun |= bytes.starts_with(b"opened");
                }
                Step::Write { node, bytes, .. } if *node == log && begun => since += bytes.len(),
                Step::Sync { node } if *node == log => (most, since) = (most.max(since), 0),
                _ => {}
            }
        }
        most.max(since)
    }
}

fn seeded() -> Random {
    let seed = model::times("TAMIS_SEED", 1) as u64;
    println!("seed {seed}");
    Random::new(seed)
}

#[test]
fn cut_at_random_it_keeps_what_was_acknowledged() {
    let cuts = model::times("TAMIS_CUTS", 20).div_ceil(6);
    let mut random = seeded();
    let runs = [
        (Size::Small, 20, 1),
        (Size::Small, 20, 2),
        (Size::Block, 6, 1),
        (Size::Block, 6, 2),
        (Size::Large, 6, 1),
        // So many that small blocks are joined on the way.
        (Size::Small, 160, 1),
    ];
    for (size, turns, sessions) in runs {
        let run = Run::record(size, turns, sessions, Tuning::default());
        let wrong = run.cuts(cuts, &mut random);
        println!(
            "{size:?}, session {sessions}: {} of {cuts} cuts bad, {} steps",
            wrong.len(),
            run.steps.len()
        );
        assert_eq!(wrong, Vec::<String>::new());
        if sessions == 1 {
            let most = run.log_bytes_between_syncs();
            println!("{size:?}: at most {most} bytes of log between two fsyncs");
            assert!(most > 0 && most < limit::STORE_SEGMENT_BYTES);
        }
    }
}

/// One session leaves an import without an end; the next one goes on with it, or lets it go.
#[test]
fn cut_while_it_imports_nothing_is_half_there() {
    let cuts = model::times("TAMIS_CUTS", 20).div_ceil(2);
    let mut random = seeded();
    for goes_on in [false, true] {
        let order = |orders: &mut Orders<'_>, is_first: bool| {
            (orders.size, orders.turns, orders.tails) = (Size::Block, 1, 1);
            (orders.goes_on, orders.leaves) = (goes_on, is_first);
            orders.tail_turns = match (goes_on, is_first) {
                // So many blocks that they go in three portions.
                (false, true) => 56,
                (true, false) => 10,
                _ => 5,
            };
        };
        let run = Run::record_last(&[true, false], order, Tuning::default());
        let wrong = run.cuts(cuts, &mut random);
        let most = run.log_bytes_between_syncs();
        println!(
            "goes on {goes_on}: {} of {cuts} cuts bad, {} steps, at most {most} bytes of log between two fsyncs",
            wrong.len(),
            run.steps.len()
        );
        assert_eq!(wrong, Vec::<String>::new());
        assert!(most > 0 && most < limit::STORE_SEGMENT_BYTES);
    }
}

#[test]
fn cut_while_it_compacts_one_of_the_two_logs_is_whole() {
    let cuts = model::times("TAMIS_CUTS", 20);
    let mut random = seeded();
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let mut orders = Orders::new(&data, Size::Small, 20);
    assert!(orders.output().status.success());
    let turns = model::check_folder(&data, &[0; WRITERS as usize]).unwrap();
    let before = Disk::of(root.path());
    orders.compactings = 1;
    let steps = recorder::record(&orders, root.path());
    let mut points: Vec<usize> = (0..cuts).map(|_| random.below(steps.len() + 1)).collect();
    // The swap itself is short: half of the cuts in it.
    let swap = steps
        .iter()
        .position(|step| matches!(step, Step::Create { path, .. } if path.ends_with("SWAP")));
    let swap = swap.expect("the run has a swap");
    points.extend((0..cuts).map(|_| swap + random.below(steps.len() + 1 - swap)));
    points.sort_unstable();
    let (mut disk, mut done) = (before, 0);
    for (turn, point) in points.iter().enumerate() {
        steps[done..*point].iter().for_each(|step| disk.step(step));
        done = *point;
        let policy = POLICIES[turn % POLICIES.len()];
        let to = tempfile::tempdir().unwrap();
        disk.cut(root.path(), to.path(), policy, &mut random);
        let held = model::check_folder(&to.path().join("data"), &turns);
        let held = held.unwrap_or_else(|said| {
            panic!(
                "step {point} of {}, swap at {swap}, {policy:?}: {said}",
                steps.len()
            )
        });
        assert_eq!(held, turns);
    }
    println!(
        "{} cuts, 0 bad, {} steps, swap at {swap}",
        points.len(),
        steps.len()
    );
}

/// The first cut that finds something ends a control: it has shown what it is for.
fn must_fail(size: Size, turns: u32, tuning: Tuning) {
    let mut random = seeded();
    let run = Run::record(size, turns, 1, tuning);
    let mut tried = 0;
    while tried < 100 {
        let wrong = run.cuts(5, &mut random);
        tried += 5;
        if let Some(first) = wrong.first() {
            println!("after {tried} cuts: {first}");
            return;
        }
    }
    panic!("{tried} cuts found nothing: the test is blind");
}

#[test]
fn without_our_fsync_it_loses() {
    let tuning = Tuning {
        fsync_every: 0,
        ..Tuning::default()
    };
    must_fail(Size::Small, 20, tuning);
}

#[test]
fn with_rare_fsyncs_in_small_segments_it_loses() {
    let tuning = Tuning {
        fsync_every: 40,
        segment_bytes: 512 << 10,
        ..Tuning::default()
    };
    must_fail(Size::Block, 60, tuning);
}

#[test]
fn with_values_that_leave_the_log_it_loses() {
    let tuning = Tuning {
        value_bytes_max: 2 << 20,
        blobs_allowed: true,
        ..Tuning::default()
    };
    must_fail(Size::Huge, 3, tuning);
}
