//! The plugins that rules may call, and how they stand.

use axum::extract::State as Given;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::calendar::Zone;
use crate::host::{LoadFault, Standing, Status};
use crate::server::chunks::json;
use crate::server::refusal::Answered;
use crate::server::state::State;

/// All plugins.
#[derive(Serialize, ToSchema)]
struct PluginsForm {
    /// Those that rules may call.
    plugins: Vec<PluginForm>,
    /// Folders that could not be used when they were last read. A plugin of the same folder that was sound before
    /// goes on serving.
    refused: Vec<RefusedForm>,
}

/// A folder that could not be made a plugin.
#[derive(Serialize, ToSchema)]
struct RefusedForm {
    /// Its name.
    folder: String,
    /// Stable.
    code: &'static str,
    /// One sentence.
    reason: String,
}

/// One plugin.
#[derive(Serialize, ToSchema)]
struct PluginForm {
    id: String,
    version: String,
    description: String,
    /// Of the component.
    sha256: String,
    /// As rules call them.
    functions: Vec<String>,
    /// `open`: it is asked; `aside`: it is not until `aside_until`.
    standing: &'static str,
    /// From when on it has been set aside.
    aside_since: Option<String>,
    /// When it is tried again.
    aside_until: Option<String>,
    /// Calls that went ahead.
    calls: u64,
    /// Batches of them.
    batches: u64,
    /// Customers told of.
    customers: u64,
    /// Customers without an answer.
    missing: u64,
    /// Calls that failed.
    faults: u64,
    /// Milliseconds of all batches.
    took_ms: u64,
    /// The last call that failed.
    last_fault: Option<FaultForm>,
}

/// A call that failed.
#[derive(Serialize, ToSchema)]
struct FaultForm {
    at: String,
    function: String,
    /// Stable.
    code: &'static str,
    reason: String,
}

/// The plugins and how they stand
#[utoipa::path(get, path = "/v1/plugins", tag = "rules", responses((status = 200, description = "The plugins", body = PluginsForm)))]
pub async fn plugins(Given(state): Given<State>) -> Answered {
    let live = state.heart.published();
    let zone = live.moment.zone();
    let status = live.moment.plugins.status().into_iter();
    json(&PluginsForm {
        plugins: status.map(|status| form(status, zone)).collect(),
        refused: state
            .heart
            .refused_plugins()
            .into_iter()
            .map(refused)
            .collect(),
    })
}

fn refused(fault: LoadFault) -> RefusedForm {
    let name = fault.folder.file_name().unwrap_or_default();
    RefusedForm {
        folder: name.to_string_lossy().into_owned(),
        code: fault.code,
        reason: fault.reason,
    }
}

fn form(status: Status, zone: &Zone) -> PluginForm {
    let (standing, since, until) = match status.standing {
        Standing::Open => ("open", None, None),
        Standing::Aside { since, until } => ("aside", Some(since), Some(until)),
    };
    let counts = status.counts;
    PluginForm {
        id: status.id,
        version: status.version,
        description: status.description,
        sha256: status.sha256,
        functions: status.functions,
        standing,
        aside_since: since.map(|at| zone.format(at)),
        aside_until: until.map(|at| zone.format(at)),
        calls: counts.calls,
        batches: counts.batches,
        customers: counts.customers,
        missing: counts.missing,
        faults: counts.faults,
        took_ms: u64::try_from(counts.took.as_millis()).unwrap_or(u64::MAX),
        last_fault: status.last_fault.map(|(at, fault)| FaultForm {
            at: zone.format(at),
            function: fault.function.to_string(),
            code: fault.code,
            reason: fault.reason,
        }),
    }
}
