//! The saved filters with how many members they have.

use std::sync::Arc;

use axum::extract::State as Given;
use serde::Serialize;
use utoipa::ToSchema;

use super::saved::tagged;
use crate::form::problem::Problem;
use crate::language::typed::{Definition, DefinitionKind};
use crate::live::present::Live;
use crate::live::saved::{self, Standing};
use crate::rules::revision::Revision;
use crate::server::chunks::json;
use crate::server::parameters::Name;
use crate::server::refusal::{Answered, NO_FILTER, Refusal};
use crate::server::state::State;

/// All filters.
#[derive(Serialize, ToSchema)]
struct FiltersForm<'a> {
    /// The instant at which the counts are exact.
    as_of: String,
    /// In the order of the rules.
    filters: Vec<FilterForm<'a>>,
    /// Stages and tiers, whose members are kept like those of filters.
    stages: Vec<StageForm<'a>>,
}

/// One class of a list of stages or tiers.
#[derive(Serialize, ToSchema)]
struct StageForm<'a> {
    /// `LIST = STAGE`: what its members and records are found under.
    name: &'a str,
    /// The same by labels.
    label: Option<&'a str>,
    /// Members.
    count: u64,
    /// Why these are the members of an earlier moment, if they are.
    stale: Option<&'a str>,
}

/// One filter.
#[derive(Serialize, ToSchema)]
struct FilterForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    description: Option<&'a str>,
    /// The item as written.
    text: &'a str,
    /// The file it stands in, below the rules folder.
    file: &'a str,
    /// For If-Match; null when it is written by hand.
    revision: Option<String>,
    /// Members.
    count: u64,
    /// Why these are the members of an earlier moment, if they are.
    stale: Option<&'a str>,
}

/// The saved filters, and the stages
#[utoipa::path(get, path = "/v1/filters", tag = "filters", responses((status = 200, description = "The filters", body = FiltersForm)))]
pub async fn filters(Given(state): Given<State>) -> Answered {
    let live = settled(&state).await?;
    let definitions = live.moment.rules.definitions.iter();
    json(&FiltersForm {
        as_of: live.moment.zone().format(live.members.at()),
        filters: definitions
            .filter(|one| one.kind == DefinitionKind::Filter)
            .map(|one| form(&live, one))
            .collect(),
        stages: stages(&live),
    })
}

/// One saved filter, by its name or its label
#[utoipa::path(get, path = "/v1/filters/{name}", tag = "filters",
    params(("name" = String, Path, description = "Name or label")), responses(
    (status = 200, description = "The filter", body = FilterForm),
    (status = 404, description = "No filter has that name", body = Problem),
))]
pub async fn filter(Given(state): Given<State>, Name(name): Name) -> Answered {
    let live = settled(&state).await?;
    let definition = find(&live, &name)?;
    let saved = saved::find(Standing::from(&live.moment), &definition.name);
    let response = json(&form(&live, definition))?;
    Ok(tagged(response, saved.and_then(|saved| saved.revision)))
}

/// What stands now, waited for where waiting does no harm.
pub async fn settled(state: &State) -> Answered<Arc<Live>> {
    let shared = state.clone();
    state.gate.run(move |_| shared.heart.settled()).await
}

/// The filter of that name, else of that label.
pub fn find<'a>(live: &'a Live, name: &str) -> Answered<&'a Definition> {
    let filters = || {
        let definitions = live.moment.rules.definitions.iter();
        definitions.filter(|one| one.kind == DefinitionKind::Filter)
    };
    filters()
        .find(|one| &*one.name == name)
        .or_else(|| filters().find(|one| one.label.as_deref() == Some(name)))
        .ok_or_else(|| {
            Refusal::new(NO_FILTER, format!("no filter is called `{name}`"))
                .help("GET /v1/filters lists them")
        })
}

/// The name of the watched set of that name, else of that label: a filter or a stage.
pub fn find_set<'a>(live: &'a Live, name: &str) -> Answered<&'a Arc<str>> {
    live.moment.rules.watched_name(name).ok_or_else(|| {
        Refusal::new(NO_FILTER, format!("no filter or stage is called `{name}`"))
            .help("GET /v1/filters lists them; a stage is called `LIST = STAGE`")
    })
}

fn stages(live: &Live) -> Vec<StageForm<'_>> {
    let definitions = live.moment.rules.definitions.iter();
    let sets = definitions.flat_map(Definition::class_sets);
    sets.map(|one| {
        let set = live.members.of(&one.name);
        StageForm {
            name: &one.name,
            label: one.label.as_deref(),
            count: set.map_or(0, |set| set.count()),
            stale: set.and_then(|set| set.stale.as_deref()),
        }
    })
    .collect()
}

fn form<'a>(live: &'a Live, definition: &'a Definition) -> FilterForm<'a> {
    let set = live.members.of(&definition.name);
    let source = live.moment.sources.get(definition.span.source);
    let ours = source.filter(|source| source.name == saved::file_of(&definition.name));
    FilterForm {
        name: &definition.name,
        label: definition.label.as_deref(),
        description: definition.description.as_deref(),
        text: live.moment.sources.slice(definition.span),
        file: source.map_or("", |source| source.name.as_str()),
        revision: ours.map(|source| Revision::of(&source.text).to_string()),
        count: set.map_or(0, |set| set.count()),
        stale: set.and_then(|set| set.stale.as_deref()),
    }
}
