//! Settings as people write them, and each way to write them wrongly.

use super::*;
use crate::base::render::render;

const WHOLE: &str = r#"
[server]
listen = "127.0.0.1:7171"

[limits]
body_bytes_max = 1_000_000
threads = 2
ranks_seconds = 90

[delivery]
hosts = ["CRM.bank.example", "127.0.0.1"]

[channel.email]
kind = "smtp"
host = "mail.bank.example"
from = "Bank <care@bank.example>"
user = "care"
password_env = "TAMIS_MAIL_PASSWORD"
per_minute_max = 600

[channel.crm]
kind = "webhook"
url = "https://crm.bank.example/tamis"
secret_env = "TAMIS_CRM_SECRET"
at_once_max = 2
retry_seconds = 5

[channel."短信"]
kind = "recorder"
"#;

fn read(text: &str) -> (Settings, String) {
    let mut sources = Sources::default();
    let (settings, found) = parse(&mut sources, "tamis.toml", text.to_owned());
    let shown = render(&sources, &found, false);
    (settings, shown)
}

#[test]
fn a_whole_file() {
    let (settings, faults) = read(WHOLE);
    assert_eq!(faults, "");
    assert_eq!(settings.listen, "127.0.0.1:7171".parse().ok());
    assert_eq!(settings.limits.body_bytes_max, Some(1_000_000));
    assert_eq!(settings.limits.requests_per_second_max, None);
    assert_eq!(settings.hosts, ["crm.bank.example", "127.0.0.1"]);
    let names: Vec<&str> = settings.channels.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["crm", "email", "短信"]);
    let email = settings.channel("email").unwrap();
    assert_eq!(email.pace.per_minute_max, Some(600));
    assert_eq!(email.pace.at_once_max, 4);
    let Carrier::Smtp(smtp) = &email.carrier else {
        panic!("no mail");
    };
    assert_eq!((smtp.port, smtp.protection), (587, Protection::Starttls));
    let crm = settings.channel("crm").unwrap();
    assert_eq!((crm.pace.at_once_max, crm.pace.retry_seconds), (2, 5));
    assert_eq!(settings.channel("短信").unwrap().carrier, Carrier::Recorder);
    assert_eq!(settings.channel("sms"), None);
}

#[test]
fn nothing_is_the_default() {
    let (settings, faults) = read("");
    assert_eq!(faults, "");
    assert_eq!(settings, Settings::default());
}

#[test]
fn every_fault_has_its_place_code_and_help() {
    let (_, faults) = read(
        r#"
colour = "red"
[server]
listen = "everywhere"
port = 7171
[limits]
threads = 0
[delivery]
hosts = ["https://crm.bank.example", "0x7f.1"]
[channel.email]
kind = "smtp"
port = 99999
tls = "none"
user = "care"
password_env = "hunter 2"
url = "https://x.example/"
[channel.crm]
kind = "webhook"
url = "http://crm.bank.example/"
[channel.sms]
kind = "pigeon"
[channel.post]
kind = "smtp"
host = "mail.bank.example"
from = "a@bank.example"
[channel.pager]
[channel.hook]
kind = "webhook"
url = "https://other.example/"
secret_env = "KEY"
retry_seconds = 100
retry_seconds_max = 10
"#,
    );
    insta::assert_snapshot!("settings_faults", faults);
}

#[test]
fn what_is_no_toml_is_refused_with_its_place() {
    let (_, faults) = read("[channel.email]\nkind = smtp\nkind = \"smtp\"\n");
    insta::assert_snapshot!("settings_no_toml", faults);
}

#[test]
fn a_password_never_travels_in_clear() {
    let (_, faults) = read(
        "[channel.email]\nkind = \"smtp\"\nhost = \"h\"\nfrom = \"a@b\"\ntls = \"none\"\nuser = \"care\"\npassword_env = \"P\"\n",
    );
    assert!(faults.contains("E705"), "{faults}");
    assert!(faults.contains("in clear"), "{faults}");
}

#[test]
fn one_file_is_found_and_two_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    let data = folder.path().join("data");
    fs::create_dir_all(&rules).unwrap();
    fs::create_dir_all(&data).unwrap();
    assert_eq!(find(None, &rules, &data).unwrap(), None);
    assert!(load(None, &rules, &data).unwrap().path.is_none());
    fs::write(data.join(FILE_NAME), WHOLE).unwrap();
    assert_eq!(
        find(None, &rules, &data).unwrap(),
        Some(data.join(FILE_NAME))
    );
    fs::write(rules.join(FILE_NAME), "").unwrap();
    let error = find(None, &rules, &data).unwrap_err();
    assert!(error.to_string().contains("--settings"), "{error}");
    let named = rules.join(FILE_NAME);
    let loaded = load(Some(&named), &rules, &data).unwrap();
    assert_eq!(loaded.settings, Settings::default());
    assert_eq!(loaded.beside("ca.pem"), rules.join("ca.pem"));
    // One folder for both is one file.
    assert_eq!(
        find(None, &rules, &rules).unwrap(),
        Some(rules.join(FILE_NAME))
    );
    let absent = load(Some(&folder.path().join("absent.toml")), &rules, &data).unwrap_err();
    assert!(absent.to_string().contains("absent.toml"), "{absent}");
}

#[test]
fn too_large_or_foreign_bytes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, vec![b'#'; limit::SETTINGS_BYTES_MAX as usize + 1]).unwrap();
    let error = load(Some(&path), folder.path(), folder.path()).unwrap_err();
    assert!(error.to_string().contains("larger than"), "{error}");
    fs::write(&path, [b'#', 0xff]).unwrap();
    let error = load(Some(&path), folder.path(), folder.path()).unwrap_err();
    assert!(error.to_string().contains("UTF-8"), "{error}");
}

#[test]
fn secrets_come_from_the_environment_alone() {
    let (settings, _) = read(WHOLE);
    let Carrier::Webhook(webhook) = &settings.channel("crm").unwrap().carrier else {
        panic!("no webhook");
    };
    let held = |name: &str| (name == "TAMIS_CRM_SECRET").then(|| "s".to_owned());
    assert_eq!(secret(&webhook.secret_env, &held).unwrap().reveal(), "s");
    let fault = secret(&webhook.secret_env, &|_| None).unwrap_err();
    assert_eq!(fault.code, codes::NO_SECRET);
    let empty = secret(&webhook.secret_env, &|_| Some(String::new())).unwrap_err();
    assert_eq!(empty.code, codes::NO_SECRET);
}

#[test]
fn the_settings_of_the_manual_are_sound() {
    let manual = include_str!("../../docs/OPERATIONS.md");
    let example = manual
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let (settings, faults) = read(example);
    assert_eq!(faults, "");
    assert_eq!(settings.channels.len(), 3);
    assert_eq!(settings.limits.threads, Some(2));
    assert_eq!(settings.limits.ranks_seconds, Some(60));
}
