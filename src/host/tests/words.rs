//! What goes over and comes back: values, gaps, batches, logs, fresh memory.

use super::*;
use crate::base::limit::PLUGIN_BATCH_ROWS;
use crate::engine::external::ScoreData;

fn echo(more: &str) -> (tempfile::TempDir, Loaded) {
    let (folder, loaded) = one("echo", &manifest("echo", more), &scoring(ECHO));
    assert_eq!(loaded.faults, []);
    (folder, loaded)
}

fn of(scored: &Scored) -> Vec<Option<f64>> {
    let ScoreData::Numbers(numbers) = &scored.data else {
        panic!("{scored:?}");
    };
    let numbers = numbers.iter().enumerate();
    numbers
        .map(|(at, it)| scored.present.get(at).then_some(*it))
        .collect()
}

#[test]
fn many_batches_come_back_in_order_and_gaps_stay_gaps() {
    let (_folder, loaded) = echo("");
    let rows = 2 * PLUGIN_BATCH_ROWS + 17;
    let told: Vec<Option<f64>> = (0..rows)
        .map(|at| (at % 5 != 3).then_some(at as f64 - 0.5))
        .collect();
    let scored = ask_told(&loaded.set, &[numbers(&told)], rows).unwrap();
    assert_eq!(of(&scored), told);
    let gaps = told.iter().filter(|it| it.is_none()).count() as u64;
    assert_eq!(missing(&scored), [("lacks told", gaps)]);
    let status = &loaded.set.status()[0];
    assert_eq!((status.counts.batches, status.counts.missing), (2, gaps));
    assert_eq!(&*scored.by, "echo 1.0.0");
    assert_eq!(of(&ask(&loaded.set, &[]).unwrap()), []);
}

#[test]
fn what_lies_outside_its_range_is_missing() {
    let manifest =
        manifest("echo", "").replace("output = \"number\"", "output = \"number\"\nrange = [0, 1]");
    let (_folder, loaded) = one("echo", &manifest, &scoring(ECHO));
    let scored = ask(&loaded.set, &[0.0, 1.0, 1.5, -0.1]).unwrap();
    assert_eq!(of(&scored), [Some(0.0), Some(1.0), None, None]);
    assert_eq!(missing(&scored), [("it lies outside 0..1", 2)]);
}

#[test]
fn every_batch_finds_the_memory_fresh() {
    let counting = "(global.set $seen (i32.add (global.get $seen) (i32.const 1))) \
        (f64.store (i32.const 2000) (f64.convert_i32_u (global.get $seen))) \
        (f64.store (i32.const 2008) (f64.load (i32.const 3000))) \
        (f64.store (i32.const 3000) (f64.const 9)) \
        (call $answer (i32.const 2000) (i32.const 2))";
    let component = guest(&format!(
        "(global $seen (mut i32) (i32.const 0))\
         (func (export \"tamis:plugin/scorer@1.0.0#score\") (param $function i32) (param $rows i32) \
         (param $columns i32) (param $count i32) (result i32) {counting})"
    ));
    let (_folder, loaded) = one("count", &manifest("count", ""), &component);
    for _ in 0..3 {
        let scored = ask(&loaded.set, &[5.0, 5.0]).unwrap();
        assert_eq!(of(&scored), [Some(1.0), Some(0.0)]);
    }
}

const LOGGING: &str =
    "(import \"tamis:plugin/log@1.0.0\" \"write\" (func $log (param i32 i32 i32)))";

#[test]
fn logs_are_kept_and_a_flood_is_a_fault() {
    let guest_of = |times: u32| {
        guest(&format!(
            "{LOGGING}(func (export \"tamis:plugin/scorer@1.0.0#score\") (param $function i32) (param $rows i32) \
             (param $columns i32) (param $count i32) (result i32) (local $n i32)\
             (loop $again (call $log (i32.const 2) (i32.const 1032) (i32.const 4))\
             (local.set $n (i32.add (local.get $n) (i32.const 1)))\
             (br_if $again (i32.lt_u (local.get $n) (i32.const {times})))) {ECHO})"
        ))
    };
    let (_folder, loaded) = one("logs", &manifest("logs", ""), &guest_of(2));
    assert_eq!(loaded.faults, []);
    ask(&loaded.set, &[1.0]).unwrap();
    let line = LogLine {
        level: "warn",
        message: "told".to_owned(),
    };
    assert_eq!(loaded.set.status()[0].log, [line.clone(), line]);
    let (_folder, loaded) = one("logs", &manifest("logs", ""), &guest_of(1_000_000));
    assert_eq!(ask(&loaded.set, &[1.0]).unwrap_err().code, "plugin_log");
}

#[test]
fn three_faults_set_a_plugin_aside_until_a_trial_goes_well() {
    // Fails when told a negative number.
    let moody = "(if (f64.lt (f64.load (call $told (local.get $columns))) (f64.const 0)) (then (unreachable)))";
    let component = scoring(&format!("{moody}{ECHO}"));
    let (_folder, loaded) = one("moody", &manifest("moody", ""), &component);
    let plugin = loaded.set.get("moody").unwrap();
    let call = Arc::clone(&loaded.set.signatures().functions[0].call);
    let now = AtomicI64::new(1_000);
    let ask = |number: f64| {
        let told = Told {
            call: &call,
            inputs: &[numbers(&[Some(number)])],
            rows: 1,
            explain: false,
            cancel: None,
        };
        let now = crate::base::calendar::Instant(now.load(Ordering::Relaxed));
        plugin.score(told, now).map_err(|fault| fault.code)
    };
    for _ in 0..3 {
        assert_eq!(ask(-1.0).unwrap_err(), "plugin_trap");
    }
    assert_eq!(ask(1.0).unwrap_err(), "plugin_set_aside");
    assert!(matches!(plugin.status().standing, Standing::Aside { .. }));
    now.fetch_add(60, Ordering::Relaxed);
    assert_eq!(ask(-1.0).unwrap_err(), "plugin_trap");
    now.fetch_add(299, Ordering::Relaxed);
    assert_eq!(ask(1.0).unwrap_err(), "plugin_set_aside");
    now.fetch_add(1, Ordering::Relaxed);
    assert!(ask(1.0).is_ok());
    assert_eq!(plugin.status().standing, Standing::Open);
    assert_eq!(
        plugin.status().counts.faults,
        4,
        "refusals are no faults of its own"
    );
}

#[test]
fn an_unknown_plugin_is_a_fault_by_name() {
    let (_folder, loaded) = echo("");
    let call = PluginCall {
        plugin: "gone".into(),
        function: "score".into(),
        only: true,
        revision: "".into(),
    };
    let told = Told {
        call: &call,
        inputs: &[],
        rows: 0,
        explain: false,
        cancel: None,
    };
    assert_eq!(loaded.set.score(told).unwrap_err().code, "plugin_absent");
}
