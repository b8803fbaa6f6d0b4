//! `tamis fmt`: rule files in their canonical layout. What the layout is, the language
//! knows; here files are read, compared and replaced whole.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use super::arguments::{Fmt, Place, Words};
use super::check::place_in_rules;
use super::failure::Failure;
use super::output::{Output, say};
use super::workplace::rules_folder;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::RULE_FILE_BYTES_MAX;
use crate::base::source::Sources;
use crate::language::layout;
use crate::language::lexicon::Lexicon;
use crate::language::parser;
use crate::language::words::Tongue;
use crate::rules::{self, Texts};

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";
/// The name under which findings point into standard input.
const TYPED: &str = "<standard input>";

/// Lays files out, or says which of them are not. A file with an error stays as it is.
pub(super) fn run(place: &Place, options: &Fmt, output: &mut Output) -> Result<ExitCode, Failure> {
    let folder = rules_folder(place);
    let to = options.to.map(|words| match words {
        Words::Zh => Tongue::Chinese,
        Words::En => Tongue::English,
    });
    if options
        .paths
        .iter()
        .any(|path| path.as_os_str() == STANDARD_INPUT)
    {
        return typed(&folder, options, to, output);
    }
    let texts = rules::read(&folder).map_err(|error| Failure::Input(error.to_string()))?;
    let paths = place_in_rules(&folder, &options.paths)?;
    let names = names_of(&texts);
    let mut sources = Sources::default();
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut differing = 0;
    for (name, text) in texts.iter().filter(|(name, _)| rules::is_rule_file(name)) {
        let id = sources.add(name.as_str(), text.as_str());
        if !paths.is_empty() && !paths.iter().any(|path| Path::new(name).starts_with(path)) {
            continue;
        }
        match layout::file(text, id, &names, to) {
            Err(faults) => found.extend(faults),
            Ok(laid_out) if laid_out == *text => {}
            Ok(laid_out) => {
                differing += 1;
                output.line(name)?;
                if !options.check {
                    replace(&folder.join(name), &laid_out)?;
                }
            }
        }
    }
    if !found.is_empty() {
        return Err(Failure::Rules(Box::new(sources), found));
    }
    if !options.check {
        return Ok(ExitCode::SUCCESS);
    }
    if differing > 0 {
        say(&format!(
            "{differing} of {} files are not in their canonical layout; `tamis fmt` brings them there",
            sources.iter().count()
        ));
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

/// Standard input laid out to standard output; names of the folder are known to it.
fn typed(
    folder: &Path,
    options: &Fmt,
    to: Option<Tongue>,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if options.paths.len() > 1 {
        return Err(Failure::Usage(
            "`-` is standard input and stands alone\nhelp: name files, or give one text".into(),
        ));
    }
    let mut text = String::new();
    // One byte more than allowed tells a text that is too large.
    let read = std::io::stdin()
        .take(RULE_FILE_BYTES_MAX as u64 + 1)
        .read_to_string(&mut text);
    read.map_err(|error| Failure::Input(format!("standard input cannot be read: {error}")))?;
    let names = match rules::read(folder) {
        Ok(texts) => names_of(&texts),
        Err(_) => Lexicon::default(),
    };
    let mut sources = Sources::default();
    let id = sources.add(TYPED, text.as_str());
    let laid_out = layout::file(&text, id, &names, to)
        .map_err(|found| Failure::Rules(Box::new(sources), found))?;
    if !options.check {
        output.write(&laid_out)?;
    }
    match options.check && laid_out != text {
        true => Ok(ExitCode::from(1)),
        false => Ok(ExitCode::SUCCESS),
    }
}

fn names_of(texts: &Texts) -> Lexicon {
    let rule_files = texts.iter().filter(|(name, _)| rules::is_rule_file(name));
    parser::names_of(rule_files.map(|(_, text)| text.as_str()))
}

/// Puts the text in the place of the file at once: whoever reads sees the one or the other.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Input(format!("{}: {error}", path.display()));
    // Links are followed, so that the file itself is replaced and the link stays.
    let path = path.canonicalize().map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Names that start with a dot are no rule files.
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, std::fs::metadata(&path)?.permissions()))
        .and_then(|()| std::fs::rename(&beside, &path));
    written.map_err(|error| {
        // Nobody is left to tell when what was begun cannot be taken away either.
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}
