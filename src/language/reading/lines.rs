//! Lines below lines: how what was put into words is laid out.

use crate::language::words::Tongue;

/// A line and what stands below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    mark: Option<String>,
    text: String,
    numbered: Vec<Line>,
    apart: Vec<Line>,
}

impl Line {
    /// A line with the parts that it speaks of by their marks.
    pub(super) fn of(text: String, apart: Vec<Line>) -> Self {
        Self {
            text,
            apart,
            ..Self::default()
        }
    }

    /// The same under a mark.
    pub(super) fn marked(mut self, mark: &str) -> Self {
        self.mark = Some(mark.to_owned());
        self
    }

    /// The same with numbered lines below.
    pub(super) fn above(mut self, numbered: Vec<Line>) -> Self {
        self.numbered = numbered;
        self
    }

    /// The same after some words.
    pub(super) fn after(mut self, words: &str) -> Self {
        self.text.insert_str(0, words);
        self
    }

    /// The same with another end in the place of its colon.
    pub(super) fn ended(mut self, end: &str) -> Self {
        if let Some(text) = self.text.strip_suffix('：') {
            self.text = format!("{text}{end}");
        }
        self
    }

    /// Letters of its own text.
    pub(super) fn letters(&self) -> usize {
        self.text.chars().count()
    }

    /// Every line ended.
    pub(super) fn write(&self, tongue: Tongue) -> String {
        let mut out = String::new();
        self.write_at(tongue, 0, "", &mut out);
        out
    }

    fn write_at(&self, tongue: Tongue, depth: usize, number: &str, out: &mut String) {
        let (stop, space, gap) = match tongue {
            Tongue::English => (".", ". ", " "),
            Tongue::Chinese => ("。", ". ", ""),
        };
        out.push_str(&"  ".repeat(depth));
        if !number.is_empty() {
            out.push_str(number);
            out.push_str(space);
        }
        if let Some(mark) = &self.mark {
            out.push_str(mark);
            out.push_str(gap);
        }
        out.push_str(&self.text);
        if depth == 0 && self.numbered.is_empty() {
            out.push_str(stop);
        }
        out.push('\n');
        for (at, line) in self.numbered.iter().enumerate() {
            let number = match number {
                "" => (at + 1).to_string(),
                above => format!("{above}.{}", at + 1),
            };
            line.write_at(tongue, depth + 1, &number, out);
        }
        for line in &self.apart {
            line.write_at(tongue, depth + 1, "", out);
        }
    }
}
