//! Tests of rules: who is given, what is expected of whom.

use super::lines::Line;
use super::{Reader, say};
use crate::base::calendar::Instant;
use crate::language::typed::{
    Expectation, Expected, RuleTest, Subfield, Subject, TestCustomer, TestEnd, TestFact, Typed,
};
use crate::language::words::{self, Tongue};
use crate::schema::FieldId;

impl Reader<'_> {
    /// A test with its name.
    pub(super) fn test(&mut self, test: &RuleTest) -> Line {
        let name = format!("“{}”", test.name);
        let head = self.head(words::TEST.text(self.tongue), &name);
        let at = self.as_of(test.as_of);
        let head = head + &say!(self, "as of {at}, given", "截至{at}，假设");
        let mut below: Vec<Line> = Vec::new();
        for customer in &test.customers {
            below.push(self.test_customer(customer));
        }
        for fact in &test.facts {
            below.push(self.test_fact(test, fact));
        }
        for (plan, at) in &test.starts {
            let name = self.plan_name(*plan);
            let at = self.instant(*at);
            let text = say!(
                self,
                "the care plan {name} starts on {at}",
                "关怀{name}于{at}启动"
            );
            below.push(Line::of(text, Vec::new()));
        }
        let expected: Vec<Line> = test
            .expectations
            .iter()
            .map(|one| self.expectation(test, one))
            .collect();
        let then = say!(self, "then this is expected:", "应有：");
        below.push(Line::of(then, Vec::new()).above(expected));
        Line::of(head, Vec::new()).above(below)
    }

    /// The last second of a date is its end.
    fn as_of(&self, at: Instant) -> String {
        const LAST_SECOND: u32 = 86_399;
        let (date, second) = self.zone.local(at);
        if second < LAST_SECOND {
            return self.instant(at);
        }
        let date = self.date(date);
        say!(self, "the end of {date}", "{date}日终")
    }

    fn plan_name(&self, plan: usize) -> String {
        match self.rules.care.get(plan) {
            Some(plan) => self.title(&plan.name, plan.label.as_deref()),
            None => "?".to_owned(),
        }
    }

    fn who(&self, test: &RuleTest, customer: usize) -> String {
        match test.customers.get(customer) {
            Some(customer) => format!("“{}”", customer.id),
            None => "?".to_owned(),
        }
    }

    fn test_customer(&mut self, customer: &TestCustomer) -> Line {
        self.line(|reader| {
            let mut fields = Vec::new();
            if let Some(since) = &customer.since {
                let since = reader.value(since);
                fields.push(say!(reader, "since {since}", "自{since}起"));
            }
            for (id, value) in &customer.fields {
                let name = reader.field_name(reader.rules.schema.attribute(*id));
                fields.push(reader.given_field(&name, value));
            }
            let id = format!("“{}”", customer.id);
            let fields = reader.listed(&fields);
            say!(reader, "a customer {id}{fields}", "客户{id}{fields}")
        })
    }

    fn given_field(&mut self, name: &str, value: &Typed) -> String {
        let value = self.value(value);
        say!(self, "{name} {value}", "{name}为{value}")
    }

    fn listed(&self, fields: &[String]) -> String {
        match (fields.is_empty(), self.tongue) {
            (true, _) => String::new(),
            (false, Tongue::English) => format!(" with {}", fields.join(", ")),
            (false, Tongue::Chinese) => format!("：{}", fields.join("，")),
        }
    }

    fn fact_fields(
        &mut self,
        subject: Subject,
        fields: &[(FieldId, Typed)],
        extra: Vec<String>,
    ) -> String {
        let mut texts = extra;
        for (id, value) in fields {
            let name = self.taken(subject, Subfield::Field(*id));
            texts.push(self.given_field(&name, value));
        }
        self.listed(&texts)
    }

    fn test_fact(&mut self, test: &RuleTest, fact: &TestFact) -> Line {
        self.line(|reader| match fact {
            TestFact::Event {
                event,
                customer,
                at,
                sequence,
                fields,
            } => {
                let subject = Subject::Event(*event);
                let (at, noun) = (reader.value(at), reader.subject(subject));
                let mut extra = Vec::new();
                if let Some(sequence) = sequence {
                    let sequence = reader.value(sequence);
                    extra.push(say!(reader, "sequence {sequence}", "次序为{sequence}"));
                }
                let fields = reader.fact_fields(subject, fields, extra);
                let who = reader.who(test, *customer);
                let (one, with) = (&noun.one, noun.with_article(reader.tongue));
                say!(
                    reader,
                    "{with} of {who} on {at}{fields}",
                    "{who}于{at}有{one}{fields}"
                )
            }
            TestFact::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => {
                let subject = Subject::Holding(*holding);
                let noun = reader.subject(subject);
                let mut extra = Vec::new();
                for (take, value) in [(Subfield::Key, key), (Subfield::At, since)] {
                    if let Some(value) = value {
                        let name = reader.taken(subject, take);
                        extra.push(reader.given_field(&name, value));
                    }
                }
                let fields = reader.fact_fields(subject, fields, extra);
                let who = reader.who(test, *customer);
                let (one, with) = (&noun.one, noun.with_article(reader.tongue));
                say!(reader, "{with} of {who}{fields}", "{who}持有{one}{fields}")
            }
            TestFact::Edge { relation, from, to } => {
                let name = reader.relation(*relation);
                let from = reader.who(test, *from);
                let to = match to {
                    TestEnd::Customer(to) => reader.who(test, *to),
                    TestEnd::Text(text) => reader.quoted(text),
                };
                say!(
                    reader,
                    "the {name} of {from} is {to}",
                    "{from}的{name}是{to}"
                )
            }
        })
    }

    fn expectation(&mut self, test: &RuleTest, one: &Expectation) -> Line {
        let who = self.who(test, one.customer);
        self.line(|reader| match &one.expected {
            Expected::Holds { condition, negated } => {
                let said = reader.in_a_clause(condition);
                match negated {
                    false => say!(reader, "of {who}: {said}", "{who}：{said}"),
                    true => say!(
                        reader,
                        "of {who}, no or unknown: {said}",
                        "{who}，不成立或未知：{said}"
                    ),
                }
            }
            Expected::Receives {
                plan,
                step,
                negated,
            } => {
                let plan = reader.plan_name(*plan);
                let what = match step {
                    None => say!(reader, "a step of {plan}", "{plan}的任一步骤"),
                    Some(step) => {
                        let step = reader.title(step, None);
                        say!(reader, "the step {step} of {plan}", "{plan}的步骤{step}")
                    }
                };
                match negated {
                    false => say!(reader, "{who} receives {what}", "{who}收到{what}"),
                    true => say!(reader, "{who} does not receive {what}", "{who}未收到{what}"),
                }
            }
        })
    }
}
