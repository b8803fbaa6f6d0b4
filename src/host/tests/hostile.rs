//! What no guest may do, each with the name of its failure, in bounded time.

use std::time::{Duration, Instant};

use super::*;

/// Wall time for anything hostile; on a loaded machine threads wait long for their turn.
const PATIENCE: Duration = Duration::from_secs(20);

fn hostile(id: &str) -> (tempfile::TempDir, Loaded) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugins/hostile")
        .join(id);
    let manifest = std::fs::read_to_string(folder.join(MANIFEST)).unwrap();
    let component = match std::fs::read_to_string(folder.join("guest.wat")) {
        Ok(own) => guest(&own),
        Err(_) => wat::parse_file(folder.join("component.wat")).unwrap(),
    };
    one(id, &manifest, &component)
}

#[test]
fn each_hostile_guest_has_its_name_and_ends_soon() {
    for (id, code, says) in [
        (
            "spin",
            "plugin_deadline",
            "it used more than 50 ms of processor time for one batch",
        ),
        (
            "grow",
            "plugin_memory",
            "it wanted more than its 16 MB of memory",
        ),
        (
            "recurse",
            "plugin_stack",
            "it called itself until its stack was full",
        ),
        (
            "length",
            "plugin_length",
            "it answered 2 values where there are 3",
        ),
    ] {
        let (_folder, loaded) = hostile(id);
        assert_eq!(loaded.faults, [], "{id}");
        let started = Instant::now();
        let fault = ask(&loaded.set, &[1.0, 2.0, 3.0]).unwrap_err();
        assert!(
            started.elapsed() < PATIENCE,
            "{id}: {:?}",
            started.elapsed()
        );
        assert_eq!((fault.code, &*fault.reason), (code, says), "{id}");
        assert_eq!((fault.batch, &*fault.version), (Some(1), "1.0.0"));
        let status = &loaded.set.status()[0];
        assert_eq!((status.counts.faults, status.counts.batches), (1, 1));
    }
}

#[test]
fn what_is_no_number_is_missing_and_never_zero() {
    let (_folder, loaded) = hostile("nan");
    let scored = ask(&loaded.set, &[1.0, 2.0, 3.0]).unwrap();
    assert_eq!(scored.present.count(), 0);
    assert_eq!(missing(&scored), [("it is no finite number", 3)]);
    assert_eq!(loaded.set.status()[0].counts.missing, 3);
}

#[test]
fn an_import_that_is_not_granted_is_refused_by_name() {
    let (_folder, loaded) = hostile("import");
    assert!(loaded.set.is_empty());
    let fault = &loaded.faults[0];
    assert_eq!(fault.code, "plugin_import");
    assert!(
        fault.reason.starts_with(
            "it imports `wasi:clocks/monotonic-clock@0.2.0`, which is granted to no plugin"
        ),
        "{}",
        fault.reason
    );
}

#[test]
fn other_hostile_ways_have_their_names_too() {
    let manifest = manifest("odd", "[limits]\nbatch_ms = 50");
    for (component, code, says) in [
        (
            scoring("(unreachable)"),
            "plugin_trap",
            "it gave up (a panic",
        ),
        (
            scoring("(call $answer (i32.const 131064) (local.get $rows))"),
            "plugin_trap",
            "it fell: ",
        ),
        (
            scoring(
                "(drop (memory.grow (i32.const 480))) (call $answer (i32.const 4096) (i32.const 3000000))",
            ),
            "plugin_answer_size",
            "it handed over more than 16 MB in one batch",
        ),
        (
            // A column of whole numbers.
            scoring(&format!(
                "{} (i32.store8 (i32.const 1204) (i32.const 1)) (i32.const 1200)",
                ECHO.replace("(call $answer", "(drop (call $answer")
                    .replace("$rows))", "$rows)))")
            )),
            "plugin_kind",
            "it answered int where its manifest says number",
        ),
        (
            // A fault of its own: failed("told").
            scoring(
                "(i32.store8 (i32.const 1200) (i32.const 1)) (i32.store8 (i32.const 1204) (i32.const 2)) \
                 (i32.store (i32.const 1208) (i32.const 1032)) (i32.store (i32.const 1212) (i32.const 4)) \
                 (i32.const 1200)",
            ),
            "plugin_refused",
            "it gave up: told",
        ),
    ] {
        let (_folder, loaded) = one("odd", &manifest, &component);
        assert_eq!(loaded.faults, [], "{code}");
        let fault = ask(&loaded.set, &[1.0, 2.0]).unwrap_err();
        assert_eq!(fault.code, code, "{}", fault.reason);
        assert!(fault.reason.starts_with(says), "{code}: {}", fault.reason);
    }
}

#[test]
fn a_start_function_is_foreign_code_too() {
    let own = "(func $forever (loop $again (br $again))) (start $forever)\
               (func (export \"tamis:plugin/scorer@1.0.0#score\") (param i32 i32 i32 i32) (result i32) (unreachable))";
    let (_folder, loaded) = one(
        "odd",
        &manifest("odd", "[limits]\nbatch_ms = 30"),
        &guest(own),
    );
    assert_eq!(loaded.faults[0].code, "plugin_deadline");
}

#[test]
fn a_second_memory_and_a_guest_that_describes_another_are_refused() {
    let module = "(module (memory 1) (memory 1))";
    let component = format!("(component (core module {}))", &module[7..module.len() - 1]);
    let component = wat::parse_str(component).unwrap();
    let (_folder, loaded) = one("two", &manifest("two", ""), &component);
    assert_eq!(loaded.faults[0].code, "plugin_compile");
    let other = manifest("echo", "").replace("name = \"told\"", "name = \"heard\"");
    let (_folder, loaded) = one("echo", &other, &scoring(ECHO));
    assert_eq!(loaded.faults[0].code, "plugin_interface");
    assert_eq!(
        loaded.faults[0].reason,
        "it is not what its manifest says: `score` reads told (number)"
    );
}

#[test]
fn whoever_no_longer_waits_stops_a_guest_and_it_is_no_fault() {
    let endless = "(loop $again (br $again)) (unreachable)";
    let manifest = manifest("slow", "[limits]\nbatch_ms = 10000");
    let (_folder, loaded) = one("slow", &manifest, &scoring(endless));
    let call = Arc::clone(&loaded.set.signatures().functions[0].call);
    let cancel = Arc::new(AtomicBool::new(true));
    let told = Told {
        call: &call,
        inputs: &[numbers(&[Some(1.0)])],
        rows: 1,
        explain: false,
        cancel: Some(&cancel),
    };
    assert_eq!(loaded.set.score(told).unwrap_err().code, "plugin_cancelled");
    assert_eq!(loaded.set.status()[0].counts.faults, 0);
}

#[test]
fn others_are_answered_while_a_guest_spins() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    let slow = manifest("spin", "[limits]\nbatch_ms = 400");
    put(
        &plugins,
        "spin",
        &slow,
        &scoring("(loop $again (br $again)) (unreachable)"),
    );
    put(&plugins, "zecho", &manifest("zecho", ""), &scoring(ECHO));
    let loaded = PluginSet::load(&plugins, &options(folder.path()));
    assert_eq!(loaded.faults, []);
    let functions = &loaded.set.signatures().functions;
    let told = [numbers(&[Some(5.0)])];
    let tell = |call| Told {
        call,
        inputs: &told,
        rows: 1,
        explain: false,
        cancel: None,
    };
    let answered = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let spinning = scope.spawn(|| loaded.set.score(tell(&functions[0].call)));
        while !spinning.is_finished() {
            let scored = loaded.set.score(tell(&functions[1].call)).unwrap();
            assert_eq!(scored.present.count(), 1);
            answered.store(true, Ordering::Relaxed);
        }
        assert_eq!(
            spinning.join().unwrap().unwrap_err().code,
            "plugin_deadline"
        );
    });
    assert!(answered.load(Ordering::Relaxed));
}
