//! The small bank of `bank/`: examples are checked over it, asked of it in both tongues, and read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tamis::base::calendar::Zone;
use tamis::base::clock::Clock;
use tamis::base::diagnostic::Diagnostic;
use tamis::base::kind::Kind;
use tamis::base::render::render;
use tamis::base::source::Sources;
use tamis::base::span::SourceId;
use tamis::base::value::Value;
use tamis::columns::Snapshot;
use tamis::engine::RunOptions;
use tamis::ingest::{self, Files};
use tamis::language::layout;
use tamis::language::lexicon::Lexicon;
use tamis::language::printer;
use tamis::language::reading::{self, Rule};
use tamis::language::words::Tongue;
use tamis::live::moment::{AskError, Moment};
use tamis::live::question::Question;
use tamis::rules::{Loaded, load_texts};
use tamis::store::Store;

/// The bank with its facts.
pub struct Fixture {
    moment: Moment,
    text: String,
    _store: Store,
    _folder: tempfile::TempDir,
}

/// An expression in both tongues, and in their words.
pub struct Said {
    pub english: String,
    pub chinese: String,
    pub words: BTreeMap<Tongue, String>,
}

/// What each customer has; a report's lines as they are drawn.
type Answers = Vec<Vec<Option<Value>>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/bank")
}

fn drawn(sources: &Sources, found: &[Diagnostic]) -> String {
    render(sources, found, false)
}

fn sound(texts: BTreeMap<String, String>) -> Loaded {
    let shown = texts.values().last().cloned().unwrap_or_default();
    let loaded = load_texts(texts);
    let all = drawn(&loaded.sources, &loaded.diagnostics);
    assert!(loaded.is_sound(), "{all}\n{shown}");
    loaded
}

impl Fixture {
    pub fn new() -> Self {
        let text = std::fs::read_to_string(folder().join("bank.tamis")).unwrap();
        let loaded = sound(BTreeMap::from([("bank.tamis".to_owned(), text.clone())]));
        assert!(
            loaded.diagnostics.is_empty(),
            "{}",
            drawn(&loaded.sources, &loaded.diagnostics)
        );
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path(), &loaded.rules.schema).unwrap();
        let files = Files {
            rules: folder(),
            rejects: data.path().join("rejects"),
            ..Files::default()
        };
        let (store, reports) = ingest::import(store, &loaded.rules, &files, &|_| {}).unwrap();
        assert!(!reports.is_empty());
        assert!(!files.rejects.exists(), "a fact of the fixture was refused");
        let settings = &loaded.rules.schema.settings;
        let zone = Zone::load(&settings.time_zone).unwrap();
        let now = Clock::new(settings.clock_starts).now();
        let snapshot = Snapshot::from_store(&store, &loaded.rules.schema, zone).unwrap();
        Self {
            moment: Moment::new(loaded.sources, loaded.rules, snapshot, now),
            text,
            _store: store,
            _folder: data,
        }
    }

    /// Checks an expression, asks it in both tongues, and reads it.
    pub fn expression(&self, text: &str) -> Said {
        let typed = self.typed(text);
        let rules = &self.moment.rules;
        let asked = answers(&self.moment, text);
        let names = Lexicon::of_rules(rules);
        let lay = |text: &str, tongue| match layout::expression(
            text,
            SourceId(0),
            &names,
            Some(tongue),
        ) {
            Ok(text) => text,
            Err(faults) => panic!("{text}\n{faults:?}"),
        };
        let english = lay(text, Tongue::English);
        let chinese = lay(text, Tongue::Chinese);
        assert_eq!(lay(&chinese, Tongue::English), english, "{chinese}");
        assert_eq!(answers(&self.moment, &chinese), asked, "{chinese}");
        // With labels where that is still the same; a label alone does not say that a kind is widened.
        let labelled = printer::typed(rules, None, &typed, Tongue::Chinese);
        let again = self.typed(&labelled);
        let same = again.kind == typed.kind && answers(&self.moment, &labelled) == asked;
        let said = Said {
            english,
            chinese: if same { labelled } else { chinese },
            words: Tongue::BOTH
                .into_iter()
                .map(|tongue| (tongue, reading::expression(rules, &typed, tongue)))
                .collect(),
        };
        if typed.kind == Kind::Bool {
            count(&self.moment, text);
        }
        said
    }

    /// An expression in canonical English and in the words of both tongues, if it has no fault.
    pub fn read(&self, text: &str) -> Option<(String, [String; 2])> {
        let typed = self.moment.any_expression(text).ok()?;
        let rules = &self.moment.rules;
        let words = Tongue::BOTH.map(|tongue| reading::expression(rules, &typed, tongue));
        let print = printer::typed(rules, None, &typed, Tongue::English);
        Some((print, words))
    }

    fn typed(&self, text: &str) -> tamis::language::typed::Typed {
        match self.moment.any_expression(text) {
            Ok(typed) => typed,
            Err(error) => panic!("{text}\n{}", told(&error)),
        }
    }

    /// Checks an expression that only a source may hold: as the occupation of someone.
    pub fn in_source(&self, expression: &str) {
        let text = format!(
            "customer {{ occupation: text }}\nsource people \"people.csv\" {{ format csv  customer {{ id = id  occupation = {expression} }} }}\n"
        );
        sound(BTreeMap::from([("alone.tamis".to_owned(), text)]));
    }

    /// Checks items that declare all they need; prints them in the other tongue and back.
    pub fn alone(&self, items: &str) {
        for text in [items.to_owned()]
            .into_iter()
            .chain(in_both(items, &Lexicon::default()))
        {
            sound(BTreeMap::from([("alone.tamis".to_owned(), text)]));
        }
    }

    /// Checks items beside those of the bank, asks every rule among them in both tongues, and reads them.
    pub fn items(&self, items: &str) -> BTreeMap<Tongue, String> {
        let names = Lexicon::of_rules(&self.moment.rules);
        let [english, chinese] = in_both(items, &names);
        let mut words = BTreeMap::new();
        let mut asked = Vec::new();
        for text in [items, &english, &chinese] {
            let moment = self.beside(text);
            let rules = new_rules(&moment);
            assert!(!rules.is_empty(), "no rule: {text}");
            for tongue in Tongue::BOTH {
                let read = rules
                    .iter()
                    .map(|rule| reading::rule(&moment.rules, *rule, tongue));
                words.insert(tongue, read.collect::<String>());
            }
            asked.push(rules_answered(&moment, &rules));
        }
        assert_eq!(asked[0], asked[1], "{english}");
        assert_eq!(asked[0], asked[2], "{chinese}");
        words
    }

    fn beside(&self, items: &str) -> Moment {
        let loaded = sound(BTreeMap::from([
            ("bank.tamis".to_owned(), self.text.clone()),
            ("example.tamis".to_owned(), items.to_owned()),
        ]));
        let snapshot = self.moment.snapshot.as_ref().clone();
        Moment::new(loaded.sources, loaded.rules, snapshot, self.moment.now)
    }
}

/// Items in the words of English and of Chinese; each tongue's text leads back to the other's.
fn in_both(items: &str, names: &Lexicon) -> [String; 2] {
    let file = |text: &str, tongue| match layout::file(text, SourceId(0), names, Some(tongue)) {
        Ok(text) => text,
        Err(faults) => panic!("{text}\n{faults:?}"),
    };
    let english = file(items, Tongue::English);
    let chinese = file(items, Tongue::Chinese);
    assert_eq!(file(&chinese, Tongue::English), english, "{items}");
    assert_eq!(file(&english, Tongue::Chinese), chinese, "{items}");
    [english, chinese]
}

/// The rules of the second file.
fn new_rules(moment: &Moment) -> Vec<Rule<'_>> {
    let rules = &moment.rules;
    let new = |span: tamis::base::span::Span| span.source == SourceId(1);
    let definitions = rules.definitions.iter().filter(|one| new(one.span));
    let reports = rules.reports.iter().filter(|one| new(one.span));
    let care = rules.care.iter().filter(|one| new(one.span));
    let tests = rules.tests.iter().filter(|one| new(one.span));
    definitions
        .map(Rule::Definition)
        .chain(reports.map(Rule::Report))
        .chain(care.map(Rule::Care))
        .chain(tests.map(Rule::Test))
        .collect()
}

fn rules_answered(moment: &Moment, rules: &[Rule<'_>]) -> Vec<Answers> {
    let mut all = Vec::new();
    for rule in rules {
        match rule {
            Rule::Definition(definition) => all.push(answers(moment, &quoted(&definition.name))),
            Rule::Report(report) => {
                let files = tamis::report::Files { rules: folder() };
                let table = moment.table_of(&report.name, false, &files, &RunOptions::default());
                let table = table.unwrap_or_else(|error| panic!("{}", told(&error)));
                all.push(table.rows);
            }
            Rule::Care(plan) => {
                let audience = &plan.audience;
                let text = printer::typed(&moment.rules, None, audience, Tongue::English);
                count(moment, &text);
            }
            // Loading has run it.
            Rule::Test(_) | Rule::Part(_) | Rule::Param(_) => {}
        }
    }
    all
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

fn told(error: &AskError) -> String {
    match error {
        AskError::Text(sources, found) => drawn(sources, found),
        other => format!("{other:?}"),
    }
}

/// The value of an expression for every customer.
fn answers(moment: &Moment, expression: &str) -> Answers {
    let question = Question {
        filter: "id is present",
        show: Some(expression),
        rows: true,
        ..Question::default()
    };
    let answer = moment.ask(&question, &RunOptions::default());
    let answer = answer.unwrap_or_else(|error| panic!("{expression}\n{}", told(&error)));
    let rows = answer.rows.unwrap();
    assert_eq!(rows.len(), 6);
    rows.into_iter().map(|row| row.values).collect()
}

/// Whom a condition means: everyone is yes, no or unknown.
fn count(moment: &Moment, condition: &str) {
    let question = Question {
        filter: condition,
        ..Question::default()
    };
    let answer = moment.ask(&question, &RunOptions::default());
    let answer = answer.unwrap_or_else(|error| panic!("{condition}\n{}", told(&error)));
    assert_eq!(answer.count + answer.no + answer.unknown, answer.total);
}
