//! The verbs and their options as one table, from which help and usage come.

mod store;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::limit::PREVIEW_SAMPLES;
use crate::language::words::Tongue;
pub(super) use store::{Backup, Compact, Restore, Verify};

/// Tamis: a fine sieve for customers.
///
/// Rules are read from a folder of .tamis files, facts from a store. Data goes to
/// standard output, talk to standard error. Exit codes: 0 fine, 1 the answer is "no",
/// 2 usage, 3 bad rules or input, 4 trouble with the store.
#[derive(Parser, Debug)]
#[command(name = "tamis", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) place: Place,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// Where rules and facts are.
#[derive(Args, Debug, Clone)]
pub(super) struct Place {
    /// Folder of the store [default: ./tamis-data]
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "TAMIS_DATA",
        hide_env_values = true
    )]
    pub(super) data: Option<PathBuf>,
    /// Folder of the rule files [default: ./rules with rule files in it, else the bundled bank]
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "TAMIS_RULES",
        hide_env_values = true
    )]
    pub(super) rules: Option<PathBuf>,
    /// Folder of the plugins [default: those of the checkout with the bundled bank, else `plugins` beside the rules]
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "TAMIS_PLUGINS",
        hide_env_values = true
    )]
    pub(super) plugins: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub(super) enum Verb {
    /// Import the bundled bank into a scratch copy and answer telling questions
    Demo(Demo),
    /// Import the sources of the rule files into the store
    Import(Import),
    /// Ask a filter: how many customers match, who, and what is known of them
    Query(Query),
    /// Answer a report of the rule files: a table over customers, their facts, or a source
    Report(Report),
    /// Show how a score spreads, who has none, and who is highest
    Score(Score),
    /// Show why one customer matches a rule or not, and how a score adds up
    Why(Why),
    /// Show the plan of a filter, with --analyze its rows and times, with --words its meaning; or what a code such as E203 means
    Explain(Explain),
    /// How care plans stand, what one would do, what one achieved; start, pause, approve, settle
    Care(Care),
    /// Check rule files; with --data also against what is measured of the store
    Check(Check),
    /// Bring rule files into their canonical layout, or into the words of the other tongue
    Fmt(Fmt),
    /// Answer over HTTP, take facts, keep the members of saved filters
    Serve(Serve),
    /// Show who enters and leaves the filters of a running server
    Watch(Watch),
    /// Show who would enter and leave which filter if a rule file served
    Preview(Preview),
    /// Run the tests of the rule files
    Test(Test),
    /// Check every stored byte and that the columns equal a rebuild
    Verify(Verify),
    /// Write the store to a file as it is at this moment, while it serves or not
    Backup(Backup),
    /// Write the store anew while no server runs: small blocks joined, space given back, erased customers gone for good
    Compact(Compact),
    /// Make a store anew, in a new or empty --data, out of a backup
    Restore(Restore),
    /// Write, build, try and list plugins that score customers
    #[command(subcommand)]
    Plugin(Plugin),
}

#[derive(Args, Debug)]
pub(super) struct Demo {
    /// Only answer; serve nothing afterwards
    #[arg(long)]
    pub(super) no_serve: bool,
    /// Where the page is served; this machine only [default: 127.0.0.1:7171]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_serve")]
    pub(super) listen: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct Import {
    /// Only these sources, each read from the file given (default: every source, from beside its rule file)
    #[arg(value_name = "SOURCE=FILE")]
    pub(super) files: Vec<String>,
    /// Write nothing: say what would be refused, and what each column is like
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write nothing: print a first rule text made of the columns of this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "dry_run", "format"])]
    pub(super) sketch: Option<PathBuf>,
    /// Import nothing: wait no longer for this source, an import of which was cut off, and drop what is stored of it unseen
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["files", "dry_run", "sketch", "format"])]
    pub(super) give_up: Option<String>,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(super) format: Summary,
}

/// Forms of a summary.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Summary {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Forms of an answer.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people
    Table,
    /// One object
    Json,
    /// With a header line
    Csv,
    /// One object a line
    Ndjson,
}

impl From<Form> for crate::form::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Table => Self::Table,
            Form::Json => Self::Json,
            Form::Csv => Self::Csv,
            Form::Ndjson => Self::Ndjson,
        }
    }
}

#[derive(Args, Debug)]
pub(super) struct Query {
    /// A filter's name or any condition, in English or Chinese
    #[arg(value_name = "EXPR")]
    pub(super) filter: String,
    /// Only the figures: yes, no, unknown (default)
    #[arg(long, conflicts_with_all = ["ids", "show"])]
    pub(super) count: bool,
    /// The ids, one a line, sorted by bytes
    #[arg(long, conflicts_with = "show")]
    pub(super) ids: bool,
    /// Expressions to show for each customer, separated by commas
    #[arg(long, value_name = "A,B,…")]
    pub(super) show: Option<String>,
    /// Groups of a table, separated by commas: "branch, opened_on by year"
    #[arg(long, value_name = "A,B,…", conflicts_with_all = ["count", "ids", "show"])]
    pub(super) by: Option<String>,
    /// Measures of each group, separated by commas [default with --by: count]
    #[arg(long, value_name = "M,N,…", conflicts_with_all = ["count", "ids", "show"])]
    pub(super) measure: Option<String>,
    /// Order of the rows: "E desc, F"; missing last, then by id
    #[arg(long, value_name = "E")]
    pub(super) order_by: Option<String>,
    /// Give at most so many rows; the figures stay whole
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
    /// Ask as of an instant, or of the end of a date [default: now]
    #[arg(long, value_name = "T")]
    pub(super) as_of: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Form::Table)]
    pub(super) format: Form,
}

#[derive(Args, Debug)]
pub(super) struct Score {
    /// Name or label of a score, a scorecard, stages or tiers
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// So many of the highest, by score and then by id
    #[arg(long, value_name = "N", conflicts_with = "histogram")]
    pub(super) top: Option<usize>,
    /// How many customers have about which score
    #[arg(long)]
    pub(super) histogram: bool,
    /// Ask as of an instant, or of the end of a date [default: now]
    #[arg(long, value_name = "T")]
    pub(super) as_of: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Form::Table)]
    pub(super) format: Form,
}

#[derive(Args, Debug)]
pub(super) struct Report {
    /// Name or label of the report
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// Ask as of an instant, or of the end of a date [default: now]
    #[arg(long, value_name = "T")]
    pub(super) as_of: Option<String>,
    /// How the rows are written; JSON is a list of objects
    #[arg(long, value_enum, default_value_t = Form::Table)]
    pub(super) format: Form,
}

/// Tongues to answer in.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// 中文
    Zh,
    /// English
    En,
}

impl Words {
    /// The tongue of the language.
    pub(super) fn tongue(self) -> Tongue {
        match self {
            Words::Zh => Tongue::Chinese,
            Words::En => Tongue::English,
        }
    }
}

#[derive(Args, Debug)]
pub(super) struct Why {
    /// The customer's id
    #[arg(value_name = "CUSTOMER")]
    pub(super) customer: String,
    /// A rule's name or any expression
    #[arg(value_name = "NAME-OR-EXPR")]
    pub(super) expression: String,
    /// Ask as of an instant, or of the end of a date [default: now]
    #[arg(long, value_name = "T")]
    pub(super) as_of: Option<String>,
    /// Tongue of the answer [default: that of the question]
    #[arg(long, value_enum)]
    pub(super) words: Option<Words>,
}

#[derive(Args, Debug)]
pub(super) struct Explain {
    /// A filter's name or any condition; with --words any rule's name or expression; or the code of a finding, such as E203
    #[arg(value_name = "EXPR")]
    pub(super) filter: String,
    /// Run it, and show rows and times of every operation
    #[arg(long, conflicts_with = "words")]
    pub(super) analyze: bool,
    /// Say in plain words of that tongue what it means, whom it is for, what is counted
    #[arg(long, value_enum, value_name = "TONGUE")]
    pub(super) words: Option<Words>,
    /// Ask as of an instant, or of the end of a date [default: now]
    #[arg(long, value_name = "T")]
    pub(super) as_of: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Address to listen on: loopback only; port 0 takes a free one [default: 127.0.0.1:7171]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
    /// Requests a second taken over TCP before further ones are refused [default: 2000]
    #[arg(long, value_name = "N")]
    pub(super) rate: Option<u32>,
    /// The settings file [default: tamis.toml in the rules folder or in the data folder]
    #[arg(long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// Start although the rules declare none of the kinds of facts in the store
    #[arg(long)]
    pub(super) other_kinds: bool,
    /// How the log on standard error is written
    #[arg(long, value_enum, default_value_t = LogForm::Text)]
    pub(super) log: LogForm,
}

/// Forms of the log.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogForm {
    /// For people
    Text,
    /// One object a line
    Json,
}

#[derive(Args, Debug)]
pub(super) struct Watch {
    /// Only this filter (default: all)
    #[arg(value_name = "RULE")]
    pub(super) rule: Option<String>,
    /// Begin after this record (default: with what comes)
    #[arg(long, value_name = "N")]
    pub(super) after: Option<u64>,
    /// End after so many records
    #[arg(long, value_name = "N")]
    pub(super) count: Option<u64>,
    /// How the records are written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(super) format: Summary,
}

#[derive(Args, Debug)]
pub(super) struct Test {
    /// Run only the tests of these files or folders, within the set of --rules
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(super) format: Summary,
}

#[derive(Args, Debug)]
pub(super) struct Check {
    /// Report only on these files or folders, within the set of --rules
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct Fmt {
    /// Only these files or folders (default: every rule file of --rules); `-` reads standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Write nothing; name the files that differ and end with 1 if any does
    #[arg(long)]
    pub(super) check: bool,
    /// Tongue of the words [default: each item keeps that of its first word]; names stay as they are
    #[arg(long, value_enum)]
    pub(super) to: Option<Words>,
}

/// Verbs about plugins.
#[derive(Subcommand, Debug)]
pub(super) enum Plugin {
    /// Start a plugin: a folder with everything that `plugin build` needs
    New(NewPlugin),
    /// Compile a plugin's source and make a component of it
    Build(BuildPlugin),
    /// Run a component over the rows of a CSV file, in the sandbox it will run in
    Test(TestPlugin),
    /// Show the plugins of --plugins, and what is wrong with the others
    List,
    /// Compile one component into another file; what the sandbox starts for itself
    #[command(hide = true)]
    CompileOne {
        /// The component
        from: PathBuf,
        /// Where the code goes
        to: PathBuf,
    },
}

/// Languages of plugins.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PluginLanguage {
    /// Rust
    Rust,
}

#[derive(Args, Debug)]
pub(super) struct NewPlugin {
    /// What rules will call it; letters, digits and `_`. A folder of that name is made
    #[arg(value_name = "NAME")]
    pub(super) name: PathBuf,
    /// What it is written in
    #[arg(long, value_enum, default_value_t = PluginLanguage::Rust)]
    pub(super) lang: PluginLanguage,
}

#[derive(Args, Debug)]
pub(super) struct BuildPlugin {
    /// The plugin's folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) folder: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct TestPlugin {
    /// The component, or the plugin's folder
    #[arg(value_name = "COMPONENT")]
    pub(super) component: PathBuf,
    /// Rows to score: a column for each input, by its name; an empty cell is missing
    #[arg(long, value_name = "FILE")]
    pub(super) data: PathBuf,
    /// Which function, where there are several
    #[arg(long, value_name = "NAME")]
    pub(super) function: Option<String>,
    /// Also show the parts of each score
    #[arg(long)]
    pub(super) explain: bool,
    /// Show at most so many rows; all are scored
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) limit: usize,
}

#[derive(Args, Debug)]
pub(super) struct Preview {
    /// The rule file: in the rules folder it takes its own place, from elsewhere it is one more
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
    /// Name at most so many customers for each filter and direction
    #[arg(long, value_name = "N", default_value_t = PREVIEW_SAMPLES)]
    pub(super) samples: usize,
    /// How the preview is written
    #[arg(long, value_enum, default_value_t = Summary::Table)]
    pub(super) format: Summary,
}

#[derive(Args, Debug)]
pub(super) struct Care {
    #[command(subcommand)]
    pub(super) verb: CareVerb,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Summary::Table, global = true)]
    pub(super) format: Summary,
}

#[derive(Subcommand, Debug)]
pub(super) enum CareVerb {
    /// Show all plans: who entered, who waits, what is in the outbox
    Status,
    /// Show who would enter a plan if everyone it is for came now, and why the others would not
    Preview(Plan),
    /// Compare those treated with those held out on the goal of a plan
    Report(Plan),
    /// Let a plan begin, or go on after a pause
    Start(Plan),
    /// Let nobody enter and nothing be sent until the plan is started again
    Pause(Plan),
    /// Let those in that `expect` holds
    Approve(Plan),
    /// Let those go that `expect` holds
    Dismiss(Plan),
    /// Let everyone in whom a plan with `when by hand` is for
    Enter(Plan),
    /// List messages that wait for a decision: uncertain whether they went out, or given up
    Messages {
        /// Only of this plan
        plan: Option<String>,
    },
    /// Decide about such a message
    Settle {
        /// Its id, as `messages` lists it
        id: String,
        /// Send it once more
        #[arg(long, required_unless_present = "drop", conflicts_with = "drop")]
        again: bool,
        /// Take it away
        #[arg(long)]
        drop: bool,
    },
}

/// A care plan of the rules.
#[derive(Args, Debug)]
pub(super) struct Plan {
    /// Name or label of the plan
    #[arg(value_name = "PLAN")]
    pub(super) plan: String,
}
