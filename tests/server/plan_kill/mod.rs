//! Care plans killed without warning, while customers enter and messages go out: what was
//! acknowledged is there, everyone who came is accounted for, and each step was sent once.
//! Over real sockets to a webhook's receiver and a mail server that keep what they got.

mod account;
mod calendar;
mod checks;
mod ledger;
mod stage;
mod traffic;

use std::time::{Duration, Instant};

use crate::place::Server;

use account::Account;
use calendar::Calendar;
use checks::{Checks, Figures, figures};
use ledger::Ledger;
use stage::{PLANS, Stage};
use traffic::Life;

/// Kills in a usual run; `TAMIS_KILLS` says another number.
const KILLS: u64 = 20;
/// Days after the kills within which everything that waits must have gone out.
const DAYS_MAX: u64 = 200;
/// How long nothing may move while messages are under way.
const STILL_MAX: Duration = Duration::from_secs(120);
/// Looks at figures that do not change, 100 ms apart, until no more is waited for on one date.
const LOOKS: u32 = 15;
/// Lives of which one sends what is due before more comes.
const CALM_EVERY: u64 = 8;
/// Kills after which it is told how far it is.
const TOLD_EVERY: u64 = 25;
/// Assets that nobody has.
const NOBODY: u64 = 1_000_000_000;

fn number(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A small generator, so that each run of a number makes the same choices.
fn chance(seed: u64) -> u64 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[test]
fn each_step_is_sent_once_and_everyone_is_accounted_for() {
    let kills = number("TAMIS_KILLS", KILLS);
    // Other choices: `TAMIS_SEED`.
    let seeds = number("TAMIS_SEED", 0) * 1_000_000_000;
    let (stage, ledger) = (Stage::new(), Ledger::default());
    let (mut calendar, mut checks) = (Calendar::new(), Checks::default());
    let mut account = Account::default();
    start_plans(&stage, &calendar);
    for kill in 0..kills {
        let seed = seeds + kill * 1_000;
        calendar.go_on(seed);
        let slot = calendar.slot();
        let at = calendar.instant(slot);
        stage.set_clock(calendar.zone(), at);
        if kill % TOLD_EVERY == 0 {
            tell(kill, &stage);
        }
        if chance(seed + 3).is_multiple_of(4) {
            // While it comes up; once more after that, at the same time.
            stage.serve_for(Duration::from_millis(chance(seed + 4) % 600));
            stage.drain();
            account.note(&stage, slot);
        }
        account.silences += stage.misbehave(seed);
        let server = stage.serve();
        let stream = checks.all(&server, &ledger, &calendar, at);
        if kill % CALM_EVERY == CALM_EVERY - 1 {
            // So that what waits does not become ever more.
            go_through(&server);
        }
        let life = Life {
            stage: &stage,
            ledger: &ledger,
            zone: calendar.zone(),
            at,
            seed,
        };
        life.run(server);
        checks.read_to_end(stream);
        stage.drain();
        account.note(&stage, slot);
    }
    finish(&stage, &ledger, &mut calendar, &mut checks, &mut account);
    account.settle(&stage, &calendar);
    tell(kills, &stage);
}

/// For whoever runs many.
#[expect(clippy::print_stderr, reason = "a long run says how far it is")]
fn tell(kill: u64, stage: &Stage) {
    let (hooks, mails) = (stage.hooks.requests_so_far(), stage.mails.mails_so_far());
    eprintln!("{kill} kills, {hooks} requests, {mails} mails");
}

fn start_plans(stage: &Stage, calendar: &Calendar) {
    stage.set_clock(calendar.zone(), calendar.instant(calendar.slot()));
    let server = stage.serve();
    for plan in PLANS {
        let started = server.ask("POST", &format!("/v1/care/{plan}/start"), &[], b"");
        assert_eq!(started.status, 200, "{}", started.text());
    }
    server.kill();
}

/// Nobody enters any more; day by day everything goes out that waits.
fn finish(
    stage: &Stage,
    ledger: &Ledger,
    calendar: &mut Calendar,
    checks: &mut Checks,
    account: &mut Account,
) {
    stage.bound(NOBODY, NOBODY);
    for day in 0..DAYS_MAX {
        calendar.go_to_morning();
        let slot = calendar.slot();
        let at = calendar.instant(slot);
        stage.set_clock(calendar.zone(), at);
        let server = stage.serve();
        drop(checks.all(&server, ledger, calendar, at));
        if day == 0 {
            let before = checks::events(&server);
            ledger.send_again(&server, before);
        }
        let waiting = go_through(&server);
        server.stop();
        stage.drain();
        account.note(stage, slot);
        if waiting == 0 {
            return;
        }
    }
    panic!("something waits for ever");
}

/// Until nothing moves any more; how much waits for another date.
fn go_through(server: &Server) -> u64 {
    let mut limit = Instant::now() + STILL_MAX;
    let (mut last, mut looks) = (None, 0);
    loop {
        let all = figures(server);
        let of = |figures: &Figures, word: &str| figures.messages.get(word).copied().unwrap_or(0);
        let sum = |of: &dyn Fn(&Figures) -> u64| all.values().map(of).sum::<u64>();
        let started = sum(&|figures| of(figures, "under_way"));
        let waiting = sum(&|figures| figures.active + of(figures, "waiting"));
        let now = (started, waiting);
        looks = if last == Some(now) && started == 0 {
            looks + 1
        } else {
            0
        };
        if last.replace(now) != Some(now) {
            limit = Instant::now() + STILL_MAX;
        }
        if looks >= LOOKS || now == (0, 0) {
            return waiting;
        }
        assert!(Instant::now() < limit, "no end of the day: {all:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
