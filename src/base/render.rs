//! Draws diagnostics for a terminal: code, sentence, file:line:column, the line with
//! carets by display width, help. Only user of annotate-snippets.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Severity};
use super::source::Sources;
use super::span::Span;

/// Bytes of a text shown around a fault on either side; a one-line megabyte is not drawn whole.
const CONTEXT_BYTES_MAX: usize = 400;

/// Bytes between labels that are still drawn together.
const SHARED_BYTES_MAX: u32 = 2_000;

/// All of them, one after another, each ended by a blank line.
pub fn render(sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&one(sources, diagnostic, &renderer));
        out.push_str("\n\n");
    }
    out
}

fn one(sources: &Sources, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(
        level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code),
    );
    let mut drawn: Vec<usize> = Vec::new();
    for (first, label) in diagnostic.labels.iter().enumerate() {
        let Some(source) = sources
            .get(label.span.source)
            .filter(|_| !drawn.contains(&first))
        else {
            continue;
        };
        // Labels near each other share one drawing.
        let mut whole = label.span;
        let mut together = vec![first];
        for (at, other) in diagnostic.labels.iter().enumerate().skip(first + 1) {
            let union = whole.to(other.span);
            if other.span.source == whole.source
                && union.end - union.start <= SHARED_BYTES_MAX
                && !drawn.contains(&at)
            {
                whole = union;
                together.push(at);
            }
        }
        let view = View::around(&source.text, whole);
        let mut snippet = Snippet::source(view.window)
            .line_start(view.line)
            .path(source.name.as_str());
        for at in together {
            let Some(label) = diagnostic.labels.get(at) else {
                continue;
            };
            let kind = if at == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let message = (!label.message.is_empty()).then_some(label.message.as_str());
            snippet = snippet.annotation(kind.span(view.within(label.span)).label(message));
            drawn.push(at);
        }
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The lines around a span, or a piece of them when they are very long.
struct View<'a> {
    window: &'a str,
    /// Where the window starts in the text, in bytes.
    from: usize,
    /// Number of its first line, from 1.
    line: usize,
}

impl<'a> View<'a> {
    fn around(text: &'a str, span: Span) -> Self {
        let start = floor_character(text, span.start as usize);
        let shown = (span.end.saturating_sub(span.start) as usize).min(SHARED_BYTES_MAX as usize);
        let end = floor_character(text, start + shown);
        let line_start = text
            .get(..start)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        let from = floor_character(
            text,
            line_start.max(start.saturating_sub(CONTEXT_BYTES_MAX)),
        );
        let line_end = text
            .get(end..)
            .and_then(|rest| rest.find('\n'))
            .map_or(text.len(), |at| end + at);
        let to = floor_character(text, line_end.min(end + CONTEXT_BYTES_MAX));
        let line = text
            .get(..from)
            .map_or(0, |before| before.matches('\n').count())
            + 1;
        Self {
            window: text.get(from..to).unwrap_or(""),
            from,
            line,
        }
    }

    /// The span's place within the window, on character boundaries.
    fn within(&self, span: Span) -> std::ops::Range<usize> {
        let inside =
            |at: u32| floor_character(self.window, (at as usize).saturating_sub(self.from));
        let start = inside(span.start);
        start..inside(span.end).max(start)
    }
}

/// The nearest character boundary not after `at`.
fn floor_character(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_what_they_mean_by_display_width() {
        let mut sources = Sources::default();
        let text = "筛选 年轻人: 年龄 < \"三十\"\n";
        let id = sources.add("demo.tamis", text);
        let at = |piece: &str| {
            let start = text.find(piece).unwrap() as u32;
            Span::new(id, start, start + piece.len() as u32)
        };
        let diagnostic = Diagnostic::error(
            "E203",
            "年龄 is a whole number, \"三十\" is text",
            at("\"三十\""),
        )
        .saying("text")
        .also(at("年龄"), "a whole number")
        .help("write 30");
        insta::assert_snapshot!(render(&sources, &[diagnostic], false));
    }

    #[test]
    fn a_very_long_line_is_shown_in_part_and_no_span_panics() {
        let mut sources = Sources::default();
        let text = "资".repeat(200_000);
        let id = sources.add("long.tamis", text.as_str());
        for (start, end) in [
            (0, 3),
            (300_000, 300_003),
            (599_997, 600_000),
            (0, 600_000),
            (600_000, 600_000),
            (700_000, 900_000),
            (1, 2),
        ] {
            let drawn = render(
                &sources,
                &[Diagnostic::warning("W601", "x", Span::new(id, start, end))],
                false,
            );
            assert!(drawn.len() < 10_000, "{start}..{end}: {}", drawn.len());
        }
    }
}
