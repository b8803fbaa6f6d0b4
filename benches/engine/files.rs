//! The made-up world as CSV files that Tamis and DuckDB both read.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use tamis::base::calendar::Date;

use super::world::{self, FieldValue};

/// Names of event types and their columns, in the order of the rules.
pub const EVENTS: [(&str, &[&str]); 10] = [
    ("purchase", &["amount", "channel", "product"]),
    ("login", &["device"]),
    ("transfer", &["amount", "outgoing"]),
    ("withdrawal", &["amount"]),
    ("deposit", &["amount"]),
    ("call", &["seconds", "topic"]),
    ("visit", &["branch"]),
    ("campaign", &["name", "opened"]),
    ("complaint", &["topic", "severity"]),
    ("repayment", &["amount", "days_late"]),
];
/// Words of a channel.
pub const CHANNELS: [&str; 3] = ["web", "app", "branch"];
/// Words of a device.
pub const DEVICES: [&str; 3] = ["phone", "tablet", "desktop"];

/// How the files become facts; beside the rules. Tags lie in no cell of a flat file.
pub fn sources() -> String {
    sources_with(&|event, fields| {
        format!(
            "source {event}s \"{event}.csv\" {{\n  format csv\n  missing \"\"\n  event {event} {{ customer = customer  at = time(at, \"yyyy-MM-dd HH:mm:ss\")  {fields} }}\n}}\n"
        )
    })
}

/// The same with events from elsewhere, given the name of an event type and the assignments of its fields.
pub fn sources_with(of_event: &dyn Fn(&str, &str) -> String) -> String {
    let mut text = String::from(
        "source customers \"customer.csv\" {\n  format csv\n  missing \"\"\n  customer { id = id  gender = gender  city = city  age = age  income = income\n    assets = assets  risk = risk  opened_on = opened_on  agrees = agrees = \"true\"  vip = vip = \"true\"\n    newsletter = newsletter = \"true\"  blocked = blocked = \"true\" }\n}\n",
    );
    for relation in ["referrer", "guarantor"] {
        text.push_str(&format!(
            "source {relation}s \"{relation}.csv\" {{\n  format csv\n  relation {relation} {{ from = source  to = target }}\n}}\n"
        ));
    }
    for (event, fields) in EVENTS {
        let fields: Vec<String> = fields
            .iter()
            .map(|field| match *field {
                flag @ ("outgoing" | "opened") => format!("{flag} = {flag} = \"true\""),
                other => format!("{other} = {other}"),
            })
            .collect();
        text.push_str(&of_event(event, &fields.join("  ")));
    }
    text
}

fn file(folder: &Path, name: &str, header: &str) -> BufWriter<File> {
    let file = File::create(folder.join(format!("{name}.csv"))).unwrap();
    let mut file = BufWriter::with_capacity(1 << 20, file);
    writeln!(file, "{header}").unwrap();
    file
}

/// Writes all files; gives how many events there are.
pub fn write(folder: &Path, customers: u32) -> u64 {
    write_customers(folder, customers);
    write_events(folder, customers)
}

fn write_customers(folder: &Path, customers: u32) {
    let mut out = file(
        folder,
        "customer",
        "id,gender,city,age,income,assets,risk,opened_on,agrees,vip,newsletter,blocked,tags",
    );
    let relations = ["referrer", "guarantor"];
    let mut edges = relations.map(|name| file(folder, name, "source,target"));
    for number in 0..customers {
        let of = world::customer(number, customers);
        let gender = ["female", "male"][usize::from(of.gender)];
        write!(out, "{number},{gender},C{},{},", of.city, of.age).unwrap();
        if let Some(income) = of.income {
            write!(out, "{}.{:02}", income / 100, income % 100).unwrap();
        }
        write!(out, ",{}.{:02},", of.assets / 100, of.assets % 100).unwrap();
        if let Some(risk) = of.risk {
            write!(out, "{risk}").unwrap();
        }
        let (year, month, day) = Date(of.opened_on).ymd();
        write!(out, ",{year}-{month:02}-{day:02}").unwrap();
        for mark in of.marks {
            write!(out, ",{mark}").unwrap();
        }
        let tags = (0..world::TAGS).filter(|tag| of.tags >> tag & 1 == 1);
        let tags: Vec<String> = tags.map(|tag| format!("t{tag}")).collect();
        writeln!(out, ",{}", tags.join("|")).unwrap();
        for (edge, to) in edges.iter_mut().zip([of.referrer, of.guarantor]) {
            if let Some(to) = to {
                writeln!(edge, "{number},{to}").unwrap();
            }
        }
    }
    out.flush().unwrap();
    edges.iter_mut().for_each(|edge| edge.flush().unwrap());
}

fn write_events(folder: &Path, customers: u32) -> u64 {
    let mut outs = EVENTS
        .map(|(name, fields)| file(folder, name, &format!("customer,at,{}", fields.join(","))));
    // Dates are written millions of times: each once as text.
    let first = world::TODAY - world::DAYS;
    let dates: Vec<String> = (first..=world::TODAY + 1)
        .map(|day| {
            let (year, month, day) = Date(day).ymd();
            format!("{year}-{month:02}-{day:02}")
        })
        .collect();
    let mut count = 0;
    let mut line = Vec::with_capacity(100);
    for number in 0..customers {
        let prefix = format!("{number},");
        for event in world::events(number) {
            line.clear();
            line.extend_from_slice(prefix.as_bytes());
            let day = event.at.div_euclid(86_400) - i64::from(first);
            line.extend_from_slice(dates[day as usize].as_bytes());
            let second = event.at.rem_euclid(86_400);
            for (mark, part) in [
                (b' ', second / 3_600),
                (b':', second / 60 % 60),
                (b':', second % 60),
            ] {
                line.extend_from_slice(&[mark, b'0' + (part / 10) as u8, b'0' + (part % 10) as u8]);
            }
            let (name, fields) = EVENTS[event.kind];
            for (value, _) in event.fields.iter().zip(fields) {
                line.push(b',');
                field(&mut line, name, *value);
            }
            line.push(b'\n');
            outs[event.kind].write_all(&line).unwrap();
            count += 1;
        }
    }
    outs.iter_mut().for_each(|out| out.flush().unwrap());
    count
}

fn field(line: &mut Vec<u8>, event: &str, value: FieldValue) {
    match value {
        FieldValue::Money(cents) => write!(line, "{}.{:02}", cents / 100, cents % 100).unwrap(),
        FieldValue::Int(number) => write!(line, "{number}").unwrap(),
        FieldValue::Flag(flag) => write!(line, "{flag}").unwrap(),
        FieldValue::Choice(choice) => {
            let words = if event == "login" { DEVICES } else { CHANNELS };
            line.extend_from_slice(words[usize::from(choice)].as_bytes());
        }
        FieldValue::Word(letter, at) => write!(line, "{letter}{at}").unwrap(),
        FieldValue::Nothing => {}
    }
}

/// What DuckDB is told to make tables of the files; the customers of a table lie in their order.
pub fn load_sql(folder: &Path) -> Vec<String> {
    let path = |name: &str| folder.join(format!("{name}.csv")).display().to_string();
    let mut all = vec![format!(
        "create table customer as select * replace (case when tags is null then [] else string_split(tags, '|') end as tags)
         from read_csv('{}', header=true, columns={{'id':'BIGINT','gender':'VARCHAR','city':'VARCHAR','age':'INTEGER',
         'income':'DECIMAL(12,2)','assets':'DECIMAL(12,2)','risk':'DOUBLE','opened_on':'DATE','agrees':'BOOLEAN',
         'vip':'BOOLEAN','newsletter':'BOOLEAN','blocked':'BOOLEAN','tags':'VARCHAR'}})",
        path("customer")
    )];
    for relation in ["referrer", "guarantor"] {
        all.push(format!(
            "create table {relation} as select * from read_csv('{}', header=true, columns={{'source':'BIGINT','target':'BIGINT'}})",
            path(relation)
        ));
    }
    for (event, fields) in EVENTS {
        let fields: String = fields
            .iter()
            .map(|field| {
                let kind = match *field {
                    "amount" => "DECIMAL(12,2)",
                    "outgoing" | "opened" => "BOOLEAN",
                    "seconds" | "severity" | "days_late" => "INTEGER",
                    _ => "VARCHAR",
                };
                format!(",'{field}':'{kind}'")
            })
            .collect();
        all.push(format!(
            "create table {event} as select * from read_csv('{}', header=true, columns={{'customer':'BIGINT','ts':'TIMESTAMP'{fields}}})",
            path(event)
        ));
    }
    all
}
