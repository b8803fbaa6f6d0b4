//! The server's rules, its receivers, and its clock, set anew before each life.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use tamis::base::calendar::{Instant, Zone};

use crate::place::{Place, Server};
use crate::receivers::http::{Answer, Receiver};
use crate::receivers::smtp::{Fault, MailServer};

use super::chance;

/// Attempts of one channel at the same time: so many may be broken off by one kill.
pub const AT_ONCE: usize = 4;
/// Messages to one customer on one date, of all plans.
pub const CUSTOMER_LIMIT: usize = 2;
/// Entries into `spend` and `daily` on one date.
pub const DAY_LIMIT: u64 = 40;
/// Bytes of a text that every message carries, so that one round is many batches.
const ABOUT_BYTES: usize = 700;

const RULES: &str = r#"
customer {
  mail: text, sensitive, as email
  agrees: bool, as consent
  silent: bool, as do_not_contact
  assets: money
  about: text
}
event purchase { amount: money }
event complaint { topic: text }

filter rich: assets >= 1000
filter buyers: count(purchase, last 10 days) >= 2

care welcome {
  for     buyers
  when    enters
  once    per 2 days
  limit   2 per customer per 1 day
  quiet   21:00 to 08:00
  holdout 20%
  step greet:  send crm "hook"
  step pause:  30 minutes
  step letter: send email "mail"
}
care spend {
  for     spenders
  exclude any(complaint, last 2 days)
  when    enters
  including rule changes
  limit   40 per day, 2 per customer per 1 day
  quiet   21:00 to 08:00
  holdout 10%
  step letter: send email "mail"
  step mark:   tag "spender"
  step note:   send crm "hook"
}
care sorry {
  for     assets >= 0
  when    after event complaint
  limit   2 per customer per 1 day
  quiet   21:00 to 08:00
  holdout 10%
  step call: send crm "hook"
  step work: task desk "call"
}
care daily {
  for     daily_audience
  when    every day at 09:30
  once    per 4 days
  limit   40 per day, 2 per customer per 1 day
  quiet   21:00 to 08:00
  holdout 10%
  step hook: send crm "hook"
}
"#;

/// The plans of the rules.
pub const PLANS: [&str; 4] = ["welcome", "spend", "sorry", "daily"];

/// The step and the channel of each message of a plan.
pub fn messages_of(plan: &str) -> &'static [(&'static str, &'static str)] {
    match plan {
        "welcome" => &[("greet", "crm"), ("letter", "email")],
        "spend" => &[("letter", "email"), ("note", "crm")],
        "sorry" => &[("call", "crm")],
        "daily" => &[("hook", "crm")],
        _ => &[],
    }
}

/// Everything around the server.
pub struct Stage {
    pub place: Place,
    pub hooks: Receiver,
    pub mails: MailServer,
}

impl Stage {
    pub fn new() -> Self {
        let (hooks, mails) = (Receiver::start(), MailServer::start());
        let place = Place::with(RULES).knowing("TAMIS_TEST_SECRET", "secret");
        let rules = place.rules();
        fs::create_dir(rules.join("templates")).unwrap();
        let text = "Subject: To {{ id }}\n\n{{ about }}\n";
        fs::write(rules.join("templates/hook.txt"), text).unwrap();
        fs::write(rules.join("templates/mail.txt"), text).unwrap();
        let pace = format!(
            "at_once_max = {AT_ONCE}\nattempts_max = 100\nattempt_seconds_max = 30\nretry_seconds = 1\nretry_seconds_max = 1\n"
        );
        let settings = format!(
            "[delivery]\nhosts = [\"127.0.0.1\"]\n[channel.crm]\nkind = \"webhook\"\nurl = \"{}\"\nsecret_env = \"TAMIS_TEST_SECRET\"\n{pace}\
             [channel.email]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"Bank <care@bank.example>\"\n{pace}",
            hooks.url(),
            mails.address().port()
        );
        fs::write(rules.join("tamis.toml"), settings).unwrap();
        let stage = Self {
            place,
            hooks,
            mails,
        };
        stage.bound(100, 0);
        stage
    }

    /// The clock of the next life.
    pub fn set_clock(&self, zone: &Zone, at: Instant) {
        let local = zone.format(at);
        // Without the offset.
        let text = format!(
            "settings {{ time_zone \"Asia/Shanghai\"  clock starts {} }}\n",
            &local[..19]
        );
        fs::write(self.place.rules().join("settings.tamis"), text).unwrap();
    }

    /// What is changed while the server runs: from which sum on one is a spender, and from
    /// which assets on a buyer is turned to daily.
    pub fn bound(&self, spenders: u64, daily: u64) {
        let text = format!(
            "filter spenders: sum(purchase.amount, last 3 days) > {spenders}\n\
             filter daily_audience: buyers and assets >= {daily}\n"
        );
        fs::write(self.place.rules().join("bounds.tamis"), text).unwrap();
    }

    /// A file that is refused.
    pub fn break_rules(&self) {
        let text = "filter spenders: sum(purchase.amout) >\n";
        fs::write(self.place.rules().join("bounds.tamis"), text).unwrap();
    }

    pub fn serve(&self) -> Server {
        self.place.serve()
    }

    /// A life that ends before it or someone else knows how far it came.
    pub fn serve_for(&self, pause: Duration) {
        let arguments = ["serve", "--listen", "127.0.0.1:0"];
        let mut child = self
            .place
            .command(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(pause);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Waits until the receivers have recorded the last word of a server that has ended.
    pub fn drain(&self) {
        self.hooks.drain();
        self.mails.drain();
    }

    /// What goes wrong at the receivers in the life that comes. How often a mail is taken and
    /// the sender cannot know.
    pub fn misbehave(&self, seed: u64) -> usize {
        let wait = [0, 0, 2, 20][usize::try_from(chance(seed) % 4).unwrap()];
        self.hooks
            .otherwise(Answer::After(Duration::from_millis(wait)));
        if chance(seed + 1).is_multiple_of(3) {
            let busy = || Answer::Status(503, Vec::new());
            self.hooks.then([busy(), Answer::Die, busy()]);
        }
        if chance(seed + 2).is_multiple_of(4) {
            let faults = [Fault::Text(451), Fault::DieAfterText, Fault::DieBeforeText];
            self.mails.then(faults);
            return 1;
        }
        0
    }
}

/// A customer as a line. One in twenty has no address, consent or wish to be left alone each.
pub fn customer(number: u64) -> String {
    let dice = chance(number) % 20;
    let mail = match dice {
        0 => "null".to_owned(),
        _ => format!("\"{}@example.org\"", id(number)),
    };
    let (agrees, silent) = (dice != 1, dice == 2);
    let about = "x".repeat(ABOUT_BYTES);
    format!(
        "{{\"id\":\"{}\",\"mail\":{mail},\"agrees\":{agrees},\"silent\":{silent},\"assets\":\"10\",\"about\":\"{about}\"}}\n",
        id(number)
    )
}

pub fn id(number: u64) -> String {
    format!("c{number}")
}
