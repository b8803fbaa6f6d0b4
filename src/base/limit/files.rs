//! The bounds of looking at files before they are imported, and of what is kept of them beside
//! their facts.

/// Refused records that a dry run shows of each source; an import keeps all of them.
pub const QUALITY_LISTED_MAX: usize = 5;
/// Values of a column that may be of another kind than those before them until the kind is given up; beyond
/// that one of ten.
pub const PROFILE_MISSES_MIN: u64 = 100;
/// Columns of a file in which a sketch tells every row apart that it looks at: up to 36 MB each.
pub const SKETCH_KEYS_MAX: usize = 4;
/// Bytes of one line of a file of rejects: a record of 1 MB whose every byte is a quote, with its reason.
pub const REJECT_BYTES_MAX: usize = 8 << 20;
/// Ids of customers that a dry run holds against each other, and their bytes together; 16 more stand beside each.
pub const SIMILAR_IDS_MAX: usize = 5_000_000;
/// See [`SIMILAR_IDS_MAX`].
pub const SIMILAR_IDS_BYTES_MAX: usize = 128 << 20;
/// Ids of events of the file that is being imported, of which it is known where they stood, 24 bytes each.
pub const IMPORT_IDS_MET: usize = 1 << 19;
/// Events at one instant of a customer against which an event that comes again is held, to tell whether it says
/// something else; where there are more, nothing is told.
pub const IMPORT_COMPARED_MAX: usize = 64;
/// Events that come again and wait to be held against what is stored, as that is not laid out yet; of more of them
/// nothing is told.
pub const IMPORT_COMPARED_LATER_MAX: usize = 10_000;
/// Imported files of one source whose rejects are kept at once; one more stops its import.
pub const REJECTS_FILES_MAX: usize = 1_000;
/// Different pieces of a broken record, its words among them, that are held against the customers who were erased; a
/// hash is made of each, about 30 ms together. A record of more of them counts as one that names such a customer.
pub const REFUSED_PIECES_MAX: usize = 30_000;
/// Lists and objects inside each other in a JSON line that is written in the one form of all that say the same; each
/// level reads what lies in it once more. A line with more of them counts as it stands.
pub const JSON_NESTING_MAX: usize = 64;
/// Bytes of a key of JSON that is remembered for the next line; those of columns are shorter, and
/// [`super::RECORD_COLUMNS_MAX`] of them take 2.5 MB.
pub const JSON_KEY_BYTES_MET_MAX: usize = 256;
/// Bytes that a piece of a Parquet file aims at, as unpacked; rows are refused that come to more than
/// [`super::RECORD_BYTES_MAX`].
pub const PARQUET_PIECE_BYTES: usize = 8 << 20;
/// Rows of a Parquet file that are unpacked between two looks at what they come to, where few of them may be long: a
/// look costs as much as some values.
pub const PARQUET_STRIDE_ROWS: usize = 128;
/// Files of one import: the note by which it is known again names each in 16 bytes, and is one value of the store.
pub const IMPORT_FILES_MAX: usize = 4_000;

const _: () = assert!(IMPORT_FILES_MAX * 16 + 256 < super::STORE_VALUE_BYTES_MAX);
/// Pieces of a Parquet file that wait between the thread that unpacks and the one that reads them.
pub const IMPORT_TABLES_AHEAD: usize = 1;
/// Bytes at the beginning and at the end of a file by which it is known again when its import was cut off.
pub const UNFINISHED_SAMPLE_BYTES: u64 = 64 << 10;
/// Bytes at the beginning of a file that are looked at for what it is, unpacked: what other programs write shows at once.
pub const HEAD_BYTES_MAX: u64 = 64 << 10;
/// Kinds of facts that are named where the rules know none of those in a store.
pub const KINDS_NAMED_MAX: usize = 6;
/// Records of erased customers that are written to a store at once.
pub const ERASED_RECORDS_AT_ONCE: usize = 512;
/// Times that a file is opened and locked which others rename or remove meanwhile; then it is theirs. Each of them
/// does so once in its whole work.
pub const FILE_LOCK_TRIES_MAX: usize = 100;
