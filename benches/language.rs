//! What reading rules costs: a filter of twenty lines, and a set of a thousand, parsed and
//! checked, beside reading as many bytes of JSON in this same run. Prints microseconds.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints its figures and stops at the first fault"
)]

use std::hint::black_box;
use std::time::Instant;

use tamis::base::source::Sources;
use tamis::base::span::SourceId;
use tamis::language::compile;
use tamis::language::parser;

/// Runs of each measurement; their median is shown.
const RUNS: usize = 15;

const SCHEMA: &str = "customer { age \"年龄\": int  city \"城市\": text  assets \"资产\": money  gender: one of (female, male)
  opened_on: date }
event purchase \"消费\" { amount \"金额\": money  channel: one of (mobile, web, branch)  product: text }
event login { topic: text }
";

/// Nineteen lines of conditions below a head, different for each number.
fn filter(number: usize) -> String {
    let mut text = format!(
        "filter rule_{number}:\n  age between {} and 45\n",
        18 + number % 20
    );
    for line in 0..9 {
        text.push_str(&format!(
            "  and (city in (\"Prague\", \"Brno\", \"Place {line}\") or assets >= {}k)\n  and sum(purchase.amount where channel in (mobile, web), last {} days) > {}\n",
            number + line, 30 + line, number * 7 + line
        ));
    }
    text
}

/// As many bytes of JSON with as much structure.
fn json(bytes: usize) -> String {
    let mut text = String::from("[");
    while text.len() < bytes {
        text.push_str(
            "{\"op\":\"and\",\"field\":\"assets\",\"value\":50000,\"in\":[\"Prague\",\"Brno\"]},",
        );
    }
    text.push_str("null]");
    text
}

/// The median of the runs, in microseconds.
fn median_us(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(RUNS / 2).copied().unwrap_or(f64::NAN)
}

fn line(what: &str, bytes: usize, us: f64, baseline_us: f64) {
    println!(
        "{what:<34} {bytes:>8} bytes {us:>12.1} us {:>8.3} us/byte {:>8.1} x JSON",
        us / bytes as f64,
        us / baseline_us
    );
}

fn main() {
    let one = filter(1);
    let many: String = (0..1_000).map(filter).collect();
    let mut sources = Sources::default();
    sources.add("schema.tamis", SCHEMA);
    let schema = compile::rules(&sources);
    assert!(schema.is_sound());
    let condition = one.split_once(':').unwrap().1;
    assert!(compile::condition(&schema.rules, condition, SourceId(0)).is_ok());
    let mut whole = sources.clone();
    whole.add("rules.tamis", many.as_str());
    assert!(compile::rules(&whole).is_sound());

    for (text, what) in [
        (&one, "one filter of 20 lines"),
        (&many, "1,000 filters of 20 lines"),
    ] {
        let document = json(text.len());
        let baseline = median_us(|| {
            black_box(serde_json::from_str::<serde_json::Value>(black_box(&document)).unwrap());
        });
        let parsed = median_us(|| {
            black_box(parser::parse_items(black_box(text), SourceId(0)));
        });
        line(&format!("{what}, parsed"), text.len(), parsed, baseline);
        let checked = if text.len() == one.len() {
            median_us(|| {
                let _ = black_box(compile::condition(&schema.rules, condition, SourceId(0)));
            })
        } else {
            median_us(|| {
                black_box(compile::rules(black_box(&whole)));
            })
        };
        line("  parsed and checked", text.len(), checked, baseline);
    }
}
