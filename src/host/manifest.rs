//! `plugin.toml`: what a plugin is called, what it reads and gives, and what it asks
//! for. Read and judged as text alone; whether the component agrees is seen when it is
//! loaded.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::interface::{WORLD, kind_of};
use crate::base::kind::Kind;
use crate::base::limit::{
    NAME_CHARACTERS_MAX, PLUGIN_BATCH_MS, PLUGIN_BATCH_MS_MAX, PLUGIN_MEMORY_BYTES,
    PLUGIN_MEMORY_BYTES_MAX, PLUGIN_SIGNATURE_ITEMS_MAX,
};

/// A manifest as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// What rules call it: letters, digits and `_`.
    pub id: String,
    /// `MAJOR.MINOR.PATCH`, perhaps with more after a `-` or `+`.
    pub version: String,
    /// For people.
    pub description: String,
    /// File name of the component, in the manifest's folder.
    pub component: String,
    /// SHA-256 of the component in small hexadecimal digits, when it is pinned.
    pub sha256: Option<String>,
    /// Handed to the plugin as they are, sorted.
    pub settings: BTreeMap<String, String>,
    /// At least one.
    pub functions: Vec<ManifestFunction>,
    /// Bytes of memory.
    pub memory_bytes: usize,
    /// Milliseconds of processor time of one batch.
    pub batch_ms: u64,
}

/// One function.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestFunction {
    /// Its name.
    pub name: String,
    /// Bool, Int, Number or Text.
    pub output: Kind,
    /// Both ends belong; of Int and Number only.
    pub range: Option<(f64, f64)>,
    /// What it reads.
    pub inputs: Vec<ManifestInput>,
}

/// One thing that a function reads of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestInput {
    /// What the plugin calls it.
    pub name: String,
    /// An expression of the language.
    pub expression: String,
    /// Bool, Int, Number, Text or Time.
    pub kind: Kind,
    /// Whether the function answers without it.
    pub optional: bool,
}

/// Reads a manifest; the error is a sentence that names the key at fault.
pub fn read(text: &str) -> Result<Manifest, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        format!("it is not TOML: {}", error.message().replace('\n', " "))
    })?;
    let mut keys = Keys::new(&table, "");
    let world = keys.text("interface")?.unwrap_or_else(|| WORLD.to_owned());
    if world != WORLD {
        return Err(format!(
            "`interface` is \"{world}\", and this version of Tamis speaks \"{WORLD}\" alone"
        ));
    }
    let id = keys.needed("id")?;
    named("id", &id)?;
    let version = keys.needed("version")?;
    if !is_version(&version) {
        return Err(format!(
            "`version` is \"{version}\"; write it like \"1.0.0\""
        ));
    }
    let component = keys
        .text("component")?
        .unwrap_or_else(|| format!("{id}.wasm"));
    let mut parts = Path::new(&component).components();
    if !matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    ) {
        return Err("`component` is a file name in the folder of plugin.toml".to_owned());
    }
    let sha256 = keys.text("sha256")?;
    if let Some(hash) = &sha256
        && (hash.len() != 64
            || !hash
                .bytes()
                .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')))
    {
        return Err("`sha256` has 64 small hexadecimal digits".to_owned());
    }
    let settings = settings(&mut keys)?;
    let (memory_bytes, batch_ms) = limits(&mut keys)?;
    let functions = keys.tables("function")?;
    let functions = functions
        .into_iter()
        .map(function)
        .collect::<Result<Vec<_>, _>>()?;
    if functions.is_empty() || functions.len() > PLUGIN_SIGNATURE_ITEMS_MAX {
        return Err(format!(
            "`[[function]]` stands once to {PLUGIN_SIGNATURE_ITEMS_MAX} times"
        ));
    }
    unique("function", functions.iter().map(|function| &*function.name))?;
    let manifest = Manifest {
        id,
        version,
        description: keys.text("description")?.unwrap_or_default(),
        component,
        sha256,
        settings,
        functions,
        memory_bytes,
        batch_ms,
    };
    keys.done()?;
    Ok(manifest)
}

fn settings(keys: &mut Keys<'_>) -> Result<BTreeMap<String, String>, String> {
    let Some(table) = keys.table("settings")? else {
        return Ok(BTreeMap::new());
    };
    let settings = table.iter().map(|(name, value)| {
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Float(number) => number.to_string(),
            toml::Value::Boolean(value) => value.to_string(),
            _ => {
                return Err(format!(
                    "`settings.{name}` is a text, a number or true or false"
                ));
            }
        };
        Ok((name.clone(), text))
    });
    settings.collect()
}

fn limits(keys: &mut Keys<'_>) -> Result<(usize, u64), String> {
    let (mut memory, mut batch) = (PLUGIN_MEMORY_BYTES, PLUGIN_BATCH_MS);
    if let Some(table) = keys.table("limits")? {
        let mut keys = Keys::new(table, "limits.");
        let most = PLUGIN_MEMORY_BYTES_MAX >> 20;
        if let Some(megabytes) = keys.count("memory_mb", most as u64)? {
            memory = usize::try_from(megabytes).unwrap_or(most) << 20;
        }
        if let Some(ms) = keys.count("batch_ms", PLUGIN_BATCH_MS_MAX)? {
            batch = ms;
        }
        keys.done()?;
    }
    Ok((memory, batch))
}

fn function(table: &toml::Table) -> Result<ManifestFunction, String> {
    let mut keys = Keys::new(table, "function.");
    let name = keys.needed("name")?;
    named("function.name", &name)?;
    let output = kind(&keys.needed("output")?, "function.output")?;
    if output == Kind::Time {
        return Err("`function.output` is number, int, bool or text".to_owned());
    }
    let range = match keys.value("range") {
        None => None,
        Some(range) => Some(range_of(range, &output)?),
    };
    let inputs = keys.tables("input")?;
    let inputs = inputs
        .into_iter()
        .map(input)
        .collect::<Result<Vec<_>, _>>()?;
    if inputs.len() > PLUGIN_SIGNATURE_ITEMS_MAX {
        return Err(format!(
            "`[[function.input]]` stands {PLUGIN_SIGNATURE_ITEMS_MAX} times at most"
        ));
    }
    unique("function.input", inputs.iter().map(|input| &*input.name))?;
    keys.done()?;
    Ok(ManifestFunction {
        name,
        output,
        range,
        inputs,
    })
}

fn input(table: &toml::Table) -> Result<ManifestInput, String> {
    let mut keys = Keys::new(table, "function.input.");
    let input = ManifestInput {
        name: keys.needed("name")?,
        expression: keys.needed("expression")?,
        kind: kind(&keys.needed("kind")?, "function.input.kind")?,
        optional: match keys.value("optional") {
            None => false,
            Some(toml::Value::Boolean(optional)) => *optional,
            Some(_) => return Err("`function.input.optional` is true or false".to_owned()),
        },
    };
    named("function.input.name", &input.name)?;
    keys.done()?;
    Ok(input)
}

fn range_of(range: &toml::Value, output: &Kind) -> Result<(f64, f64), String> {
    let fault = || "`function.range` is two numbers, the smaller first, as in [0, 1]".to_owned();
    if !matches!(output, Kind::Number | Kind::Int) {
        return Err("`function.range` is for outputs number and int".to_owned());
    }
    let number = |value: &toml::Value| match value {
        toml::Value::Integer(number) => Some(*number as f64),
        toml::Value::Float(number) if number.is_finite() => Some(*number),
        _ => None,
    };
    match range.as_array().map(Vec::as_slice) {
        Some([low, high]) => match (number(low), number(high)) {
            (Some(low), Some(high)) if low <= high => Ok((low, high)),
            _ => Err(fault()),
        },
        _ => Err(fault()),
    }
}

fn kind(word: &str, key: &str) -> Result<Kind, String> {
    kind_of(word).ok_or_else(|| {
        format!("`{key}` is \"{word}\"; the kinds are number, int, bool, text, time")
    })
}

/// What rules and plugins call something: letters, digits and `_`.
fn named(key: &str, name: &str) -> Result<(), String> {
    let starts = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let plain = name.chars().all(|it| it.is_alphanumeric() || it == '_');
    if starts && plain && name.chars().count() <= NAME_CHARACTERS_MAX {
        return Ok(());
    }
    Err(format!(
        "`{key}` is \"{name}\"; it has letters, digits and `_`, and no digit first"
    ))
}

fn unique<'n>(key: &str, names: impl Iterator<Item = &'n str>) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(format!("`{key}` \"{name}\" stands twice"));
        }
    }
    Ok(())
}

/// Three numbers, perhaps with more after a `-` or `+`.
fn is_version(text: &str) -> bool {
    let plain = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = plain.split('.').collect();
    let number = |part: &&str| {
        !part.is_empty() && part.len() <= 9 && part.bytes().all(|it| it.is_ascii_digit())
    };
    parts.len() == 3 && parts.iter().all(number) && text.len() <= NAME_CHARACTERS_MAX
}

/// A table whose keys are taken one by one; what is left over is a mistake.
struct Keys<'t> {
    table: &'t toml::Table,
    path: &'static str,
    taken: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    fn new(table: &'t toml::Table, path: &'static str) -> Self {
        Self {
            table,
            path,
            taken: Vec::new(),
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'t toml::Value> {
        self.taken.push(key);
        self.table.get(key)
    }

    fn text(&mut self, key: &'static str) -> Result<Option<String>, String> {
        match self.value(key) {
            None => Ok(None),
            Some(toml::Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("`{}{key}` is a text in quotes", self.path)),
        }
    }

    fn needed(&mut self, key: &'static str) -> Result<String, String> {
        let path = self.path;
        self.text(key)?
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| format!("`{path}{key}` is missing"))
    }

    fn count(&mut self, key: &'static str, most: u64) -> Result<Option<u64>, String> {
        let path = self.path;
        match self.value(key) {
            None => Ok(None),
            Some(toml::Value::Integer(number)) if (1..=most as i64).contains(number) => {
                Ok(Some(number.unsigned_abs()))
            }
            Some(_) => Err(format!("`{path}{key}` is a whole number from 1 to {most}")),
        }
    }

    fn table(&mut self, key: &'static str) -> Result<Option<&'t toml::Table>, String> {
        match self.value(key) {
            None => Ok(None),
            Some(toml::Value::Table(table)) => Ok(Some(table)),
            Some(_) => Err(format!("`{}{key}` is a table", self.path)),
        }
    }

    fn tables(&mut self, key: &'static str) -> Result<Vec<&'t toml::Table>, String> {
        let fault = || format!("`[[{}{key}]]` is a list of tables", self.path);
        match self.table.get(key) {
            None => {
                self.taken.push(key);
                Ok(Vec::new())
            }
            Some(toml::Value::Array(list)) => {
                let tables = list.iter().map(|item| item.as_table().ok_or_else(fault));
                let tables = tables.collect::<Result<Vec<_>, _>>()?;
                self.taken.push(key);
                Ok(tables)
            }
            Some(_) => Err(fault()),
        }
    }

    fn done(&self) -> Result<(), String> {
        let unknown = self
            .table
            .keys()
            .find(|key| !self.taken.contains(&key.as_str()));
        match unknown {
            None => Ok(()),
            Some(key) => Err(format!("`{}{key}` is no key of a manifest", self.path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
id = "churn"
version = "1.2.0-rc1"
description = "Who leaves."
component = "c.wasm"
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
[settings]
base = -1.5
name = "x"
[limits]
memory_mb = 16
batch_ms = 250
[[function]]
name = "risk"
output = "number"
range = [0, 1.5]
[[function.input]]
name = "age"
expression = "years since born"
kind = "int"
optional = true
"#;

    #[test]
    fn a_whole_manifest_is_read() {
        let manifest = read(WHOLE).unwrap();
        assert_eq!((&*manifest.id, &*manifest.version), ("churn", "1.2.0-rc1"));
        assert_eq!((manifest.memory_bytes, manifest.batch_ms), (16 << 20, 250));
        assert_eq!(manifest.settings["base"], "-1.5");
        let function = &manifest.functions[0];
        assert_eq!(
            (function.range, &function.output),
            (Some((0.0, 1.5)), &Kind::Number)
        );
        let input = &function.inputs[0];
        assert!(input.optional && input.kind == Kind::Int);
        let least =
            "id = \"a\"\nversion = \"0.1.0\"\n[[function]]\nname = \"f\"\noutput = \"bool\"";
        assert_eq!(read(least).unwrap().component, "a.wasm");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (from, to, says) in [
            ("id = \"churn\"", "id = \"a b\"", "`id` is \"a b\""),
            ("id = \"churn\"", "", "`id` is missing"),
            ("\"1.2.0-rc1\"", "\"1.2\"", "`version` is \"1.2\""),
            ("\"c.wasm\"", "\"../c.wasm\"", "`component` is a file name"),
            ("0123456789abcdef\"", "\"", "`sha256` has 64"),
            ("base = -1.5", "base = [1]", "`settings.base` is a text"),
            (
                "memory_mb = 16",
                "memory_mb = 9999",
                "`limits.memory_mb` is a whole number from 1 to 256",
            ),
            ("\"number\"", "\"time\"", "`function.output` is number, int"),
            ("[0, 1.5]", "[2, 1]", "`function.range` is two numbers"),
            (
                "kind = \"int\"",
                "kind = \"money\"",
                "`function.input.kind` is \"money\"",
            ),
            (
                "optional = true",
                "optionnal = true",
                "`function.input.optionnal` is no key",
            ),
            ("[settings]", "[setings]", "`setings` is no key"),
            ("id = ", "id := ", "it is not TOML"),
        ] {
            let text = WHOLE.replace(from, to);
            assert_ne!(text, WHOLE, "{from}");
            let said = read(&text).unwrap_err();
            assert!(said.starts_with(says), "{said}");
        }
        let twice = format!("{WHOLE}{}", &WHOLE[WHOLE.find("[[function]]").unwrap()..]);
        assert_eq!(
            read(&twice).unwrap_err(),
            "`function` \"risk\" stands twice"
        );
    }
}
