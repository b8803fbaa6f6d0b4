//! One real file in every dress that files have: people of the bundled bank, their Czech names and
//! addresses.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::*;
use crate::ingest::text::encoded;
use crate::language::typed::{Delimiter, Format};

/// Names and rows of the file.
struct People {
    names: Vec<String>,
    rows: Vec<String>,
}

impl People {
    fn read() -> Self {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/rules/bank/synthetic_people.csv.gz"
        );
        let mut text = String::new();
        MultiGzDecoder::new(std::fs::File::open(path).unwrap())
            .read_to_string(&mut text)
            .unwrap();
        let mut lines = text.lines();
        Self {
            names: lines
                .next()
                .unwrap()
                .split(';')
                .map(str::to_owned)
                .collect(),
            rows: lines.take(1_200).map(str::to_owned).collect(),
        }
    }

    /// As a text with that delimiter and line end.
    fn dressed(&self, sign: &str, end: &str, has_header: bool, quotes: bool) -> String {
        let first = has_header.then(|| self.names.join(";"));
        let lines = first.into_iter().chain(self.rows.iter().cloned());
        let dressed = lines.map(|line| {
            let fields = line
                .split(';')
                .map(|field| match quotes || field.contains(sign) {
                    true => format!("\"{field}\""),
                    false => field.to_owned(),
                });
            fields.collect::<Vec<_>>().join(sign) + end
        });
        dressed.collect()
    }
}

/// A source of people by id and name.
fn source_of(delimiter: Delimiter, header: Option<&[String]>, encoding: &str) -> SourceFile {
    let mut file = source("people", "people.csv", "client name address manager");
    file.format = Format::Csv {
        delimiter,
        quote: Some(b'"'),
        header: header.map(<[String]>::to_vec),
        encoding: encoding.to_owned(),
    };
    let target = RouteTarget::Customer {
        id: column(0),
        since: None,
        fields: vec![(AttributeId(0), column(1))],
    };
    file.routes = vec![route(target, None)];
    file
}

/// Ids with their names.
fn known(bank: &Bank) -> Vec<(String, String)> {
    let snapshot = bank.snapshot();
    (0..snapshot.rows())
        .map(|row| {
            let name = snapshot.person(row).attributes[0].clone();
            (snapshot.id(row).to_owned(), format!("{name:?}"))
        })
        .collect()
}

#[test]
fn a_real_file_comes_to_the_same_in_every_dress() {
    let people = People::read();
    let found = Delimiter::Found;
    let names = Some(people.names.as_slice());
    let mark = |text: String| format!("\u{feff}{text}");
    let plain = people.dressed(";", "\n", true, false);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(plain.as_bytes()).unwrap();
    let dresses = [
        (source_of(found, None, "utf-8"), plain.clone().into_bytes()),
        (source_of(found, None, "utf-8"), packed.finish().unwrap()),
        (
            source_of(found, None, "utf-8"),
            mark(people.dressed(",", "\r\n", true, true)).into_bytes(),
        ),
        (
            source_of(Delimiter::Character(b'\t'), None, "utf-8"),
            people.dressed("\t", "\r", true, false).into_bytes(),
        ),
        (
            source_of(Delimiter::Character(b'|'), names, "gb18030"),
            encoded(&people.dressed("|", "\n", false, true), "gb18030"),
        ),
        (
            source_of(found, names, "utf-16be"),
            encoded(&people.dressed(",", "\n", false, false), "utf-16be"),
        ),
        (
            source_of(found, None, "utf-8"),
            encoded(&mark(people.dressed(";", "\r\n", true, true)), "utf-16le"),
        ),
        (
            source_of(found, None, "windows-1250"),
            encoded(&plain, "windows-1250"),
        ),
    ];
    let mut first = None;
    for (at, (file, bytes)) in dresses.into_iter().enumerate() {
        let bank = Bank::new(vec![file]);
        bank.write("people.csv", bytes);
        let report = bank.import().unwrap().remove(0);
        assert_eq!(counts(&report), [1_200, 0, 0, 0], "dress {at}: {report:?}");
        let people = known(&bank);
        assert!(
            *first.get_or_insert_with(|| people.clone()) == people,
            "dress {at}"
        );
    }
    let first = first.unwrap();
    assert!(first.iter().any(|(_, name)| name.contains("Čechová")));
}
