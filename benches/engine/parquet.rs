//! The made-up events as Parquet files: whole numbers, decimals, flags, texts and clock faces of their own
//! types, packed with snappy, as a data warehouse writes them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::files::{CHANNELS, DEVICES, EVENTS};
use super::world::{self, FieldValue};

/// Rows of one row group.
const GROUP_ROWS: usize = 1 << 17;

/// How event files become facts, from Parquet.
pub fn sources() -> String {
    super::files::sources_with(&|event, fields| {
        format!(
            "source {event}s \"{event}.parquet\" {{\n  format parquet\n  event {event} {{ customer = customer  at = at  {fields} }}\n}}\n"
        )
    })
}

/// Values of one column; those that are missing are none.
enum Values {
    Money(Vec<i64>),
    Int(Vec<i32>),
    Flag(Vec<bool>),
    Text(Vec<ByteArray>),
}

struct Column {
    values: Values,
    levels: Vec<i16>,
}

struct Kind {
    writer: SerializedFileWriter<File>,
    customers: Vec<i64>,
    instants: Vec<i64>,
    columns: Vec<Column>,
}

/// Writes a file for each event type.
pub fn write(folder: &Path, customers: u32) {
    let mut kinds: Vec<Kind> = EVENTS
        .iter()
        .map(|(name, fields)| Kind::new(folder, name, fields))
        .collect();
    for number in 0..customers {
        for event in world::events(number) {
            let kind = &mut kinds[event.kind];
            kind.push(number, &event, EVENTS[event.kind].0);
            if kind.customers.len() == GROUP_ROWS {
                kind.flush();
            }
        }
    }
    for mut kind in kinds {
        kind.flush();
        kind.writer.close().unwrap();
    }
}

/// Its type in the file and the list that holds it.
fn column(field: &str) -> (&'static str, Values) {
    match field {
        "amount" => ("int64 {} (DECIMAL(12,2))", Values::Money(Vec::new())),
        "outgoing" | "opened" => ("boolean {}", Values::Flag(Vec::new())),
        "seconds" | "severity" | "days_late" => ("int32 {}", Values::Int(Vec::new())),
        _ => ("byte_array {} (STRING)", Values::Text(Vec::new())),
    }
}

impl Kind {
    fn new(folder: &Path, name: &str, fields: &[&str]) -> Self {
        let mut message = String::from(
            "message events { required int64 customer; required int64 at (TIMESTAMP(MICROS,false));",
        );
        let mut columns = Vec::new();
        for field in fields {
            let (kind, values) = column(field);
            message.push_str(&format!(" optional {};", kind.replace("{}", field)));
            columns.push(Column {
                values,
                levels: Vec::new(),
            });
        }
        message.push('}');
        let schema = Arc::new(parse_message_type(&message).unwrap());
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
        let file = File::create(folder.join(format!("{name}.parquet"))).unwrap();
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()));
        Self {
            writer: writer.unwrap(),
            customers: Vec::new(),
            instants: Vec::new(),
            columns,
        }
    }

    fn push(&mut self, customer: u32, event: &world::Event, name: &str) {
        self.customers.push(i64::from(customer));
        self.instants.push(event.at * 1_000_000);
        for (column, value) in self.columns.iter_mut().zip(event.fields) {
            let missing = matches!(value, FieldValue::Nothing);
            column.levels.push(i16::from(!missing));
            match (&mut column.values, value) {
                (Values::Money(values), FieldValue::Money(cents)) => values.push(cents),
                (Values::Int(values), FieldValue::Int(number)) => values.push(number as i32),
                (Values::Flag(values), FieldValue::Flag(flag)) => values.push(flag),
                (Values::Text(values), FieldValue::Choice(choice)) => {
                    let words = if name == "login" { DEVICES } else { CHANNELS };
                    values.push(words[usize::from(choice)].into());
                }
                (Values::Text(values), FieldValue::Word(letter, at)) => {
                    values.push(format!("{letter}{at}").as_str().into());
                }
                _ => assert!(missing, "a value of another kind"),
            }
        }
    }

    fn flush(&mut self) {
        let mut group = self.writer.next_row_group().unwrap();
        for values in [&mut self.customers, &mut self.instants] {
            let mut column = group.next_column().unwrap().unwrap();
            let writer = column.typed::<Int64Type>();
            writer.write_batch(values, None, None).unwrap();
            column.close().unwrap();
            values.clear();
        }
        for Column { values, levels } in &mut self.columns {
            let mut column = group.next_column().unwrap().unwrap();
            match values {
                Values::Money(values) => put::<Int64Type>(&mut column, values, levels),
                Values::Int(values) => put::<Int32Type>(&mut column, values, levels),
                Values::Flag(values) => put::<BoolType>(&mut column, values, levels),
                Values::Text(values) => put::<ByteArrayType>(&mut column, values, levels),
            }
            column.close().unwrap();
            levels.clear();
        }
        group.close().unwrap();
    }
}

/// Writes the values of a column and empties them.
fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    levels: &[i16],
) {
    let column = column.typed::<T>();
    column.write_batch(values, Some(levels), None).unwrap();
    values.clear();
}
