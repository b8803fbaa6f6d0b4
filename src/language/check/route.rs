//! Routes: what a record of a source makes, with every field read as its kind.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::schema::{AttributeId, Field, FieldId};

use super::super::codes;
use super::super::resolve::{BuiltIn, Counted, field_of, field_words};
use super::super::suggest;
use super::super::syntax::{self, Assignment, Name};
use super::super::typed::{Function, Node, Route, RouteTarget, Subject, Typed};
use super::convert::{call_of, convert};
use super::walk::every_node;
use super::{Checker, Scope, Want, describe};

/// What a route's assignments gave, by place.
#[derive(Default)]
pub(super) struct Given {
    built_in: Vec<(BuiltIn, Typed)>,
    fields: Vec<(usize, Typed)>,
    failed: bool,
}

impl Given {
    /// Everything given.
    pub(super) fn each(&mut self, visit: &mut dyn FnMut(&mut Typed)) {
        self.built_in.iter_mut().for_each(|(_, typed)| visit(typed));
        self.fields.iter_mut().for_each(|(_, typed)| visit(typed));
    }

    pub(super) fn take(&mut self, wanted: BuiltIn) -> Option<Typed> {
        let at = self.built_in.iter().position(|(word, _)| *word == wanted)?;
        Some(self.built_in.swap_remove(at).1)
    }

    pub(super) fn fields<I>(&mut self, id: impl Fn(u16) -> I) -> Vec<(I, Typed)> {
        std::mem::take(&mut self.fields)
            .into_iter()
            .filter_map(|(at, typed)| Some((id(u16::try_from(at).ok()?), typed)))
            .collect()
    }
}

/// What a route may assign.
pub(super) struct Form<'f> {
    /// How it is called in findings.
    pub what: &'f str,
    pub required: &'f [BuiltIn],
    pub optional: &'f [BuiltIn],
    pub fields: &'f [Field],
    /// What a holding's key is called.
    pub key: Option<&'f str>,
    /// Whether `clear` means something.
    pub clears: bool,
}

impl Checker<'_> {
    pub(super) fn route(&mut self, route: &syntax::Route) -> Option<Route> {
        let when = match &route.when {
            None => Some(None),
            Some(when) => self.condition(when, "`when`").map(Some),
        };
        let target = match &route.target {
            syntax::RouteTarget::Customer => self.customer_route(route),
            syntax::RouteTarget::Event(name)
            | syntax::RouteTarget::Holding(name)
            | syntax::RouteTarget::Relation(name) => self.fact_route(route, name),
        };
        Some(Route {
            target: target?,
            when: when?,
            span: route.span,
        })
    }

    fn customer_route(&mut self, route: &syntax::Route) -> Option<RouteTarget> {
        let form = Form {
            what: "a customer",
            required: &[BuiltIn::Id],
            optional: &[BuiltIn::Since],
            fields: &self.world.schema.attributes,
            key: None,
            clears: true,
        };
        let mut given = self.given(route, &form)?;
        let id = given.take(BuiltIn::Id)?;
        let mut by_row = false;
        every_node(&id, &mut |part| {
            by_row |= part.node == Node::RecordNumber;
        });
        if by_row {
            self.found.push(
                Diagnostic::warning(
                    codes::ROW_IDENTITY,
                    "these customers are known by their place in the file",
                    id.span,
                )
                .help("a file in another order makes other customers; use a column that identifies them"),
            );
        }
        Some(RouteTarget::Customer {
            id,
            since: given.take(BuiltIn::Since),
            fields: given.fields(AttributeId),
        })
    }

    fn fact_route(&mut self, route: &syntax::Route, name: &Name) -> Option<RouteTarget> {
        let counted = match self.world.names.find_subject(&name.text) {
            Some(counted) => counted,
            None => return self.unknown_subject(name, None),
        };
        let schema = self.world.schema;
        match (&route.target, counted) {
            (syntax::RouteTarget::Event(_), Counted::Event(event)) => {
                let form = Form {
                    what: "an event",
                    required: &[BuiltIn::Customer, BuiltIn::At],
                    optional: &[BuiltIn::Id, BuiltIn::Sequence],
                    fields: self.fields(Subject::Event(event)),
                    key: None,
                    clears: false,
                };
                let mut given = self.given(route, &form)?;
                Some(RouteTarget::Event {
                    event,
                    customer: given.take(BuiltIn::Customer)?,
                    at: given.take(BuiltIn::At)?,
                    id: given.take(BuiltIn::Id),
                    sequence: given.take(BuiltIn::Sequence),
                    fields: given.fields(FieldId),
                })
            }
            (syntax::RouteTarget::Holding(_), Counted::Holding(holding)) => {
                let form = Form {
                    what: "a holding",
                    required: &[BuiltIn::Customer, BuiltIn::Key],
                    optional: &[BuiltIn::Since],
                    fields: self.fields(Subject::Holding(holding)),
                    key: schema.holding(holding).map(|holding| &*holding.key),
                    clears: false,
                };
                let mut given = self.given(route, &form)?;
                Some(RouteTarget::Holding {
                    holding,
                    customer: given.take(BuiltIn::Customer)?,
                    key: given.take(BuiltIn::Key)?,
                    since: given.take(BuiltIn::Since),
                    fields: given.fields(FieldId),
                })
            }
            (syntax::RouteTarget::Relation(_), Counted::Texts(_) | Counted::Relation(_)) => {
                self.relation_route(route, counted, name)
            }
            _ => self.wrong_subject(counted, name),
        }
    }

    fn relation_route(
        &mut self,
        route: &syntax::Route,
        counted: Counted,
        name: &Name,
    ) -> Option<RouteTarget> {
        let form = Form {
            what: "a relation",
            required: &[BuiltIn::From, BuiltIn::To],
            optional: &[BuiltIn::Since],
            fields: &[],
            key: None,
            clears: false,
        };
        let (relation, inverse) = match counted {
            Counted::Relation(step) => (step.relation, step.inverse),
            Counted::Texts(relation) => (relation, false),
            _ => return self.wrong_subject(counted, name),
        };
        let mut given = self.given(route, &form)?;
        let (from, to) = (given.take(BuiltIn::From)?, given.take(BuiltIn::To)?);
        // Under its inverse name an edge is written from its far end.
        let (from, to) = if inverse { (to, from) } else { (from, to) };
        Some(RouteTarget::Relation {
            relation,
            from,
            to,
            since: given.take(BuiltIn::Since),
        })
    }

    fn wrong_subject<T>(&mut self, counted: Counted, name: &Name) -> Option<T> {
        let what = match counted {
            Counted::Part(_) => {
                return self.fail(
                    Diagnostic::error(
                        codes::UNKNOWN_SUBJECT,
                        format!("`{}` is a part of an event, told by a condition", name.text),
                        name.span,
                    )
                    .help("a source fills whole events"),
                );
            }
            Counted::Event(_) => "event",
            Counted::Holding(_) => "holding",
            Counted::Relation(_) | Counted::Texts(_) => "relation",
        };
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_SUBJECT,
                format!("`{}` is declared as a {what}", name.text).replace("a event", "an event"),
                name.span,
            )
            .help(format!("write `{what} {} {{ … }}`", name.text)),
        )
    }

    /// Everything assigned. `None` when something failed or is lacking.
    pub(super) fn given(&mut self, route: &syntax::Route, form: &Form<'_>) -> Option<Given> {
        let mut given = Given::default();
        let mut seen: Vec<(&str, crate::base::span::Span)> = Vec::new();
        for assignment in &route.assignments {
            self.assignment(assignment, form, &mut given, &mut seen);
        }
        for required in form.required {
            let word = required.word();
            if !seen.iter().any(|(name, _)| *name == word) {
                given.failed = true;
                self.found.push(
                    Diagnostic::error(
                        codes::REQUIRED,
                        format!("{} must be given `{word}`", form.what),
                        route.span,
                    )
                    .help(format!("add `{word} = …`")),
                );
            }
        }
        (!given.failed).then_some(given)
    }

    fn assignment<'a>(
        &mut self,
        assignment: &'a Assignment,
        form: &Form<'a>,
        given: &mut Given,
        seen: &mut Vec<(&'a str, crate::base::span::Span)>,
    ) {
        let name = &assignment.name;
        let field = field_of(form.fields, &name.text).map(|id| id.0 as usize);
        let key = (form.key == Some(name.text.as_str())).then_some(BuiltIn::Key);
        let built_in = key
            .or(BuiltIn::of(name))
            .filter(|word| form.required.contains(word) || form.optional.contains(word));
        let place = match (field, built_in) {
            (Some(at), _) => form.fields.get(at).map(|field| &*field.name),
            (None, Some(word)) => Some(word.word()),
            (None, None) => None,
        };
        let Some(place) = place else {
            given.failed = true;
            self.unknown_target(name, form);
            // Its expression may hold faults of its own.
            self.infer(&assignment.value, Want::Any);
            return;
        };
        if let Some((_, first)) = seen.iter().find(|(name, _)| *name == place) {
            given.failed = true;
            self.found.push(
                Diagnostic::error(
                    codes::ASSIGNED_TWICE,
                    format!("`{place}` is given twice"),
                    name.span,
                )
                .also(*first, "given here first"),
            );
        }
        seen.push((place, name.span));
        let typed = match (field, built_in) {
            (Some(at), _) => form
                .fields
                .get(at)
                .and_then(|field| self.assigned(&assignment.value, &field.kind)),
            (None, Some(word)) => self.built_in_value(assignment, word),
            (None, None) => None,
        };
        match (typed, field, built_in) {
            (Some(typed), Some(at), _) => {
                if !form.clears {
                    self.refuse_clear(&typed, form.what);
                }
                given.fields.push((at, typed));
            }
            (Some(typed), None, Some(word)) => given.built_in.push((word, typed)),
            _ => given.failed = true,
        }
    }

    fn refuse_clear(&mut self, typed: &Typed, what: &str) {
        let mut place = None;
        every_node(typed, &mut |part| {
            if part.node == Node::Clear {
                place = Some(part.span);
            }
        });
        if let Some(span) = place {
            self.found.push(
                Diagnostic::error(
                    codes::CLEAR,
                    format!("`clear` empties a customer's attribute; {what} has nothing to empty"),
                    span,
                )
                .help("write `missing`"),
            );
        }
    }

    fn unknown_target(&mut self, name: &Name, form: &Form<'_>) {
        if self.world.broken.hides(&name.text) {
            return;
        }
        let built_in = form.required.iter().chain(form.optional);
        let words = || {
            built_in
                .clone()
                .map(|word| word.word())
                .chain(form.key)
                .chain(field_words(form.fields))
        };
        let otherwise = format!("it has {}", suggest::some_of(words(), 12));
        self.found.push(
            Diagnostic::error(
                codes::UNKNOWN_FIELD,
                format!("{} here has no `{}`", form.what, name.text),
                name.span,
            )
            .help(suggest::help(&name.text, words(), &otherwise)),
        );
    }

    fn built_in_value(&mut self, assignment: &Assignment, word: BuiltIn) -> Option<Typed> {
        let value = &assignment.value;
        match word {
            BuiltIn::At | BuiltIn::Since => {
                let typed = self.infer(value, Want::Any)?;
                match typed.kind {
                    Kind::Date | Kind::Time => Some(typed),
                    Kind::Text if self.reads_records() => {
                        Some(call_of(Function::Read, typed, Kind::Time))
                    }
                    _ => self.not_readable(&typed, &Kind::Time),
                }
            }
            BuiltIn::Sequence => self.assigned(value, &Kind::Int),
            _ => {
                let typed = self.infer(value, Want::Hint(&Kind::Text))?;
                self.as_text(typed, &format!("`{}`", word.word()))
            }
        }
    }

    /// Whether texts are raw ones of a record.
    fn reads_records(&self) -> bool {
        matches!(self.scope, Scope::Source(_))
    }

    /// Raw text is read as the kind of what it fills; what is typed already must fit.
    pub(super) fn read_as(&mut self, typed: Typed, kind: &Kind) -> Option<Typed> {
        if typed.kind == Kind::Text && *kind != Kind::Text && self.reads_records() {
            let readable = match kind {
                Kind::Set(inner) => **inner == Kind::Text,
                _ => true,
            };
            if !readable {
                return self.not_readable(&typed, kind);
            }
            return Some(call_of(Function::Read, typed, kind.clone()));
        }
        if typed.kind == Kind::Number && matches!(kind, Kind::Int | Kind::Money) {
            return self.exactly(typed, kind);
        }
        self.coerce(typed, kind)
    }

    /// `number(TEXT)` for money or a whole number is read from its digits, never through a float.
    fn exactly(&mut self, typed: Typed, kind: &Kind) -> Option<Typed> {
        let Typed { node, span, .. } = typed;
        match node {
            Node::Call {
                function: Function::ToNumber,
                arguments,
            } if arguments.iter().all(|text| text.kind == Kind::Text) => Some(Typed {
                node: Node::Call {
                    function: Function::Read,
                    arguments,
                },
                kind: kind.clone(),
                span,
            }),
            node => {
                let typed = Typed {
                    node,
                    kind: Kind::Number,
                    span,
                };
                match kind {
                    Kind::Money if !matches!(typed.node, Node::Literal(_)) => {
                        Some(convert(typed, kind))
                    }
                    _ => self.coerce(typed, kind),
                }
            }
        }
    }

    fn not_readable<T>(&mut self, typed: &Typed, kind: &Kind) -> Option<T> {
        self.fail(Diagnostic::error(
            codes::NOT_READABLE,
            format!(
                "{} cannot be read from {}",
                describe(kind),
                describe(&typed.kind)
            ),
            typed.span,
        ))
    }
}
