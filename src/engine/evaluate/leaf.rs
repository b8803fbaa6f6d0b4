//! Where values come from: constants, now, columns of customers, fields of facts.

use super::{Evaluator, FactScope, PairScope, Scope};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::block::Block;
use crate::engine::external::ScoreData;
use crate::engine::outcome::RunError;
use crate::engine::rank;
use crate::engine::reviewed::class_code;
use crate::engine::text::{TextTable, from_values};
use crate::engine::vector::{KeyData, Sets, Texts, Vector};
use crate::engine::words;
use crate::language::typed::PluginCall;
use crate::plan::operation::{Op, Operation, RankedOp};
use crate::schema::{AttributeId, RelationId};

impl<'b> Evaluator<'b> {
    pub(super) fn leaf(&self, operation: &'b Operation) -> Result<Vector<'b>, RunError> {
        let (kind, len) = (&operation.kind, self.len);
        let moment = &self.run.moment;
        match (&operation.op, &self.scope) {
            (Op::Constant(value), _) => Ok(Vector::constant(value.as_ref(), kind, len)),
            (Op::Today, _) => {
                let today = Value::Date(moment.today());
                Ok(Vector::constant(Some(&today), kind, len))
            }
            (Op::Now, _) => Ok(Vector::constant(Some(&Value::Time(moment.now)), kind, len)),
            (Op::CustomerId, Scope::Customers(block)) => Ok(self.ids(block)),
            (Op::Attribute(id), Scope::Customers(block)) => self.attribute(*id, kind, block),
            (Op::Recorded(id), Scope::Customers(block)) => self.recorded(*id, block),
            (Op::Reviewed(tiers), Scope::Customers(block)) => Ok(self.reviewed(tiers, kind, block)),
            (Op::RelationTexts(id), Scope::Customers(block)) => self.relation_texts(*id, block),
            (Op::Plugin { call, .. }, Scope::Customers(block)) => self.plugin(call, kind, block),
            (Op::Ranked(ranked), Scope::Customers(block)) => self.ranked(ranked, kind, block),
            (Op::Field(id), Scope::Facts(facts)) => Ok(facts.table.field(*id, kind, facts.place)),
            (Op::At, Scope::Facts(facts)) => Ok(facts.table.at(facts.place)),
            (Op::Key, Scope::Facts(facts)) => Ok(facts.table.key(facts.place)),
            (
                Op::Outer(slot),
                Scope::Facts(FactScope { outer, .. }) | Scope::Pairs(PairScope { outer, .. }),
            ) => {
                let known = outer.iter().find(|outer| outer.slot == *slot);
                let known = known.ok_or(RunError::Malformed("a slot around is not at hand"))?;
                Ok((*known.vector).clone())
            }
            (Op::Given(given), _) => {
                let known = self.given.iter().find(|(known, _)| known == given);
                let known = known.ok_or(RunError::Malformed("a group's value is not at hand"))?;
                Ok((*known.1).clone())
            }
            (Op::Bound { step, take }, Scope::Facts(facts)) => match facts.bound {
                Some(bound) => Ok(bound.vector(*step, *take, kind)),
                None => Err(RunError::Malformed("an earlier event outside a sequence")),
            },
            _ => Err(RunError::Malformed(
                "an operation of customers among facts, or of facts among customers",
            )),
        }
    }

    fn ids(&self, block: &Block<'_>) -> Vector<'b> {
        let rows = (0..self.len).map(|lane| i64::from(block.row(lane)));
        Vector::Texts(Texts {
            codes: KeyData::Owned(rows.collect()),
            table: TextTable::Ids(self.run.snapshot),
            presence: None,
        })
    }

    fn recorded(&self, id: AttributeId, block: &Block<'b>) -> Result<Vector<'b>, RunError> {
        let column = self.run.recorded.get(&id);
        let column = column.ok_or(RunError::Malformed("an attribute that was not prepared"))?;
        let packed = column.chunks.get(block.chunk as usize);
        let packed = packed.and_then(Option::as_deref);
        Ok(Vector::stored(&column.kind, packed, None, block.place))
    }

    fn attribute(
        &self,
        id: AttributeId,
        kind: &Kind,
        block: &Block<'b>,
    ) -> Result<Vector<'b>, RunError> {
        let column = self.run.attributes.get(&id);
        let column = column.ok_or(RunError::Malformed("an attribute that was not prepared"))?;
        let packed = column.chunks.get(block.chunk as usize);
        Ok(Vector::stored(
            kind,
            packed.and_then(Option::as_deref),
            column.dictionary.as_deref(),
            block.place,
        ))
    }

    fn plugin(
        &self,
        call: &PluginCall,
        kind: &Kind,
        block: &Block<'b>,
    ) -> Result<Vector<'b>, RunError> {
        let column = self.run.external.column(call)?;
        let mut places = Vec::with_capacity(self.len);
        for lane in 0..self.len {
            let place = column.index(block.row(lane));
            places.push(place.ok_or(RunError::Malformed("a row no plugin was asked about"))?);
        }
        if let ScoreData::Numbers(numbers) = &column.scored().data {
            let take = |at: &usize| numbers.get(*at).copied().unwrap_or(0.0) + 0.0;
            let present = words::from_slice(&places, |at| column.scored().present.get(at));
            return Ok(Vector::numbers(
                places.iter().map(take).collect(),
                Some(present),
            ));
        }
        let values = places.iter().map(|at| column.value(*at));
        Ok(from_values(values.collect(), kind))
    }

    fn ranked(
        &self,
        ranked: &RankedOp,
        kind: &Kind,
        block: &Block<'b>,
    ) -> Result<Vector<'b>, RunError> {
        let table = self.run.external.table(&ranked.table)?;
        let rows = (0..self.len).map(|lane| block.row(lane));
        Ok(rank::measured(table, ranked.measure, rows, kind, self.len))
    }

    /// Classes go by their names: the rules may say something else since the review.
    fn reviewed(&self, tiers: &str, kind: &Kind, block: &Block<'b>) -> Vector<'b> {
        let (Some(reviewed), Kind::Enum(classes)) = (self.run.external.reviewed(tiers), kind)
        else {
            return Vector::constant(None, kind, self.len);
        };
        let values = (0..self.len).map(|lane| {
            let class = reviewed.class(block.row(lane))?;
            class_code(classes, class).map(Value::Enum)
        });
        from_values(values.collect(), kind)
    }

    /// A set of nobody is empty, never missing.
    fn relation_texts(&self, id: RelationId, block: &Block<'b>) -> Result<Vector<'b>, RunError> {
        let column = self.run.texts.get(&id);
        let column = column.ok_or(RunError::Malformed("a relation that was not prepared"))?;
        let packed = column.chunks.get(block.chunk as usize);
        let stored = Vector::stored(
            &column.kind,
            packed.and_then(Option::as_deref),
            column.dictionary.as_deref(),
            block.place,
        );
        if stored.presence().is_none() {
            return Ok(stored);
        }
        let values = (0..self.len).map(|lane| {
            let known = stored.value(lane, &column.kind);
            Some(known.unwrap_or_else(|| Value::Set([].into())))
        });
        Ok(Vector::Sets(Sets::Owned(values.collect())))
    }
}
