//! Mails over SMTP: what arrives, and what each fault leads to.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::outbox::entry;
use crate::receivers::smtp::{Fault, MailServer, USER, authority};
use crate::stage::{Stage, kinds, reason};

/// Plain, one attempt at a time, quick repeats.
pub fn settings(address: SocketAddr, more: &str) -> String {
    format!(
        "[channel.email]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"Bank <care@bank.example>\"\nretry_seconds = 1\nretry_seconds_max = 1\nattempt_seconds_max = 2\n{more}\n",
        address.port()
    )
}

#[test]
fn a_mail_arrives_as_it_was_written() {
    let server = MailServer::start();
    let stage = Stage::new(&settings(
        server.address(),
        "reply_to = \"answers@bank.example\"",
    ));
    let mut both = entry(2, "email");
    both.template = "page".to_owned();
    let results = stage.send([entry(1, "email"), both]);
    assert_eq!(kinds(&results), ["delivered", "delivered"]);
    let mails = server.mails();
    let mail = mails
        .iter()
        .find(|mail| mail.to == ["c1@example.org"])
        .unwrap();
    assert_eq!(mail.from, "care@bank.example");
    assert_eq!(mail.header("From"), "Bank <care@bank.example>");
    assert_eq!(mail.header("Reply-To"), "answers@bank.example");
    assert_eq!(mail.header("To"), "c1@example.org");
    assert_eq!(
        mail.header("Message-ID"),
        format!("<{}@bank.example>", entry(1, "email").key)
    );
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Date").ends_with("+0000"), "{}", mail.text);
    assert!(mail.header("Subject").contains("=?utf-8?"), "{}", mail.text);
    // A line that is a single dot, and letters beyond ASCII, come through.
    let text = mail.text.replace("=\r\n", "");
    assert!(
        text.contains("You hold 12.50.\r\n.\r\nA dot alone"),
        "{text}"
    );
    assert!(text.contains("=C3=BCn=C3=AFc=C3=B6d=C3=A9"), "{text}");
    let both = mails
        .iter()
        .find(|mail| mail.to == ["c2@example.org"])
        .unwrap();
    assert!(
        both.header("Content-Type")
            .starts_with("multipart/alternative")
    );
    assert!(both.text.contains("text/html"));
}

#[test]
fn a_protected_server_sees_no_word_in_clear() {
    let server = MailServer::start_protected();
    let stage = Stage::new(&format!(
        "[channel.email]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\nfrom = \"care@bank.example\"\nuser = \"{USER}\"\npassword_env = \"MAIL_PASSWORD\"\ncertificates = \"{}\"\nretry_seconds = 1\n",
        server.address().port(),
        authority().display()
    ));
    let results = stage.send([entry(1, "email")]);
    assert_eq!(kinds(&results), ["delivered"], "{results:?}");
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.logins(), 1);
}

#[test]
fn an_unknown_authority_or_a_missing_protection_ends_before_anything_is_said() {
    let protected = MailServer::start_protected();
    let plain = MailServer::start();
    for address in [protected.address(), plain.address()] {
        let stage = Stage::new(&format!(
            "[channel.email]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\nfrom = \"care@bank.example\"\nattempts_max = 1\nuser = \"{USER}\"\npassword_env = \"MAIL_PASSWORD\"\n",
            address.port()
        ));
        let results = stage.send([entry(1, "email")]);
        assert_eq!(kinds(&results), ["dead"]);
    }
    assert!(protected.mails().is_empty() && plain.mails().is_empty());
    assert_eq!(protected.logins() + plain.logins(), 0);
}

#[test]
fn a_wrong_password_may_be_mended_and_loses_nothing() {
    let server = MailServer::start_protected();
    let stage = Stage::new(&format!(
        "[channel.email]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\nfrom = \"care@bank.example\"\nattempts_max = 2\nretry_seconds = 1\nuser = \"{USER}\"\npassword_env = \"WRONG_PASSWORD\"\ncertificates = \"{}\"\n",
        server.address().port(),
        authority().display()
    ));
    let results = stage.send([entry(1, "email")]);
    assert_eq!(kinds(&results), ["failed", "dead"]);
    assert!(reason(&results[0]).contains("535"), "{results:?}");
    assert!(!format!("{results:?}").contains("open"), "{results:?}");
    assert!(server.mails().is_empty());
}

#[test]
fn a_server_that_is_down_is_tried_again() {
    let gone = MailServer::start();
    let address = gone.address();
    gone.close();
    let stage = Stage::new(&settings(address, ""));
    stage.outbox.add([entry(1, "email")]);
    let courier = stage.start();
    crate::receivers::wait_until("a failed attempt", || !stage.outbox.told().is_empty());
    let server = MailServer::start_at(address, false);
    stage.wait();
    drop(courier);
    let results = stage.outbox.results();
    assert_eq!(
        results.first().map(reason).map(|r| r.contains("refused")),
        Some(true),
        "{results:?}"
    );
    assert_eq!(kinds(&results).last(), Some(&"delivered"));
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn faults_that_pass_are_tried_again_and_arrive_once() {
    for fault in [
        Fault::Greeting(421),
        Fault::Greeting(554),
        Fault::NeverGreet,
        Fault::Receiver(450),
        Fault::Receiver(451),
        Fault::Text(452),
        Fault::DieBeforeText,
    ] {
        let server = MailServer::start();
        server.then([fault]);
        let stage = Stage::new(&settings(server.address(), ""));
        let results = stage.send([entry(1, "email")]);
        assert_eq!(
            kinds(&results),
            ["failed", "delivered"],
            "{fault:?}: {results:?}"
        );
        assert_eq!(server.mails().len(), 1, "{fault:?}");
    }
}

#[test]
fn what_is_refused_for_good_bounces_and_the_next_goes_through() {
    for fault in [Fault::Receiver(550), Fault::Receiver(553), Fault::Text(554)] {
        let server = MailServer::start();
        server.then([fault]);
        let stage = Stage::new(&settings(server.address(), "at_once_max = 1"));
        let results = stage.send([entry(1, "email"), entry(2, "email")]);
        let mut found = kinds(&results);
        found.sort_unstable();
        assert_eq!(found, ["bounced", "delivered"], "{fault:?}");
        let bounced = results
            .iter()
            .find(|result| !reason(result).is_empty())
            .unwrap();
        assert!(!reason(bounced).contains("example.org"), "{bounced:?}");
        // After a refused address the same conversation carries the next.
        let conversations = if matches!(fault, Fault::Text(_)) {
            2
        } else {
            1
        };
        assert!(server.connections() <= conversations, "{fault:?}");
    }
}

#[test]
fn what_may_have_gone_out_is_uncertain_and_never_repeated() {
    for fault in [Fault::DieAfterText, Fault::HangAfterText] {
        let server = MailServer::start();
        server.then([fault]);
        let stage = Stage::new(&settings(server.address(), "at_once_max = 1"));
        let results = stage.send([entry(1, "email"), entry(2, "email")]);
        let mut found = kinds(&results);
        found.sort_unstable();
        assert_eq!(found, ["delivered", "uncertain"], "{fault:?}: {results:?}");
        assert_eq!(server.mails().len(), 2, "{fault:?}");
        let to: BTreeSet<_> = server.mails().into_iter().map(|mail| mail.to).collect();
        assert_eq!(to.len(), 2, "{fault:?}");
    }
}

#[test]
fn what_cannot_be_sent_never_reaches_the_server() {
    let server = MailServer::start();
    let stage = Stage::new(&settings(server.address(), ""));
    let mut homeless = entry(1, "email");
    homeless.address = None;
    let mut blank = entry(2, "email");
    blank.address = Some("  ".to_owned());
    let mut malformed = entry(3, "email");
    malformed.address = Some("a@b.example, all@bank.example".to_owned());
    let mut broken = entry(4, "email");
    broken.address = Some("a@b.example\r\nBcc: all@bank.example".to_owned());
    let mut nameless = entry(5, "email");
    nameless.values.remove("name");
    let mut unknown = entry(6, "email");
    unknown.template = "absent".to_owned();
    let results = stage.send([homeless, blank, malformed, broken, nameless, unknown]);
    assert_eq!(kinds(&results), vec!["dead"; 6]);
    let reasons: BTreeSet<&str> = results.iter().map(reason).collect();
    let wanted = [
        "no address",
        "template `hello`: the value `name` is missing",
        "the address is none",
        "there is no template `absent`",
    ];
    assert_eq!(reasons, BTreeSet::from(wanted));
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_conversation_is_used_again() {
    let server = MailServer::start();
    let stage = Stage::new(&settings(server.address(), "at_once_max = 2"));
    let results = stage.send((0..40).map(|row| entry(row, "email")));
    assert_eq!(kinds(&results), vec!["delivered"; 40]);
    assert_eq!(server.mails().len(), 40);
    assert!(server.connections() <= 2, "{}", server.connections());
}
