//! Which column of a file is which name of its source.

use std::path::Path;

use super::csv::better_delimiter;
use super::error::ImportError;
use crate::base::limit::RECORD_COLUMNS_MAX;
use crate::base::text::nfc;

/// For each name that the source uses, the position in the file. Names are compared in
/// normal form without blanks around; columns that the source does not use may be called anything.
pub fn positions(
    path: &Path,
    header: &[String],
    wanted: &[String],
    delimiter: Option<u8>,
) -> Result<Vec<u32>, ImportError> {
    let present: Vec<String> = header.iter().map(|name| clean(name)).collect();
    let mut found = Vec::with_capacity(wanted.len());
    let mut missing = Vec::new();
    for name in wanted {
        let name = clean(name);
        let mut places = present
            .iter()
            .zip(0u32..)
            .filter(|(column, _)| **column == name)
            .map(|(_, place)| place);
        match (places.next(), places.next()) {
            (Some(_), Some(_)) => {
                return Err(ImportError::RepeatedColumn {
                    path: path.to_path_buf(),
                    name,
                });
            }
            (Some(place), None) => found.push(place),
            (None, _) => missing.push(name),
        }
    }
    let too_many = present.len() > RECORD_COLUMNS_MAX;
    if missing.is_empty() && !too_many {
        return Ok(found);
    }
    let hint = match present.as_slice() {
        _ if too_many => Some(format!(
            "more than {RECORD_COLUMNS_MAX} columns cannot be read"
        )),
        [only] => better_delimiter(only, delimiter),
        _ => None,
    };
    Err(ImportError::MissingColumns {
        path: path.to_path_buf(),
        missing,
        present,
        hint,
    })
}

/// A name as it is compared: in normal form, without blanks around.
pub fn clean(name: &str) -> String {
    nfc(name.trim()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &[&str], wanted: &[&str]) -> Result<Vec<u32>, ImportError> {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|name| name.to_string())
                .collect::<Vec<_>>()
        };
        positions(
            Path::new("a.csv"),
            &owned(header),
            &owned(wanted),
            Some(b';'),
        )
    }

    #[test]
    fn columns_are_found_by_name() {
        assert_eq!(find(&["b", " a ", "客户"], &["客户", "a"]).unwrap(), [2, 1]);
        assert_eq!(
            find(&["e\u{301}", "x", "x"], &["é"]).unwrap(),
            [0],
            "unused ones may repeat"
        );
    }

    #[test]
    fn faults_name_what_is_there() {
        let error = find(&["a", "b"], &["c", "a", "d"]).unwrap_err();
        assert_eq!(error.code(), "I007");
        assert_eq!(
            error.to_string(),
            "a.csv has no column `c`, `d`; it has `a`, `b`"
        );
        let error = find(&["id,amount"], &["id"]).unwrap_err();
        assert!(
            error.to_string().ends_with("is the delimiter \",\"?"),
            "{error}"
        );
        assert_eq!(find(&["a", "a"], &["a"]).unwrap_err().code(), "I008");
    }
}
