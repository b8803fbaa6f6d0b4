//! The demo's copy of the bank, which its user may break, and what to try with it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::{Demo, Place};
use super::failure::Failure;
use super::output::Output;
use super::{assembly, plugins, serve};
use crate::base::limit::{SERVER_BODY_BYTES_MAX, SERVER_REQUESTS_A_SECOND_MAX};
use crate::server::{self, Door, Setup};
use crate::settings;

/// What is laid over the copy of the bank, beside it in a checkout.
const OVERLAY: &str = "demo";
/// Folders inside each other that are copied; the bank has two.
const DEPTH_MAX: usize = 4;
/// Address unless said.
const LISTEN: &str = "127.0.0.1:7171";

/// Folders of the demo.
struct Copies {
    rules: PathBuf,
    plugins: PathBuf,
    data: PathBuf,
}

/// Serves a copy of the rules over the data until a signal ends it.
pub(super) fn run(
    place: &Place,
    options: &Demo,
    bank: &Path,
    scratch: &Path,
    data: &Path,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let copies = Copies {
        rules: scratch.join("rules"),
        plugins: scratch.join("plugins"),
        data: data.to_owned(),
    };
    copy(place, bank, &copies)
        .map_err(|error| Failure::Input(format!("the bank cannot be copied: {error}")))?;
    let place = Place {
        rules: Some(copies.rules.clone()),
        plugins: Some(copies.plugins.clone()),
        data: Some(copies.data.clone()),
    };
    serve::log_quietly();
    let settings = settings::load(None, &copies.rules, &copies.data)?;
    let door = Door::hold(options.listen.as_deref().unwrap_or(LISTEN))?;
    let folders = (&*copies.data, &*copies.rules);
    let setup = Setup {
        heart: assembly::heart(&place, folders, &settings, false)?,
        door,
        data_folder: copies.data.clone(),
        rules_folder: copies.rules.clone(),
        requests_a_second_max: SERVER_REQUESTS_A_SECOND_MAX,
        body_bytes_max: SERVER_BODY_BYTES_MAX,
    };
    server::run(setup, |address| {
        // The page serves all the same when nobody reads what to try.
        let told = output.write(&tour(address, &copies));
        let _ = told.and_then(|()| output.finish());
    })?;
    Ok(ExitCode::SUCCESS)
}

fn copy(place: &Place, bank: &Path, copies: &Copies) -> io::Result<()> {
    tree(bank, &copies.rules, DEPTH_MAX)?;
    if let Some(overlay) = bank.parent().map(|rules| rules.join(OVERLAY))
        && overlay.is_dir()
        && place.rules.is_none()
    {
        tree(&overlay, &copies.rules, DEPTH_MAX)?;
    }
    let folder = plugins::folder(place, bank).join("churn");
    if folder.is_dir() {
        tree(&folder, &copies.plugins.join("churn"), DEPTH_MAX)?;
    }
    fs::create_dir_all(&copies.plugins)
}

/// Copies what rules and plugins are made of; the bank's data have been imported.
fn tree(from: &Path, to: &Path, depth: usize) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let target = to.join(&name);
        if entry.file_type()?.is_dir() {
            if depth > 0 && name != "src" {
                tree(&entry.path(), &target, depth - 1)?;
            }
        } else if !name.to_string_lossy().ends_with(".gz") {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn tour(address: SocketAddr, copies: &Copies) -> String {
    let (rules, plugins) = (copies.rules.display(), copies.plugins.display());
    let data = copies.data.display();
    let sent = |customer: &str| {
        format!(
            "curl http://{address}/v1/events -H 'content-type: application/x-ndjson' \\\n       \
             -d '{{\"event\":\"credit\",\"customer\":\"{customer}\",\"at\":\"1998-12-31T08:30\",\"operation\":\"cash_in\",\"amount\":50000,\"balance\":61000}}'"
        )
    };
    format!(
        "\nThe bank is served. Open  http://{address}/?q=dormant_rich&show=age,leaving_risk  and, in a second terminal:\n\
         \n1. Watch someone enter. An event is on the disk and in every answer when it is acknowledged; the page shows who\n   \
         enters large_deposits at once.\n     {}\n\
         \n2. Break a rule. It is refused with its reasons, on the page and below; the last good rules go on serving.\n     \
         echo 'filter broken: asets > 5' > {rules}/mine.tamis; sleep 1\n     curl http://{address}/v1/rules\n     rm {rules}/mine.tamis\n\
         \n3. Break the plugin behind likely_to_leave. It is named and refused; the one that served goes on serving.\n     \
         echo broken > {plugins}/churn/churn.wasm; sleep 1\n     curl http://{address}/v1/plugins\n     curl http://{address}/v1/rules\n\
         \n4. Run a care plan. Started, it thanks whoever enters from now on; the recorder writes what would be sent.\n     \
         curl -X POST http://{address}/v1/care/deposit_thanks/start\n     {}\n     sleep 1; cat {data}/recorded.ndjson\n     curl http://{address}/v1/care/deposit_thanks\n\
         \nCtrl-C ends it; the copy is in {rules}\n\n",
        sent("10"),
        sent("100"),
    )
}
