//! A route of the rules becomes one over the positions of a file.

use std::sync::Arc;

use super::{Columns, Fields, Given, Route, Target, When};
use crate::ingest::error::ImportError;
use crate::ingest::expression::{Scope, compile, first_column};
use crate::ingest::quick::Quick;
use crate::language::typed::{self, RouteTarget, Typed};
use crate::schema::{Field, FieldId};

impl Route {
    /// Compiles a route for the positions of a file.
    pub fn compile(route: &typed::Route, scope: &Scope<'_>) -> Result<Self, ImportError> {
        let when = route.when.as_ref();
        Ok(Self {
            when: when.map(|when| compile(when, scope)).transpose()?,
            target: Target::compile(&route.target, scope)?,
            columns: Columns::of(&route.target, scope),
        })
    }
}

impl Target {
    fn compile(target: &RouteTarget, scope: &Scope<'_>) -> Result<Self, ImportError> {
        let code = |typed: &Typed| compile(typed, scope);
        let maybe = |typed: &Option<Typed>| typed.as_ref().map(&code).transpose();
        let moment = |typed: &Option<Typed>| maybe_when(typed.as_ref(), scope);
        let schema = &scope.rules.schema;
        Ok(match target {
            RouteTarget::Customer { id, since, fields } => Target::Customer {
                id: code(id)?,
                since: moment(since)?,
                fields: fields
                    .iter()
                    .map(|(attribute, typed)| {
                        Ok((
                            *attribute,
                            given(typed, schema.attribute(*attribute), scope)?,
                        ))
                    })
                    .collect::<Result<_, ImportError>>()?,
            },
            RouteTarget::Event {
                event,
                customer,
                at,
                id,
                sequence,
                fields,
            } => Target::Event {
                event: *event,
                customer: code(customer)?,
                at: when(at, scope)?,
                id: maybe(id)?,
                sequence: maybe(sequence)?,
                fields: Fields::compile(
                    fields,
                    schema.event(*event).map(|event| &event.fields),
                    scope,
                )?,
            },
            RouteTarget::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => Target::Holding {
                holding: *holding,
                customer: code(customer)?,
                key: code(key)?,
                since: moment(since)?,
                fields: Fields::compile(
                    fields,
                    schema.holding(*holding).map(|holding| &holding.fields),
                    scope,
                )?,
            },
            RouteTarget::Relation {
                relation,
                from,
                to,
                since,
            } => Target::Relation {
                relation: *relation,
                from: code(from)?,
                to: code(to)?,
                since: moment(since)?,
            },
        })
    }
}

impl Columns {
    fn of(target: &RouteTarget, scope: &Scope<'_>) -> Self {
        let column = |typed: &Typed| {
            let index = first_column(typed)? as usize;
            Some(Arc::from(scope.source.columns.get(index)?.as_str()))
        };
        match target {
            RouteTarget::Customer { id, .. } => Self {
                customer: column(id),
                ..Self::default()
            },
            RouteTarget::Event {
                customer, at, id, ..
            } => Self {
                customer: column(customer),
                at: column(at),
                name: id.as_ref().and_then(column),
            },
            RouteTarget::Holding { customer, key, .. } => Self {
                customer: column(customer),
                at: None,
                name: column(key),
            },
            // Either end may be the one that is unknown.
            RouteTarget::Relation { from, to, .. } => Self {
                customer: column(from).filter(|from| column(to).as_ref() == Some(from)),
                ..Self::default()
            },
        }
    }
}

impl Fields {
    fn compile(
        assigned: &[(FieldId, Typed)],
        declared: Option<&Vec<Field>>,
        scope: &Scope<'_>,
    ) -> Result<Self, ImportError> {
        let field = |at: usize| declared.and_then(|declared| declared.get(at));
        Ok(Self {
            given: assigned
                .iter()
                .map(|(id, typed)| {
                    let at = id.0 as usize;
                    Ok((at, given(typed, field(at), scope)?))
                })
                .collect::<Result<_, ImportError>>()?,
            count: declared.map_or(0, Vec::len),
        })
    }
}

fn given(typed: &Typed, field: Option<&Field>, scope: &Scope<'_>) -> Result<Given, ImportError> {
    let code = compile(typed, scope)?;
    let kind = field.map_or_else(|| typed.kind.clone(), |field| field.kind.clone());
    Ok(Given {
        quick: Quick::of(&code, &kind),
        code,
        kind,
        sensitive: field.is_some_and(|field| field.sensitive),
    })
}

fn maybe_when(typed: Option<&Typed>, scope: &Scope<'_>) -> Result<Option<When>, ImportError> {
    typed.map(|typed| when(typed, scope)).transpose()
}

fn when(typed: &Typed, scope: &Scope<'_>) -> Result<When, ImportError> {
    let code = compile(typed, scope)?;
    Ok(When {
        quick: Quick::of(&code, &typed.kind),
        code,
    })
}
