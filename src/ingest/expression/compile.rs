//! A typed expression of a source becomes one over the positions of a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Choice, Code, Column, Reading};
use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::limit::SOURCE_NESTING_MAX;
use crate::base::pattern::Pattern;
use crate::base::recursion::deep;
use crate::base::value::Value;
use crate::ingest::error::ImportError;
use crate::language::typed::{self, Function, Node, Rules, SourceFile, Typed};

/// Which columns of which source are looked up, by index of the source; a column's place in its list is its slot.
pub type Kept = BTreeMap<usize, Vec<u32>>;

/// What an expression may refer to.
pub struct Scope<'a> {
    /// The set it belongs to.
    pub rules: &'a Rules,
    /// The source it stands in.
    pub source: &'a SourceFile,
    /// Position in the file of each of the source's columns.
    pub positions: &'a [u32],
    /// Lookups of all sources.
    pub kept: &'a Kept,
}

/// Compiles; refuses what cannot be asked of a record.
pub fn compile(typed: &Typed, scope: &Scope<'_>) -> Result<Code, ImportError> {
    Compiler { scope, depth: 0 }.code(typed)
}

struct Compiler<'a> {
    scope: &'a Scope<'a>,
    depth: u32,
}

type Compiled = Result<Code, ImportError>;

impl Compiler<'_> {
    fn refuse(&self, what: impl Into<String>) -> ImportError {
        ImportError::Unsupported {
            source: self.scope.source.name.to_string(),
            what: what.into(),
        }
    }

    fn boxed(&mut self, typed: &Typed) -> Result<Box<Code>, ImportError> {
        self.code(typed).map(Box::new)
    }

    fn list(&mut self, list: &[Typed]) -> Result<Vec<Code>, ImportError> {
        list.iter().map(|typed| self.code(typed)).collect()
    }

    fn two(&mut self, a: &Typed, b: &Typed) -> Result<Box<[Code; 2]>, ImportError> {
        Ok(Box::new([self.code(a)?, self.code(b)?]))
    }

    fn three(&mut self, a: &Typed, b: &Typed, c: &Typed) -> Result<Box<[Code; 3]>, ImportError> {
        Ok(Box::new([self.code(a)?, self.code(b)?, self.code(c)?]))
    }

    fn code(&mut self, typed: &Typed) -> Compiled {
        self.depth += 1;
        if self.depth > SOURCE_NESTING_MAX {
            return Err(self.refuse("an expression is nested too deeply"));
        }
        let code = deep(|| self.node(typed));
        self.depth -= 1;
        code
    }

    fn node(&mut self, typed: &Typed) -> Compiled {
        Ok(match &typed.node {
            Node::Literal(value) => Code::Constant(value.clone()),
            Node::Missing => Code::Missing,
            Node::Clear => Code::Clear,
            Node::Param(id) => {
                let param = self.scope.rules.param(*id);
                Code::Constant(
                    param
                        .ok_or_else(|| self.refuse("a param is not there"))?
                        .value
                        .clone(),
                )
            }
            Node::Column(index) => Code::Column(self.column(*index)?),
            Node::RecordNumber => Code::RecordNumber,
            Node::Given { given, .. } => Code::Given(*given),
            Node::Lookup {
                source,
                column,
                key,
            } => Code::Lookup {
                source: source.0 as usize,
                slot: self.slot(source.0 as usize, *column)?,
                key: self.boxed(key)?,
            },
            Node::Default { value, fallback } => Code::Default(self.two(value, fallback)?),
            Node::If {
                condition,
                then,
                otherwise,
            } => Code::If(self.three(condition, then, otherwise)?),
            Node::Case { arms, otherwise } => Code::Case {
                arms: arms
                    .iter()
                    .map(|(when, then)| Ok((self.code(when)?, self.code(then)?)))
                    .collect::<Result<_, ImportError>>()?,
                otherwise: otherwise
                    .as_ref()
                    .map(|typed| self.boxed(typed))
                    .transpose()?,
            },
            Node::Arithmetic { op, left, right } => Code::Arithmetic {
                op: *op,
                parts: self.two(left, right)?,
            },
            Node::Negate(value) => Code::Negate(self.boxed(value)?),
            Node::Convert(value) if value.kind == Kind::Text => {
                self.reading(value, &typed.kind, None, None)?
            }
            Node::Convert(value) => Code::Convert {
                value: self.boxed(value)?,
                kind: typed.kind.clone(),
            },
            Node::DateAdd { base, count, unit } => Code::DateAdd {
                base: self.boxed(base)?,
                count: *count,
                unit: *unit,
            },
            Node::DaysBetween { left, right } => Code::DaysBetween(self.two(left, right)?),
            Node::Call {
                function,
                arguments,
            } => self.call(typed, *function, arguments)?,
            _ => return self.test(typed),
        })
    }

    /// Conditions.
    fn test(&mut self, typed: &Typed) -> Compiled {
        Ok(match &typed.node {
            Node::Not(value) => Code::Not(self.boxed(value)?),
            Node::And(list) => Code::And(self.list(list)?),
            Node::Or(list) => Code::Or(self.list(list)?),
            Node::AtLeast { count, of } => Code::AtLeast {
                count: *count,
                of: self.list(of)?,
            },
            Node::Compare { op, left, right } => Code::Compare {
                op: *op,
                left: self.boxed(left)?,
                right: self.boxed(right)?,
            },
            Node::Between {
                value,
                low,
                low_included,
                high,
                high_included,
                negated,
            } => Code::Between {
                parts: self.three(value, low, high)?,
                included: (*low_included, *high_included),
                negated: *negated,
            },
            Node::In {
                value,
                choices,
                negated,
            } => Code::In {
                value: self.boxed(value)?,
                choices: choices
                    .iter()
                    .map(|choice| self.choice(choice))
                    .collect::<Result<_, _>>()?,
                negated: *negated,
            },
            Node::TextTest {
                op,
                folded,
                value,
                pattern,
            } => Code::TextTest {
                op: *op,
                folded: *folded,
                parts: self.two(value, pattern)?,
            },
            Node::Matches {
                folded,
                value,
                pattern,
            } => Code::Matches {
                value: self.boxed(value)?,
                pattern: Box::new(Pattern::new(pattern, *folded).map_err(|why| self.refuse(why))?),
            },
            Node::IsMissing { value, negated } => Code::IsMissing {
                value: self.boxed(value)?,
                negated: *negated,
            },
            _ => {
                return Err(
                    self.refuse("an expression asks for something that a record does not have")
                );
            }
        })
    }

    fn choice(&mut self, choice: &typed::Choice) -> Result<Choice, ImportError> {
        let mut end =
            |end: &Option<Box<Typed>>| end.as_deref().map(|typed| self.code(typed)).transpose();
        Ok(match choice {
            typed::Choice::Range {
                low,
                high,
                high_included,
            } => Choice::Range {
                low: end(low)?,
                high: end(high)?,
                high_included: *high_included,
            },
            typed::Choice::One(value) => Choice::One(self.code(value)?),
        })
    }

    fn call(&mut self, typed: &Typed, function: Function, arguments: &[Typed]) -> Compiled {
        let first = arguments.first();
        let of = first.map_or(Kind::Text, |first| first.kind.clone());
        let reads = match function {
            Function::Read => true,
            Function::ToDate | Function::ToTime | Function::ToNumber => of == Kind::Text,
            _ => false,
        };
        if let (true, Some(first)) = (reads, first) {
            if first.kind != Kind::Text {
                return Ok(Code::Convert {
                    value: self.boxed(first)?,
                    kind: typed.kind.clone(),
                });
            }
            let pattern = self.constant(arguments.get(1))?;
            let zone = self.constant(arguments.get(2))?;
            return self.reading(first, &typed.kind, pattern, zone);
        }
        if function == Function::Anniversary {
            return Err(
                self.refuse("`anniversary` depends on the day and cannot stand in a source")
            );
        }
        Ok(Code::Call {
            function,
            arguments: self.list(arguments)?,
            kind: typed.kind.clone(),
            of,
        })
    }

    fn reading(
        &mut self,
        value: &Typed,
        kind: &Kind,
        pattern: Option<Arc<str>>,
        zone: Option<Arc<str>>,
    ) -> Compiled {
        let zone = match zone {
            Some(name) => Some(Zone::load(&name).ok_or_else(|| ImportError::Zone {
                name: name.to_string(),
            })?),
            None => None,
        };
        Ok(Code::Read(Box::new(Reading {
            value: self.code(value)?,
            kind: kind.clone(),
            column: first_column(value).and_then(|index| {
                let name = self.scope.source.columns.get(index as usize)?;
                Some(Arc::from(name.as_str()))
            }),
            pattern,
            zone,
        })))
    }

    fn constant(&self, typed: Option<&Typed>) -> Result<Option<Arc<str>>, ImportError> {
        match typed.map(|typed| &typed.node) {
            None => Ok(None),
            Some(Node::Literal(Value::Text(text))) => Ok(Some(Arc::clone(text))),
            Some(_) => Err(self.refuse("the pattern and the zone of a date are fixed texts")),
        }
    }

    fn column(&self, index: u32) -> Result<Column, ImportError> {
        match self.scope.positions.get(index as usize) {
            Some(position) => Ok(Column {
                position: *position as usize,
            }),
            None => Err(self.refuse("a column is not there")),
        }
    }

    fn slot(&self, source: usize, column: u32) -> Result<usize, ImportError> {
        self.scope
            .kept
            .get(&source)
            .and_then(|columns| columns.iter().position(|kept| *kept == column))
            .ok_or_else(|| self.refuse("a lookup is not there"))
    }
}

/// The lookups of an expression: index of the source and column.
pub fn lookups_of(typed: &Typed, found: &mut Kept) {
    if let Node::Lookup { source, column, .. } = &typed.node {
        let kept = found.entry(source.0 as usize).or_default();
        if !kept.contains(column) {
            kept.push(*column);
        }
    }
    for part in parts(typed) {
        lookups_of(part, found);
    }
}

/// The first raw column that an expression reads, not through a lookup if it can be helped.
pub fn first_column(typed: &Typed) -> Option<u32> {
    if let Node::Column(index) = &typed.node {
        return Some(*index);
    }
    parts(typed).into_iter().find_map(first_column)
}

/// All raw columns that an expression reads.
pub fn columns_of(typed: &Typed, found: &mut Vec<u32>) {
    if let Node::Column(index) = &typed.node {
        found.push(*index);
    }
    for part in parts(typed) {
        columns_of(part, found);
    }
}

/// Direct parts of a node that may stand in a source.
fn parts(typed: &Typed) -> Vec<&Typed> {
    match &typed.node {
        Node::Lookup { key: value, .. }
        | Node::Not(value)
        | Node::Negate(value)
        | Node::Convert(value)
        | Node::Matches { value, .. }
        | Node::IsMissing { value, .. }
        | Node::DateAdd { base: value, .. } => vec![value],
        Node::And(list) | Node::Or(list) | Node::AtLeast { of: list, .. } => list.iter().collect(),
        Node::Call { arguments, .. } => arguments.iter().collect(),
        Node::Compare { left, right, .. }
        | Node::Arithmetic { left, right, .. }
        | Node::DaysBetween { left, right }
        | Node::TextTest {
            value: left,
            pattern: right,
            ..
        }
        | Node::Default {
            value: left,
            fallback: right,
        } => vec![left, right],
        Node::If {
            condition,
            then,
            otherwise,
        } => vec![condition, then, otherwise],
        Node::Between {
            value, low, high, ..
        } => vec![value, low, high],
        Node::In { value, choices, .. } => {
            let mut found: Vec<&Typed> = vec![value];
            for choice in choices {
                match choice {
                    typed::Choice::One(one) => found.push(one),
                    typed::Choice::Range { low, high, .. } => {
                        found.extend(low.as_deref());
                        found.extend(high.as_deref());
                    }
                }
            }
            found
        }
        Node::Case { arms, otherwise } => {
            let mut found: Vec<&Typed> = Vec::new();
            for (when, then) in arms {
                found.extend([when, then]);
            }
            found.extend(otherwise.as_deref());
            found
        }
        _ => Vec::new(),
    }
}
