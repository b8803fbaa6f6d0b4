//! Every bound of the program in one place: name, unit, reason. Those of plugins, of files, of reports and
//! of tiers are pages of their own beside it. Relations between bounds are asserted at compile time at the foot.

mod files;
mod plugin;
mod report;

pub use files::*;
pub use plugin::*;
pub use report::*;

/// Brackets open at once in one rule text. Deeper nesting is no rule a person reads, and each level costs stack.
pub const NESTING_MAX: usize = 64;
/// Words that open a part and need no bracket (`not`, `-`, `if`) in a row in one rule text; as [`NESTING_MAX`].
pub const PREFIX_NESTING_MAX: usize = 64;
/// Height of one expression's tree. A sum of 400 parts is as high; what walks trees may count on it.
pub const EXPRESSION_HEIGHT_MAX: u32 = 400;
/// Bytes of one rule file. 1,000 filters of 20 lines are about 1 MB.
pub const RULE_FILE_BYTES_MAX: usize = 4 << 20;
/// Bytes of one expression given on the command line or over HTTP.
pub const EXPRESSION_BYTES_MAX: usize = 64 << 10;
/// Parts of an expression inside each other, brackets or not: a sum of more terms is no rule a person reads.
pub const EXPRESSION_DEPTH_MAX: usize = 1_000;
/// Threads that read the items of one text, or other things side by side; beyond them the longest item decides.
pub const JOB_THREADS_MAX: usize = 4;
/// Rule files below one folder.
pub const RULE_FILES_MAX: usize = 10_000;
/// Places shown where a removed name is still used; the message names every rule.
pub const REMOVED_PLACES_MAX: usize = 8;
/// Bytes of all rule files of a folder together; they are held in memory and kept in the store.
pub const RULE_SET_BYTES_MAX: usize = 64 << 20;
/// Accepted rule sets kept in the store; each needs room only for the texts that the others have not.
pub const RULE_SETS_KEPT_MAX: usize = 20;
/// Bytes of one record of an accepted rule set; longer texts are parted.
pub const RULE_TEXT_CHUNK_BYTES: usize = 48 << 10;
/// Characters of the name of whoever changed the rules.
pub const AUTHOR_CHARACTERS_MAX: usize = 200;
/// Customers named by a preview for each filter and direction, unless said: each is taken apart twice.
pub const PREVIEW_SAMPLES: usize = 5;
/// The most that may be asked for.
pub const PREVIEW_SAMPLES_MAX: usize = 100;
/// Readings of the rules folder begun anew because it changed while it was compiled; then it is left to rest.
pub const RELOAD_READINGS_MAX: usize = 3;
/// Milliseconds without a sign from a watched folder after which it is read: editors write a file in several steps.
pub const WATCH_QUIET_MS: u64 = 100;
/// Milliseconds after the first sign at which a folder is read though it is not quiet.
pub const WATCH_WAIT_MS_MAX: u64 = 1_000;
/// Seconds between two readings of a watched folder of whose changes the file system does not tell.
pub const WATCH_POLL_SECONDS: u64 = 2;
/// Seconds between two readings of a watched folder though no sign came: file systems of other machines tell
/// nothing of what is done there.
pub const WATCH_LOOK_SECONDS: u64 = 60;
/// Bytes of a watched file that are compared.
pub const WATCH_FILE_BYTES_MAX: u64 = 64 << 20;
/// Folders inside each other below the rules folder; deeper is a link that leads back.
pub const RULE_FOLDERS_DEPTH_MAX: usize = 16;
/// Items in one `in (…)` list or argument list.
pub const LIST_ITEMS_MAX: usize = 10_000;
/// Values of one `one of (…)` kind; their codes are 16 bits.
pub const ENUM_VALUES_MAX: usize = 10_000;
/// Characters of one name or label.
pub const NAME_CHARACTERS_MAX: usize = 120;
/// Characters of words without spaces that are cut into names and words. A condition that a person writes in one
/// breath has a tenth of it.
pub const RUN_CHARACTERS_MAX: usize = 400;
/// Pairs of tokens compared to find where the comments of one item belong; in larger items only near tokens are.
pub const LAYOUT_PAIRS_MAX: usize = 1 << 20;
/// Times that a laid-out text is looked at again until nothing moves; two were enough for all that was tried.
pub const LAYOUT_LOOKS_MAX: usize = 4;
/// Completions given for one place; a list that is scrolled further is one to type on in.
pub const COMPLETIONS_MAX: usize = 100;
/// Bytes of one regular expression's compiled program.
pub const PATTERN_BYTES_MAX: usize = 1 << 20;
/// Characters of one regular expression.
pub const PATTERN_CHARACTERS_MAX: usize = 1_000;
/// Nesting of one regular expression.
pub const PATTERN_NESTING_MAX: u32 = 50;
/// Diagnostics reported for one compilation; the rest are counted.
pub const DIAGNOSTICS_MAX: usize = 200;
/// Steps of one relation (`any guarantor within 3 steps`). Beyond some steps everybody is related to everybody,
/// and one changed fact would ask all of them anew.
pub const RELATION_STEPS_MAX: u32 = 6;
/// Steps of one sequence of events: more is nothing that a person reads.
pub const FOLLOWED_STEPS_MAX: usize = 20;
/// Length of one chain of rule references.
pub const REFERENCE_DEPTH_MAX: usize = 200;
/// Decimal places of each part of a score. As floats, parts of so many places add up exactly as a reader adds
/// them while the score stays below ten million; a rule that needs finer points multiplies.
pub const SCORE_PLACES: u32 = 6;
/// Parts of one score: more is no score that a person reads, and [`SCORE_PLACES`] counts on it.
pub const SCORE_PARTS_MAX: usize = 200;
/// Parts of a histogram of a score: as many as fit a terminal.
pub const SCORE_BUCKETS: usize = 20;
/// Tests of one rule set: each is run at every load.
pub const RULE_TESTS_MAX: usize = 2_000;
/// Customers and facts of one test: a person reads them.
pub const RULE_TEST_FACTS_MAX: usize = 2_000;
/// Facts looked at by all tests of one load, each as often as an expression is worked out over it;
/// about two seconds of the slow evaluator.
pub const RULE_TEST_STEPS_MAX: u64 = 5_000_000;
/// Steps of one care plan: more is no plan that a person reads.
pub const CARE_STEPS_MAX: usize = 100;
/// `if` within `if` in one step of a care plan; as [`CARE_STEPS_MAX`].
pub const CARE_STEP_NESTING_MAX: usize = 8;
/// Care plans of one rule set; their audiences are watched like filters.
pub const CARE_PLANS_MAX: usize = 1_000;
/// Times a message is put off, by turns for quiet hours and for a limit, before it is given up.
pub const CARE_DELAYS_MAX: usize = 1_000;
/// Steps taken in one round; further ones come in the next, so that others are answered in between.
pub const CARE_STEPS_OF_ROUND_MAX: usize = 5_000;
/// Seconds after which a step is tried again whose condition had no answer.
pub const CARE_AGAIN_SECONDS: i64 = 300;
/// Bytes kept of why a message did not go out.
pub const CARE_REASON_BYTES_MAX: usize = 1_000;
/// Customers shown of each verdict in a preview; a screen holds about as many.
pub const CARE_SAMPLES_MAX: usize = 5;
/// Messages that wait for a decision, and tasks, listed at once.
pub const CARE_LISTED_MAX: usize = 1_000;
/// Warnings about channels that one answer tells in its talk; more are only counted: `/v1/rules` has all.
pub const CARE_WARNINGS_TOLD_MAX: usize = 20;
/// Messages to one customer that a limit looks back at; a limit of a plan is below it.
pub const CARE_CONTACTS_MAX: u64 = 1_000;
/// Equal parts of a population that `quantile` tells apart; finer ones are what `percentile` is for.
pub const QUANTILE_PARTS_MAX: u32 = 1_000;
/// Attributes of the customer, or fields of one event or holding.
pub const FIELDS_MAX: usize = 2_000;
/// Event, holding and relation kinds together.
pub const FACT_KINDS_MAX: usize = 1_000;
/// Bytes of one text value.
pub const TEXT_BYTES_MAX: usize = 16 << 10;
/// Bytes of a customer, event or holding id.
pub const ID_BYTES_MAX: usize = 200;
/// Days of the largest window, about 300 years: beyond it date arithmetic is a typing mistake.
pub const WINDOW_DAYS_MAX: i64 = 110_000;
/// Rows (customers) of one store; row numbers are 32 bits.
pub const CUSTOMERS_MAX: u32 = 1 << 31;
/// Texts of one dictionary; codes are 32 bits, and one text a customer must fit.
pub const DICTIONARY_TEXTS_MAX: usize = 1 << 31;
/// Members of one set value: tags and managers, not lists of facts.
pub const SET_MEMBERS_MAX: usize = 10_000;
/// Events of one kind, states of one holding kind or edges of one relation; places among them are 32 bits.
pub const FACTS_OF_KIND_MAX: u64 = 1 << 31;
/// Set members that the facts of one kind hold together; their places are 32 bits.
pub const SET_MEMBERS_OF_KIND_MAX: u64 = 1 << 31;
/// Values gathered before they are merged into columns: about 100 MB.
pub const COLUMN_VALUES_STAGED_MAX: usize = 4 << 20;
/// Facts after which a running server saves its columns anew: about a second to read them from the log.
pub const COLUMNS_SAVED_FACTS: u64 = 1_000_000;
/// Facts after which it tries again when that failed.
pub const COLUMNS_RETRIED_FACTS: u64 = 100_000;
/// Files of events among saved columns; beyond it months share them. Each is one mapping, of which a process may have 65,530,
/// and one fsync when it is written.
pub const COLUMN_FILES_MAX: usize = 4_096;
/// Threads that hold saved columns against their checksums; more would wait for the disk or for memory.
pub const COLUMN_READERS: usize = 2;
/// Events of one chunk that wait until last instants are asked for again; copying them with each write stays cheaper than that.
pub const LATEST_WAITING_MAX: usize = 4_096;
/// Versions kept of one chunk of dated facts, each as held during one period: now and a few other instants asked for.
pub const COLUMN_PERIODS_KEPT_MAX: usize = 4;
/// Milliseconds for which memory that is not used waits before the machine has it back: a user's next question finds it.
pub const MEMORY_KEPT_MS: i64 = 1_000;
/// Worker threads of one question; beyond the cores of any machine they only wait for each other.
pub const RUN_THREADS_MAX: usize = 256;
/// Rank tables worked out in one run: the values of their members lie in memory together, 8 bytes a customer and value.
pub const RANK_TABLES_AT_ONCE: usize = 4;
/// Instants at which the windows of aggregates swept together begin or end; below 256. Counts and sums of a block between any
/// two of them, 48 KB each, have to stay in the second-level cache.
pub const SWEEP_BOUNDS_MAX: usize = 16;
const _: () = assert!(SWEEP_BOUNDS_MAX < 1 << 8);
/// Seconds after which members are looked at again though nothing is due, if some filter may change at any second.
pub const MEMBERS_RESTLESS_SECONDS: i64 = 60;
/// Seconds between two buildings of the rank tables while facts come, unless `tamis.toml` says otherwise: a building
/// sorts everyone, and a place among all is not read to the second.
pub const RANKS_SECONDS: i64 = 60;
/// The most seconds that `tamis.toml` may set there: a date change comes sooner.
pub const RANKS_SECONDS_MAX: u64 = 86_400;
/// Different keys of a ranking that are counted instead of sorted: their counts stay in the second-level cache.
pub const RANK_KEYS_COUNTED_MAX: u64 = 1 << 17;
/// Plans of some of the saved filters kept between advances; facts of the same kinds need the same ones.
pub const MEMBERS_PLANS_KEPT_MAX: usize = 64;
/// Match records of one stored block; with short names it stays below 8 kB.
pub const MATCHES_BLOCK_MAX: usize = 256;
/// Match records kept; whoever was away for longer starts anew from the members.
pub const MATCHES_KEPT_MAX: u64 = 1_000_000;
/// Match records after which the sets are written down whole, so that a restart replays no more than these.
pub const MATCHES_BETWEEN_WRITINGS: u64 = 50_000;
/// Facts that care plans may make true in one batch; a batch stays well below one commit.
pub const BATCH_GROUP_FACTS_MAX: usize = 500;
/// Commands that wait for the writing thread; further ones are refused and come again.
pub const CORE_COMMANDS_MAX: usize = 1_024;
/// Facts that wait for the writing thread, about 100 MB; a single larger request is taken when nothing else waits.
pub const CORE_FACTS_WAITING_MAX: usize = 200_000;
/// Facts of several senders that share one round; more would make the first one wait.
pub const CORE_FACTS_OF_ROUND_MAX: usize = 20_000;
/// Seconds the writing thread sleeps at most; a clock that was set is noticed by then.
pub const CORE_WAIT_SECONDS_MAX: i64 = 3_600;
/// Seconds until a failed round that time brought is tried again.
pub const CORE_RETRY_SECONDS: u64 = 1;
/// Steps of one round: facts that care plans bring are looked at in the next step.
pub const ROUND_STEPS_MAX: usize = 64;

const _: () = assert!(DICTIONARY_TEXTS_MAX >= CUSTOMERS_MAX as usize);
// Offsets of the sets of one chunk of 65,536 rows are 32 bits.
const _: () = assert!(SET_MEMBERS_MAX * 65_536 <= u32::MAX as usize);
/// Parts of an expression whose text a plan shows whole; of larger ones it tells the size. Texts within texts cost their square.
pub const LABEL_PARTS_MAX: usize = 200;
/// Facts or customers named as evidence for one part of a trace; the rest are counted. A screen holds about as many.
pub const TRACE_EVIDENCE_MAX: usize = 10;
/// Bytes of one record of an imported file. Longer is a quote that never closes or no record at all.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Columns of one imported file.
pub const RECORD_COLUMNS_MAX: usize = 10_000;
/// Records of one file at which reading starts again behind a quote that never closes. Each costs up to
/// [`RECORD_BYTES_MAX`] read twice; more of them mean that `quote` is set wrongly.
pub const RECORD_RESTARTS_MAX: u32 = 100;
/// Bytes kept of a record that is longer than [`RECORD_BYTES_MAX`].
pub const RECORD_EXCERPT_BYTES_MAX: usize = 1_000;
/// Rows of a Parquet file unpacked at once, where they come to less than [`PARQUET_PIECE_BYTES`].
pub const PARQUET_BATCH_ROWS_MAX: usize = 8_192;
/// Bytes that one column of one row group of a Parquet file may unpack to: a page of it is held whole, and writers
/// that put everything into one page exist.
pub const PARQUET_CHUNK_BYTES_MAX: u64 = 1 << 30;
/// Bytes that a gzip file may expand to whatever its size; beyond, [`GZIP_RATIO_MAX`] holds.
pub const GZIP_FREE_BYTES: u64 = 256 << 20;
/// How many bytes one byte of gzip may expand to. Tables of a bank reach 30; deflate itself ends at 1,032.
pub const GZIP_RATIO_MAX: u64 = 250;
/// Events gathered before they are written together, while as many are being written: about 12 MB each.
pub const IMPORT_ROUND_EVENTS_MAX: usize = 50_000;
/// Rounds of events that are on their way to the disk while the next ones are made ready: one commit after the other
/// waits for its fsync, and the processor should not.
pub const IMPORT_ROUNDS_SENT_MAX: usize = 2;
/// Events stored by an import that may come again and are not laid out in columns yet. Laying out begins every cell that they touch anew, so
/// that it is done seldom; each takes 40 bytes beside its values.
pub const IMPORT_EVENTS_OPEN_MAX: usize = 1_000_000;
/// Customers, holdings and edges gathered before they are written together: about 60 MB.
pub const IMPORT_ROUND_FACTS_MAX: usize = 200_000;
/// Records of an imported file that go from the thread that cuts it to the one that reads them at once.
pub const IMPORT_BATCH_RECORDS: usize = 2_048;
/// Bytes of such records at which fewer go; one record may lie above.
pub const IMPORT_BATCH_BYTES: usize = 512 << 10;
/// Batches of records that wait between the two threads.
pub const IMPORT_BATCHES_AHEAD: usize = 4;
/// Changed customers, holdings and edges held back so that the last record about each decides.
pub const IMPORT_CHANGES_MAX: usize = 200_000;
/// Facts of an import through a running server that are handed over at once: one round of the thread that writes.
pub const IMPORT_STREAM_FACTS_MAX: usize = 20_000;
/// Different events without an id in one file, counted so that equal lines stay separate: 11 to 16 bytes each, 20 to 40 more once it comes again.
pub const IMPORT_UNNAMED_EVENTS_MAX: usize = 50_000_000;
/// Lines of one request of facts: a batch that is written together keeps others waiting no longer than some tenths of a second.
pub const FACT_LINES_MAX: usize = 10_000;
/// Bytes of one line of JSON: [`FACT_TEXT_BYTES_MAX`] with every character escaped, and its keys.
pub const FACT_LINE_BYTES_MAX: usize = 512 << 10;
/// Keys of one line of JSON: all fields and what tells whose they are.
pub const FACT_KEYS_MAX: usize = FIELDS_MAX + 8;
/// Characters of one number in JSON; no value of any kind needs as many.
pub const FACT_NUMBER_CHARACTERS_MAX: usize = 400;
/// Different values of one column that a look at a file tells apart, 16 bytes each; of forty columns together as
/// many each, of more less.
pub const PROFILE_DISTINCT_MAX: usize = 100_000;
/// Different values of one column kept as they stand; a list of words is shorter.
pub const PROFILE_VALUES_MAX: usize = 64;
/// Ways of writing "nothing is known" told apart in one column.
pub const PROFILE_MARKS_MAX: usize = 20;
/// Keys of one kind of fact of one source held while a dry run looks for repeated ones, 32 bytes each, and
/// 16 more for each that is repeated.
pub const PROFILE_KEYS_MAX: usize = 5_000_000;
/// Rows of a file that a sketch looks at.
pub const SKETCH_ROWS_MAX: u64 = 1_000_000;
/// Different words of a column that a sketch takes for a list.
pub const SKETCH_WORDS_MAX: usize = 16;
/// Bytes of all texts of one imported fact; with its other fields it stays below [`STORE_VALUE_BYTES_MAX`].
pub const FACT_TEXT_BYTES_MAX: usize = 48 << 10;
/// Bytes of one lookup table: it is held in memory.
pub const LOOKUP_BYTES_MAX: usize = 1 << 30;
/// Nesting of one expression in a source, as compiled.
pub const SOURCE_NESTING_MAX: u32 = 500;
/// Characters of a cell that a message quotes.
pub const CELL_EXCERPT_CHARACTERS_MAX: usize = 60;
/// Lines named as examples of one finding.
pub const FINDING_EXAMPLES_MAX: usize = 5;
/// Different findings (unknown words, repeated keys) told apart in one source; further ones count together.
pub const FINDINGS_MAX: usize = 1_000;

const _: () = assert!(ENUM_VALUES_MAX <= u16::MAX as usize);
const _: () = assert!(FIELDS_MAX <= u16::MAX as usize);

/// Bytes of one segment of the store's log. Less than one may be written between two fsyncs, and no value over a quarter of a seventeenth may be stored: 8 MiB leave room for both.
pub const STORE_SEGMENT_BYTES: usize = 8 << 20;
/// Bytes of the store's page cache. Questions never read the store, so that it only serves writing.
pub const STORE_CACHE_BYTES: u64 = 64 << 20;
/// Bytes of one stored value; above 123 kB it would leave the file that is fsynced.
pub const STORE_VALUE_BYTES_MAX: usize = 64 << 10;
/// Bytes of one stored key.
pub const STORE_KEY_BYTES_MAX: usize = 255;
/// Bytes of payload of one commit. It writes four to seven times as much log, at most a fifth of a segment.
pub const STORE_COMMIT_BYTES_MAX: usize = 256 << 10;
/// Requests answered by one commit.
pub const STORE_COMMIT_REQUESTS_MAX: usize = 512;
/// Requests that wait for the committer; further senders wait.
pub const STORE_QUEUE_MAX: usize = 1_024;
/// Seconds to open the store's log.
pub const STORE_OPEN_SECONDS_MAX: u64 = 60;
/// Seconds to wait for the log's own lock, which is freed late.
pub const STORE_LOCK_SECONDS_MAX: u64 = 5;
/// Milliseconds between two fsyncs of the witness.
pub const STORE_WITNESS_MS_MAX: u64 = 100;
/// Packed bytes a block of facts aims at; larger ones are rewritten more often than they are read.
pub const BLOCK_BYTES_AIM: usize = 8_000;
/// Packed bytes below which a block is small.
pub const STORE_SMALL_BLOCK_BYTES: usize = 2_000;
/// Small blocks at the end of the log that are joined: single events leave one each.
pub const STORE_SMALL_BLOCKS_MAX: usize = 1_000;
/// Bytes of small blocks joined at once, so that one commit takes what they become.
pub const STORE_JOINED_BYTES_MAX: usize = STORE_COMMIT_BYTES_MAX / 2;
/// Blocks of a dropped tail that one commit removes: half a leaf of each sixteen is written anew, so that it takes about as much log as any other commit.
pub const STORE_DROPPED_BLOCKS_MAX: usize = 256;
/// Raw bytes of facts that make a joined block of about the size aimed at.
pub const STORE_JOINED_RAW_BYTES: usize = BLOCK_BYTES_AIM * 3;
/// Raw bytes of facts gathered from small blocks before a compacting packs them: few stay in memory, few blocks are cut.
pub const COMPACT_GATHERED_BYTES: usize = STORE_COMMIT_BYTES_MAX * 16;
/// Facts of one block, so that damaged heads cannot ask for much memory.
pub const BLOCK_FACTS_MAX: usize = 4_096;
/// Values in one block, sets counted by their items; the same reason.
pub const BLOCK_VALUES_MAX: usize = 1 << 18;
/// Free bytes below which the store takes no writes.
pub const STORE_FREE_BYTES_MIN: u64 = 64 << 20;
/// Free bytes before a commit, as a multiple of its payload.
pub const STORE_FREE_COMMITS_MIN: u64 = 16;
/// Bytes free below which an opening gives the ballast up first: recovering writes a segment or two.
pub const STORE_OPEN_BYTES_MIN: u64 = 32 << 20;
/// Bytes kept aside to be freed when the disk is full in spite of the guard.
pub const STORE_BALLAST_BYTES: u64 = 64 << 20;
/// Bytes of the log copied before a doubtful open where the file system cannot share them.
pub const STORE_COPY_BYTES_MAX: u64 = 1 << 30;
/// Bytes before packing that a frame of a backup aims at: what is read, checked and lost together.
pub const BACKUP_FRAME_BYTES_AIM: usize = 1 << 20;
/// Bytes of one frame of a backup, so that damaged heads cannot ask for much memory; the manifest of 32 GB has 3 MB.
pub const BACKUP_FRAME_BYTES_MAX: usize = 64 << 20;
/// Bytes of records that a backup reads between two looks at what changed meanwhile.
pub const BACKUP_READ_BYTES: usize = 256 << 10;
/// Bytes of records kept as they were while a backup has yet to read them.
pub const BACKUP_CHANGED_BYTES_MAX: usize = 256 << 20;
/// Backups that follow on each other: one a night between two full ones a year apart.
pub const BACKUP_CHAIN_MAX: usize = 400;

const _: () = assert!(STORE_COMMIT_BYTES_MAX <= 1 << 20);
const _: () = assert!(BACKUP_FRAME_BYTES_AIM + 2 * STORE_VALUE_BYTES_MAX < BACKUP_FRAME_BYTES_MAX);
const _: () = assert!(17 * STORE_VALUE_BYTES_MAX < STORE_SEGMENT_BYTES / 4);
const _: () = assert!(BLOCK_BYTES_AIM * 2 < STORE_VALUE_BYTES_MAX);
const _: () = assert!(FIELDS_MAX <= BLOCK_VALUES_MAX);
const _: () = assert!(RULE_TEXT_CHUNK_BYTES < STORE_VALUE_BYTES_MAX);

/// Bytes of one template. A mail that people read has a few thousand.
pub const TEMPLATE_BYTES_MAX: usize = 256 << 10;
/// Bytes of one filled-in text; mail servers take about ten times as much.
pub const TEMPLATE_ANSWER_BYTES_MAX: usize = 1 << 20;
/// Steps to fill in one text: some milliseconds.
pub const TEMPLATE_STEPS_MAX: u64 = 200_000;
/// Templates that include each other, and the like; each level costs stack.
pub const TEMPLATE_DEPTH_MAX: usize = 50;

/// Bytes of the settings file. A long one has some thousand.
pub const SETTINGS_BYTES_MAX: u64 = 256 << 10;
/// Bytes of one request's body that settings may allow; it is held in memory.
pub const SETTINGS_BODY_BYTES_MAX: u64 = 256 << 20;
/// Channels of one settings file; each has a queue and connections of its own.
pub const CHANNELS_MAX: usize = 100;

/// Attempts of one channel at the same time that settings may allow; each may hold a connection.
pub const DELIVERY_AT_ONCE_MAX: usize = 256;
/// Attempts a minute that settings may ask for; beyond it a rate is no bound any more.
pub const DELIVERY_PER_MINUTE_MAX: u64 = 1_000_000;
/// Attempts at one message that settings may allow.
pub const DELIVERY_ATTEMPTS_MAX: u64 = 100;
/// Seconds one attempt may take, as settings may allow; also what stopping may have to wait for.
pub const DELIVERY_ATTEMPT_SECONDS_MAX: u64 = 300;
/// Seconds between two attempts that settings may allow: a day.
pub const DELIVERY_RETRY_SECONDS_MAX: u64 = 86_400;
/// Seconds a connection to a receiver waits for the next message; servers close them after some minutes.
pub const DELIVERY_IDLE_SECONDS_MAX: u64 = 30;
/// Bytes read of a receiver's answer, so that the connection can be used again; what it says does not matter.
pub const DELIVERY_ANSWER_BYTES_MAX: usize = 64 << 10;
/// Milliseconds spent reading them.
pub const DELIVERY_ANSWER_MS_MAX: u64 = 1_000;
/// Characters kept of a receiver's reason.
pub const DELIVERY_REASON_CHARACTERS_MAX: usize = 300;
/// Seconds after which a channel looks for due messages though nobody woke it.
pub const DELIVERY_LOOK_SECONDS_MAX: u64 = 10;
/// Milliseconds between a look that found less than there was room for and the next.
pub const DELIVERY_LOOK_MS_MIN: u64 = 50;
/// Milliseconds before a result is told again that the outbox could not take; doubled up to the next.
pub const DELIVERY_TELL_MS_MIN: u64 = 200;
/// Milliseconds between two such tries at most.
pub const DELIVERY_TELL_MS_MAX: u64 = 10_000;
/// Threads that carry messages: they wait for networks and seldom compute.
pub const DELIVERY_THREADS: usize = 2;
/// Messages of one mail connection; servers close it somewhere beyond.
pub const MAILS_OF_CONNECTION_MAX: u32 = 100;
/// Messages that wait for the recorder, and those synced together.
pub const RECORDER_QUEUE_MAX: usize = 256;
/// Lines of the recorder's file: their keys are held in memory, 16 bytes each.
pub const RECORDER_LINES_MAX: usize = 2_000_000;
/// Milliseconds that a recorder waits for the one before it to let go of the file: one that ends writes its last lines.
pub const RECORDER_WAIT_MS_MAX: u64 = 10_000;

/// Threads of the server's runtime. They only move bytes; questions run on threads of their own.
pub const SERVER_THREADS: usize = 2;
/// Questions that run at once; each uses the engine's own threads.
pub const SERVER_RUNNING_MAX: usize = 4;
/// Requests with facts that are read and written at once; most of their time they wait for one fsync together.
pub const SERVER_TAKING_MAX: usize = 32;
/// Requests that wait for their turn; further ones are refused with 503 rather than kept for long.
pub const SERVER_WAITING_MAX: usize = 256;
/// Seconds a question may take, waiting included; then it is called off (504).
pub const SERVER_ANSWER_SECONDS_MAX: u64 = 60;
/// Event streams and long answers open at once.
pub const SERVER_STREAMS_MAX: usize = 64;
/// Connections of one door at once; further ones wait to be taken.
pub const SERVER_CONNECTIONS_MAX: usize = 512;
/// Connections that wait to be taken; the system refuses those beyond.
pub const SERVER_CONNECTIONS_WAITING_MAX: u32 = 1_024;
/// Requests a second taken over TCP unless the command line says otherwise (429).
pub const SERVER_REQUESTS_A_SECOND_MAX: u32 = 2_000;
/// Bytes of one body of facts, packed or not (413): about 100,000 facts.
pub const SERVER_BODY_BYTES_MAX: usize = 16 << 20;
/// Bytes of one body with a question; its texts are bounded by [`EXPRESSION_BYTES_MAX`].
pub const SERVER_QUESTION_BYTES_MAX: usize = 512 << 10;
/// Bytes of one file that is imported over HTTP, as sent: it lies on the disk while it is read.
pub const SERVER_IMPORT_BYTES_MAX: usize = 1 << 30;
/// Seconds in which such a file must have come whole: it holds the place of the others.
pub const SERVER_IMPORT_SECONDS_MAX: u64 = 3_600;
/// Files that are imported over HTTP at the same time: each keeps the thread that writes busy.
pub const SERVER_IMPORTS_MAX: usize = 1;
/// Seconds in which a body must have come (408).
pub const SERVER_BODY_SECONDS_MAX: u64 = 30;
/// Seconds in which the head of a request must have come, counted from the end of the one before.
pub const SERVER_HEAD_SECONDS_MAX: u64 = 30;
/// Bytes of the head of a request.
pub const SERVER_HEAD_BYTES_MAX: usize = 64 << 10;
/// Header fields of a request.
pub const SERVER_HEADERS_MAX: usize = 64;
/// Bytes of a rule's name in a path: [`NAME_CHARACTERS_MAX`] characters of four bytes.
pub const SERVER_NAME_BYTES_MAX: usize = 480;
/// Seconds that a reader may take nothing of what is written to it.
pub const SERVER_STALL_SECONDS_MAX: u64 = 30;
/// Bytes of a long answer that go out together.
pub const SERVER_CHUNK_BYTES: usize = 64 << 10;
/// Parts of a long answer that wait for their reader; then its writer waits.
pub const SERVER_CHUNKS_WAITING_MAX: usize = 4;
/// Members of one page unless the request says otherwise.
pub const SERVER_PAGE_ROWS: usize = 1_000;
/// Members of one page: it is held in memory and sent whole.
pub const SERVER_PAGE_ROWS_MAX: usize = 10_000;
/// Members on one page of the console: what a person looks through before asking for the next.
pub const CONSOLE_ROWS: usize = 50;
/// Rows of a long answer whose values are computed together.
pub const SERVER_EXPORT_ROWS: usize = 10_000;
/// Lines of a body that are named as rejected; the rest are counted.
pub const SERVER_REJECTED_SHOWN_MAX: usize = 1_000;
/// Customers shown for each filter and direction of a preview.
pub const SERVER_PREVIEW_SAMPLES: usize = 10;
/// Customers that a preview names for each filter and direction at most: the answer is made whole in memory.
pub const SERVER_PREVIEW_SAMPLES_MAX: usize = 1_000;
/// Seconds between two signs of life of an event stream: shorter than what proxies take for dead.
pub const SERVER_HEART_BEAT_SECONDS: u64 = 15;
/// Between two looks at the room on the disk; asking costs one call of the system.
pub const SERVER_DISK_SECONDS: u64 = 10;
/// Match records read together for an event stream.
pub const SERVER_MATCHES_READ: usize = 1_000;
/// Events that wait for the reader of a stream; then reading the history waits.
pub const SERVER_MATCHES_WAITING: usize = 64;
/// Seconds that requests have to end after a signal, twice: for what is sent and for what runs.
pub const SERVER_SHUTDOWN_SECONDS_MAX: u64 = 10;

const _: () = assert!(IMPORT_STREAM_FACTS_MAX <= CORE_FACTS_OF_ROUND_MAX);
const _: () = assert!(EXPRESSION_BYTES_MAX * 4 <= SERVER_QUESTION_BYTES_MAX);
const _: () = assert!(NAME_CHARACTERS_MAX * 4 <= SERVER_NAME_BYTES_MAX);
