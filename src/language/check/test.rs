//! Tests: names and kinds of their facts and of what is expected.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::calendar::{Instant, Unit};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::span::Span;
use crate::base::text;

use super::super::resolve::{BuiltIn, Counted};
use super::super::syntax::test::{Dated, End, Expectation, Expected, Line, Test};
use super::super::syntax::{Assignment, Expr, ExprNode, Item, ItemNode, Name, Route, RouteTarget};
use super::super::typed::{
    CarePlan, Expectation as TypedExpectation, Expected as TypedExpected, Node, RuleTest, Subject,
    TestCustomer, TestEnd, TestFact, Typed,
};
use super::super::{codes, suggest};
use super::route::{Form, Given};
use super::schema::{description_of, shared};
use super::walk::every_node;
use super::{Checker, Scope};

/// A test on its way.
struct Draft {
    test: RuleTest,
    places: BTreeMap<String, (usize, Span)>,
    failed: bool,
}

impl Checker<'_> {
    /// All tests; those at fault are reported and left out.
    pub(in super::super) fn tests(&mut self, items: &[&Item], care: &[CarePlan]) -> Vec<RuleTest> {
        let mut tests: Vec<RuleTest> = Vec::new();
        let mut names: BTreeMap<Arc<str>, Span> = BTreeMap::new();
        for item in items {
            let ItemNode::Test(test) = &item.node else {
                continue;
            };
            let name = shared(&item.name);
            if let Some(first) = names.insert(name.clone(), item.name.span) {
                let message = format!("a second test is called `{name}`");
                self.found.push(
                    Diagnostic::error(codes::DUPLICATE, message, item.name.span)
                        .also(first, "the first one"),
                );
            }
            if names.len() == limit::RULE_TESTS_MAX + 1 {
                let message = format!("at most {} tests", limit::RULE_TESTS_MAX);
                self.found
                    .push(Diagnostic::error(codes::TOO_MANY, message, item.name.span));
            }
            let scope = Scope::Customer { other: false };
            tests.extend(self.within(scope, |checker| checker.test(item, name, test, care)));
        }
        tests
    }

    fn test(
        &mut self,
        item: &Item,
        name: Arc<str>,
        test: &Test,
        care: &[CarePlan],
    ) -> Option<RuleTest> {
        let mut draft = Draft {
            test: RuleTest {
                name,
                description: description_of(item.description.as_ref()),
                as_of: self.end_of(test.as_of),
                customers: Vec::new(),
                facts: Vec::new(),
                starts: Vec::new(),
                expectations: Vec::new(),
                span: item.name.span,
            },
            places: BTreeMap::new(),
            failed: false,
        };
        // Lines stand in any order: a relation may lead to a customer further down.
        for line in &test.lines {
            if let Line::Customer {
                name,
                assignments,
                span,
            } = line
            {
                self.test_customer(name, assignments, *span, &mut draft);
            }
        }
        for line in &test.lines {
            if self.test_line(line, care, &mut draft).is_none() {
                draft.failed = true;
            }
        }
        if draft.test.expectations.is_empty() && !draft.failed {
            draft.failed = true;
            self.found.push(
                Diagnostic::error(
                    codes::MISSING_VALUE,
                    "this test expects nothing",
                    item.name.span,
                )
                .help("write `expect c1 in FILTER`, or `expect c1.RULE = VALUE`"),
            );
        }
        if draft.test.customers.len() + draft.test.facts.len() > limit::RULE_TEST_FACTS_MAX {
            draft.failed = true;
            let most = limit::RULE_TEST_FACTS_MAX;
            let message = format!("at most {most} customers and facts in one test");
            self.found
                .push(Diagnostic::error(codes::TOO_MANY, message, item.name.span));
        }
        (!draft.failed).then_some(draft.test)
    }

    /// A day stands for its end.
    fn end_of(&self, dated: Dated) -> Instant {
        let zone = self.world.zone;
        if !dated.day_only {
            return zone.instant(dated.time.date, dated.time.second);
        }
        match dated.time.date.add(1, Unit::Day) {
            Some(next) => Instant(zone.start_of(next).0 - 1),
            None => zone.start_of(dated.time.date),
        }
    }

    fn test_customer(
        &mut self,
        name: &Name,
        assignments: &[Assignment],
        span: Span,
        draft: &mut Draft,
    ) {
        let id = text::nfc(&name.text).into_owned();
        let place = draft.test.customers.len();
        if let Some((_, first)) = draft.places.get(&id) {
            draft.failed = true;
            let message = format!("`{id}` is in this test already");
            self.found.push(
                Diagnostic::error(codes::DUPLICATE, message, name.span).also(*first, "here first"),
            );
            return;
        }
        draft.places.insert(id.clone(), (place, name.span));
        let form = Form {
            what: "a customer",
            required: &[],
            optional: &[BuiltIn::Since],
            fields: &self.world.schema.attributes,
            key: None,
            clears: false,
        };
        let (tiers, assignments) = self.stored_tiers(assignments, &form);
        let given = self.given_constants(&assignments, span, &form);
        let mut customer = TestCustomer {
            id: id.into(),
            since: None,
            fields: Vec::new(),
            tiers: Vec::new(),
        };
        draft.failed |= given.is_none() || tiers.is_none();
        if let Some((mut given, tiers)) = given.zip(tiers) {
            customer.since = given.take(BuiltIn::Since);
            customer.fields = given.fields(crate::schema::AttributeId);
            customer.tiers = tiers;
        }
        // Also where it is at fault: its place is kept, so that nothing that refers to it draws a report.
        draft.test.customers.push(customer);
    }

    /// What is assigned, all of it independent of any customer.
    fn given_constants(
        &mut self,
        assignments: &[Assignment],
        span: Span,
        form: &Form<'_>,
    ) -> Option<Given> {
        let route = Route {
            target: RouteTarget::Customer,
            when: None,
            assignments: assignments.to_vec(),
            span,
        };
        let mut given = self.given(&route, form)?;
        let mut place = None;
        given.each(&mut |typed| {
            every_node(typed, &mut |part| {
                if !is_worked_out_alone(part) {
                    place = place.or(Some(part.span));
                }
            });
        });
        match place {
            None => Some(given),
            Some(span) => self.fail(
                Diagnostic::error(
                    codes::WANTED_CONSTANT,
                    "a fact of a test is a value, and this depends on a customer",
                    span,
                )
                .help("write a number, a text, a date, or a length of time before the test's date (`30 days ago`)"),
            ),
        }
    }

    fn test_line(&mut self, line: &Line, care: &[CarePlan], draft: &mut Draft) -> Option<()> {
        match line {
            Line::Customer { .. } => Some(()),
            Line::Fact {
                subject,
                customer,
                assignments,
                span,
            } => {
                let customer = self.of_test(customer, draft);
                let fact = self.test_fact(subject, assignments, *span, customer);
                draft.test.facts.push(fact?);
                Some(())
            }
            Line::Edge {
                relation,
                customer,
                end,
                ..
            } => {
                let fact = self.test_edge(relation, customer, end, draft)?;
                draft.test.facts.push(fact);
                Some(())
            }
            Line::Start { plan, at, .. } => {
                let plan = self.plan_of_test(plan, care)?;
                let at = self.world.zone.instant(at.time.date, at.time.second);
                draft.test.starts.push((plan, at));
                Some(())
            }
            Line::Expect(expectations) => {
                let mut sound = true;
                for expectation in expectations {
                    let typed = self.expectation(expectation, care, draft);
                    sound &= typed.is_some();
                    draft.test.expectations.extend(typed);
                }
                sound.then_some(())
            }
        }
    }

    fn of_test(&mut self, name: &Name, draft: &Draft) -> Option<usize> {
        let id = text::nfc(&name.text);
        if let Some((place, _)) = draft.places.get(&*id) {
            return Some(*place);
        }
        let words = draft.places.keys().map(String::as_str);
        let otherwise = format!("add `customer {id} {{ … }}`");
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("this test has no customer `{id}`"),
                name.span,
            )
            .help(suggest::help(&id, words, &otherwise)),
        )
    }

    fn plan_of_test(&mut self, name: &Name, care: &[CarePlan]) -> Option<usize> {
        let called = |plan: &CarePlan| {
            *plan.name == *name.text || plan.label.as_deref() == Some(name.text.as_str())
        };
        if let Some(place) = care.iter().position(called) {
            return Some(place);
        }
        if self.world.broken.hides(&name.text) {
            return None;
        }
        let words = care.iter().map(|plan| &*plan.name);
        let help = suggest::help(&name.text, words, "declare it with `care NAME { … }`");
        self.fail(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("no care plan is called `{}`", name.text),
                name.span,
            )
            .help(help),
        )
    }

    fn test_fact(
        &mut self,
        subject: &Name,
        assignments: &[Assignment],
        span: Span,
        customer: Option<usize>,
    ) -> Option<TestFact> {
        let Some(counted) = self.world.names.find_subject(&subject.text) else {
            return self.unknown_subject(subject, None);
        };
        match counted {
            Counted::Part(_) => self.fail(
                Diagnostic::error(
                    codes::UNKNOWN_SUBJECT,
                    format!(
                        "`{}` is a part of an event, told by a condition",
                        subject.text
                    ),
                    subject.span,
                )
                .help("give the whole event, with what makes it one of the part"),
            ),
            Counted::Event(event) => {
                let form = Form {
                    what: "an event",
                    required: &[BuiltIn::At],
                    optional: &[BuiltIn::Sequence],
                    fields: self.fields(Subject::Event(event)),
                    key: None,
                    clears: false,
                };
                let mut given = self.given_constants(assignments, span, &form)?;
                Some(TestFact::Event {
                    event,
                    customer: customer?,
                    at: given.take(BuiltIn::At)?,
                    sequence: given.take(BuiltIn::Sequence),
                    fields: given.fields(crate::schema::FieldId),
                })
            }
            Counted::Holding(holding) => {
                let schema = self.world.schema;
                let form = Form {
                    what: "a holding",
                    required: &[],
                    optional: &[BuiltIn::Key, BuiltIn::Since],
                    fields: self.fields(Subject::Holding(holding)),
                    key: schema.holding(holding).map(|holding| &*holding.key),
                    clears: false,
                };
                let mut given = self.given_constants(assignments, span, &form)?;
                Some(TestFact::Holding {
                    holding,
                    customer: customer?,
                    key: given.take(BuiltIn::Key),
                    since: given.take(BuiltIn::Since),
                    fields: given.fields(crate::schema::FieldId),
                })
            }
            Counted::Relation(_) | Counted::Texts(_) => self.fail(
                Diagnostic::error(
                    codes::UNKNOWN_SUBJECT,
                    format!("`{}` is a relation and has no fields", subject.text),
                    subject.span,
                )
                .help(format!("write `{} of c1 -> c2`", subject.text)),
            ),
        }
    }

    fn test_edge(
        &mut self,
        relation: &Name,
        customer: &Name,
        end: &End,
        draft: &Draft,
    ) -> Option<TestFact> {
        let from = self.of_test(customer, draft);
        let Some(counted) = self.world.names.find_subject(&relation.text) else {
            return self.unknown_subject(relation, None);
        };
        match (counted, end) {
            (Counted::Relation(step), End::Customer(other)) => {
                let (from, to) = (from?, self.of_test(other, draft)?);
                let (from, to) = if step.inverse { (to, from) } else { (from, to) };
                Some(TestFact::Edge {
                    relation: step.relation,
                    from,
                    to: TestEnd::Customer(to),
                })
            }
            (Counted::Texts(relation), End::Text(to)) => Some(TestFact::Edge {
                relation,
                from: from?,
                to: TestEnd::Text(Arc::from(&*text::nfc(&to.text))),
            }),
            (Counted::Relation(_) | Counted::Texts(_), _) => {
                let (is, help) = match counted {
                    Counted::Texts(_) => ("leads to a text", "write the text in quotes"),
                    _ => (
                        "leads to a customer",
                        "write the name of a customer of this test",
                    ),
                };
                let message = format!("`{}` {is}", relation.text);
                self.fail(Diagnostic::error(codes::MISMATCH, message, relation.span).help(help))
            }
            _ => {
                let message = format!("`{}` is no relation", relation.text);
                let help = format!(
                    "write `{} of c1 {{ at = …, FIELD = VALUE }}`",
                    relation.text
                );
                self.fail(
                    Diagnostic::error(codes::UNKNOWN_SUBJECT, message, relation.span).help(help),
                )
            }
        }
    }

    fn expectation(
        &mut self,
        expectation: &Expectation,
        care: &[CarePlan],
        draft: &Draft,
    ) -> Option<TypedExpectation> {
        let customer = self.of_test(&expectation.customer, draft);
        let expected = match &expectation.expected {
            Expected::Holds(condition) => TypedExpected::Holds {
                condition: self.condition(condition, "`expect`")?,
                negated: false,
            },
            Expected::Member { filter, negated } => {
                let named = Expr {
                    node: ExprNode::Name(filter.clone()),
                    span: filter.span,
                };
                TypedExpected::Holds {
                    condition: self.condition(&named, "`expect … in`")?,
                    negated: *negated,
                }
            }
            Expected::Receives {
                plan: name,
                step,
                negated,
            } => {
                let place = self.plan_of_test(name, care)?;
                if !draft.test.starts.iter().any(|(plan, _)| *plan == place) {
                    let message = format!("`{}` is not started in this test", name.text);
                    let help = format!("add `{} started 2024-03-01` above", name.text);
                    return self.fail(
                        Diagnostic::error(codes::WANTED_START, message, name.span).help(help),
                    );
                }
                TypedExpected::Receives {
                    plan: place,
                    step: self.step_of(step.as_ref(), care.get(place)?)?,
                    negated: *negated,
                }
            }
        };
        Some(TypedExpectation {
            customer: customer?,
            expected,
            span: expectation.span,
        })
    }

    #[expect(
        clippy::option_option,
        reason = "at fault, not said, said: three cases"
    )]
    fn step_of(&mut self, name: Option<&Name>, plan: &CarePlan) -> Option<Option<Arc<str>>> {
        let Some(name) = name else {
            return Some(None);
        };
        let mut steps = plan.steps.iter();
        if let Some(step) = steps.find(|step| *step.name == *name.text) {
            return Some(Some(step.name.clone()));
        }
        let words = || plan.steps.iter().map(|step| &*step.name);
        let otherwise = format!("its steps are {}", suggest::some_of(words(), 8));
        let message = format!("`{}` has no step `{}`", plan.name, name.text);
        self.fail(
            Diagnostic::error(codes::UNKNOWN_NAME, message, name.span).help(suggest::help(
                &name.text,
                words(),
                &otherwise,
            )),
        )
    }
}

/// Whether a part has a value where there is no customer.
fn is_worked_out_alone(typed: &Typed) -> bool {
    matches!(
        typed.node,
        Node::Literal(_)
            | Node::Missing
            | Node::Today
            | Node::Now
            | Node::Param(_)
            | Node::Negate(_)
            | Node::Convert(_)
            | Node::Arithmetic { .. }
            | Node::Call { .. }
            | Node::DateAdd { .. }
            | Node::DaysBetween { .. }
    )
}
