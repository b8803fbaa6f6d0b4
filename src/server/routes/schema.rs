//! The kinds of facts.

use axum::extract::State as Given;

use crate::form::schema::SchemaForm;
use crate::server::chunks::json;
use crate::server::refusal::Answered;
use crate::server::state::State;

/// The kinds of facts that the rules know
#[utoipa::path(get, path = "/v1/schema", tag = "rules", responses((status = 200, description = "The schema", body = SchemaForm)))]
pub async fn schema(Given(state): Given<State>) -> Answered {
    let live = state.heart.published();
    json(&SchemaForm::new(&live.moment.rules.schema))
}
