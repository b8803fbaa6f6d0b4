//! Tables for terminals, with widths right for Chinese.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::base::text::visible;

/// A drawn table, control characters as pictures; `right` names the columns aligned to the right, `columns` the width it must fit.
pub fn draw(
    header: &[&str],
    rows: &[Vec<String>],
    right: &[usize],
    columns: Option<u16>,
) -> String {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(rule))
        .set_header(header.iter().map(|name| visible(name)));
    if let Some(width) = columns {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| visible(cell)));
    }
    for column in right {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// A count with its thousands apart: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn what_values_say_to_a_terminal_is_not_done() {
        let row = vec!["\u{1b}]0;title\u{7}".to_owned(), "a\nb".to_owned()];
        let drawn = draw(&["i\rd", "n"], &[row], &[], None);
        assert!(
            drawn.contains("␛]0;title␇") && drawn.contains("a␊b"),
            "{drawn}"
        );
        assert!(
            drawn.contains("i␍d") && drawn.lines().count() == 3,
            "{drawn}"
        );
    }

    #[test]
    fn chinese_columns_line_up() {
        insta::assert_snapshot!(draw(
            &["编号", "city", "资产"],
            &[
                vec!["1".into(), "布拉格".into(), "12.5".into()],
                vec!["22".into(), "Brno".into(), "1000".into()]
            ],
            &[2],
            None,
        ));
    }
}
