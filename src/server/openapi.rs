//! The list of endpoints, once, from which the router and `/openapi.json` are made.

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Page;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::routes::{
    care, check, complete, customers, diagnostics, explain, facts, filters, format, health, import,
    matches, members, messages, metrics, plugins, preview, query, reports, rules, saved, schema,
    scores, tasks, why,
};
use super::state::State;

/// What the page says of the whole.
#[derive(OpenApi)]
#[openapi(info(
    title = "Tamis",
    description = "A rules engine for customers: ask filters, send facts, watch who enters and leaves. Errors are application/problem+json with a stable code. Fields and parameters that an endpoint does not name are refused."
))]
struct Whole;

/// Every endpoint.
pub fn endpoints() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(Whole::openapi())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(query::query))
        .routes(routes!(reports::reports))
        .routes(routes!(reports::report))
        .routes(routes!(check::check))
        .routes(routes!(format::format))
        .routes(routes!(complete::complete))
        .routes(routes!(explain::explain))
        .routes(routes!(diagnostics::diagnostic))
        .routes(routes!(scores::score))
        .routes(routes!(scores::histogram))
        .routes(routes!(schema::schema))
        .routes(routes!(filters::filters))
        .routes(routes!(filters::filter, saved::put, saved::delete))
        .routes(routes!(members::members))
        .routes(routes!(matches::matches))
        .routes(routes!(rules::rules))
        .routes(routes!(preview::preview))
        .routes(routes!(facts::customers))
        .routes(routes!(facts::events))
        .routes(routes!(facts::holdings))
        .routes(routes!(facts::relations))
        .routes(routes!(customers::customer, customers::erase))
        .routes(routes!(why::why))
        .routes(routes!(care::plans))
        .routes(routes!(care::plan))
        .routes(routes!(care::preview))
        .routes(routes!(care::report))
        .routes(routes!(care::order))
        .routes(routes!(messages::list))
        .routes(routes!(messages::settle))
        .routes(routes!(tasks::list))
        .routes(routes!(plugins::plugins))
        .routes(routes!(tasks::done))
        .routes(routes!(page))
}

/// Endpoints whose bodies have limits of their own.
pub fn imports() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(import::import))
}

/// The page itself.
pub fn described() -> Page {
    endpoints().merge(imports()).into_openapi()
}

/// This page
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
async fn page() -> super::refusal::Answered {
    super::chunks::json(&described())
}
