//! Reads the folder of templates. What is no template there is told, never passed over.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::{Letters, codes};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::source::Sources;
use crate::base::span::Span;

/// The folder of templates, within the rules folder.
pub const FOLDER_NAME: &str = "templates";

/// Reads every template of a rules folder. The texts join `sources`, so that the diagnostics have
/// their places. Without the folder there are no templates.
pub fn load(rules_folder: &Path, sources: &mut Sources) -> (Letters, Vec<Diagnostic>) {
    let mut letters = Letters::default();
    let mut found = Vec::new();
    let folder = rules_folder.join(FOLDER_NAME);
    let names = match names(&folder) {
        Ok(names) => names,
        Err(reason) => {
            let source = sources.add(FOLDER_NAME, "");
            let message = format!("the folder of templates cannot be read: {reason}");
            found.push(Diagnostic::error(
                codes::UNREADABLE,
                message,
                Span::new(source, 0, 0),
            ));
            return (letters, found);
        }
    };
    // Texts first: an HTML needs its text.
    let mut pages = Vec::new();
    for name in names {
        let shown = format!("{FOLDER_NAME}/{name}");
        let (stem, is_page) = match name.rsplit_once('.') {
            Some((stem, "txt")) if !stem.is_empty() => (stem.to_owned(), false),
            Some((stem, "html")) if !stem.is_empty() => (stem.to_owned(), true),
            _ => {
                let source = sources.add(&shown, "");
                let message = format!("`{shown}` is no template");
                found.push(
                    Diagnostic::warning(codes::NO_TEMPLATE, message, Span::new(source, 0, 0))
                        .help("templates are called NAME.txt and NAME.html"),
                );
                continue;
            }
        };
        let text = match read(&folder.join(&name)) {
            Ok(text) => text,
            Err(reason) => {
                let source = sources.add(&shown, "");
                let message = format!("`{shown}` cannot be read: {reason}");
                found.push(Diagnostic::error(
                    codes::UNREADABLE,
                    message,
                    Span::new(source, 0, 0),
                ));
                continue;
            }
        };
        let source = sources.add(&shown, text.clone());
        let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
        if is_page {
            pages.push((stem, text, whole));
        } else if let Err(fault) = letters.add_text(&stem, &text, whole) {
            found.push(*fault);
        }
    }
    for (stem, text, whole) in pages {
        if let Err(fault) = letters.add_html(&stem, &text, whole) {
            found.push(*fault);
        }
    }
    (letters, found)
}

/// The files of the folder, sorted; hidden ones and an editor's copies (`…~`) are none of ours.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| error.to_string())?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|_| "the name of a file is not UTF-8".to_owned())?;
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        if names.len() == limit::TEMPLATE_FILES_MAX {
            return Err(format!(
                "it holds more than {} files",
                limit::TEMPLATE_FILES_MAX
            ));
        }
        names.push(name);
    }
    names.sort_unstable();
    Ok(names)
}

fn read(path: &Path) -> Result<String, String> {
    let about = fs::metadata(path).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is not a file".to_owned());
    }
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(limit::TEMPLATE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() > limit::TEMPLATE_BYTES_MAX {
        return Err(format!(
            "it is larger than {} bytes",
            limit::TEMPLATE_BYTES_MAX
        ));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}
