//! Plugins as their authors meet them: started, built, tried and listed by the program;
//! the bank's own score, built and as it is kept; compiling held within its limits.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with a panic"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tamis::base::clock::Clock;
use tamis::host::component::{from_module, surface};
use tamis::host::{Compiler, Options, PluginSet};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tamis");

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tamis(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("TAMIS_PLUGINS")
        .output()
        .unwrap()
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_owned();
        if path.is_dir() && name != "target" {
            copy(&path, &to.join(name));
        } else if path.is_file() {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn a_plugin_from_nothing_is_built_tried_and_listed() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let (code, out, err) = said(&tamis(folder, &["plugin", "new", "mine/wealth"]));
    assert_eq!(
        (code, out.contains("plugin.wealth()")),
        (Some(0), true),
        "{err}"
    );
    let (code, _, err) = said(&tamis(folder, &["plugin", "new", "mine/wealth"]));
    assert_eq!(
        (code, err.contains("is there already")),
        (Some(2), true),
        "{err}"
    );
    let (code, _, err) = said(&tamis(folder, &["plugin", "new", "Big Name"]));
    assert_eq!((code, err.contains("is no name")), (Some(2), true), "{err}");
    let (code, out, err) = said(&tamis(folder, &["plugin", "build", "mine/wealth"]));
    assert_eq!(
        (code, out.contains("asks for nothing")),
        (Some(0), true),
        "{out}{err}"
    );
    let data = "mine/wealth/sample.csv";
    let (code, out, err) = said(&tamis(
        folder,
        &["plugin", "test", "mine/wealth", "--data", data, "--explain"],
    ));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("balance +0.250, age +0.200"), "{out}");
    assert!(err.contains("1 without an answer: lacks balance"), "{err}");
    assert!(
        err.contains("ns a row") && err.contains("MB of memory"),
        "{err}"
    );
    let (code, out, err) = said(&tamis(folder, &["plugin", "list", "--plugins", "mine"]));
    assert_eq!(
        (code, out.contains("plugin.wealth()")),
        (Some(0), true),
        "{err}"
    );
    std::fs::write(folder.join("mine/wealth/wealth.wasm"), b"no wasm").unwrap();
    let (code, _, err) = said(&tamis(folder, &["plugin", "list", "--plugins", "mine"]));
    assert_eq!(
        (code, err.contains("error[plugin_compile]")),
        (Some(1), true),
        "{err}"
    );
}

#[test]
fn the_kept_churn_score_is_what_its_source_makes() {
    let scratch = tempfile::tempdir().unwrap();
    let built = scratch.path().join("plugins/churn");
    copy(&top().join("plugins/churn"), &built);
    copy(
        &top().join("plugins/sdk"),
        &scratch.path().join("plugins/sdk"),
    );
    let manifest = std::fs::read_to_string(built.join("Cargo.toml")).unwrap();
    std::fs::write(
        built.join("Cargo.toml"),
        format!("{manifest}\n[workspace]\n"),
    )
    .unwrap();
    let kept = std::fs::read(built.join("churn.wasm")).unwrap();
    assert!(kept.len() < 64_000, "{} bytes", kept.len());
    let tried = |folder: &Path| {
        let folder = folder.to_str().unwrap();
        let data = top().join("plugins/churn/sample.csv");
        let data = data.to_str().unwrap();
        let output = tamis(
            scratch.path(),
            &["plugin", "test", folder, "--data", data, "--explain"],
        );
        let (code, out, err) = said(&output);
        assert_eq!(code, Some(0), "{err}");
        out
    };
    let as_kept = tried(&built);
    let (code, _, err) = said(&tamis(
        scratch.path(),
        &["plugin", "build", "plugins/churn"],
    ));
    assert_eq!(code, Some(0), "{err}");
    let fresh = std::fs::read(built.join("churn.wasm")).unwrap();
    assert_eq!(surface(&kept).unwrap(), surface(&fresh).unwrap());
    assert_eq!(as_kept, tried(&built));
    assert!(as_kept.contains("falling outflow +1.600"), "{as_kept}");
}

/// A module whose compiling takes far longer than its size says.
fn bomb() -> Vec<u8> {
    const LOCALS: usize = 5_000;
    const BRANCHES: usize = 6_000;
    let mut text = String::from("(module (func (export \"f\") (param i32) (result i32)\n");
    text.push_str(&format!("(local {})", "i32 ".repeat(LOCALS)));
    for branch in 0..BRANCHES {
        let local = branch % LOCALS + 1;
        text.push_str(&format!(
            "(if (local.get 0) (then (local.set {local} (i32.add (local.get {}) (i32.const 1)))))\n",
            (branch * 7) % LOCALS + 1
        ));
    }
    text.push_str("(local.get 1)))");
    let module = wat::parse_str(&text).unwrap();
    // A component around it: compiled though nothing is exported.
    let mut component = b"\0asm\x0d\0\x01\0".to_vec();
    component.push(1);
    let mut length = module.len();
    loop {
        let byte = (length & 0x7f) as u8;
        length >>= 7;
        component.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    component.extend(module);
    component
}

fn put(folder: &Path, id: &str, component: &[u8]) {
    let folder = folder.join(id);
    std::fs::create_dir_all(&folder).unwrap();
    let manifest =
        std::fs::read_to_string(top().join("plugins/hostile/length/plugin.toml")).unwrap();
    let manifest = manifest.replace("\"length\"", &format!("\"{id}\""));
    std::fs::write(folder.join("plugin.toml"), manifest).unwrap();
    std::fs::write(folder.join(format!("{id}.wasm")), component).unwrap();
}

#[test]
fn compiling_happens_in_a_process_of_its_own_and_ends_in_time() {
    let scratch = tempfile::tempdir().unwrap();
    let plugins = scratch.path().join("plugins");
    let common = std::fs::read_to_string(top().join("plugins/hostile/common.wat")).unwrap();
    let own = std::fs::read_to_string(top().join("plugins/hostile/length/guest.wat")).unwrap();
    let sound = wat::parse_str(format!("(module {own} {common})")).unwrap();
    put(&plugins, "sound", &from_module(&sound).unwrap());
    put(&plugins, "bomb", &bomb());
    put(&plugins, "junk", b"\0asm\x0d\0\x01\0junk");
    let options = Options {
        compiler: Compiler {
            seconds_max: 1,
            ..Compiler::child(scratch.path().join("code"), PathBuf::from(PROGRAM))
        },
        clock: Clock::System,
        before: None,
    };
    let started = Instant::now();
    let loaded = PluginSet::load(&plugins, &options);
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(loaded.set.status().len(), 1);
    let faults: Vec<(&str, &str)> = loaded
        .faults
        .iter()
        .map(|fault| (fault.code, fault.reason.as_str()))
        .collect();
    assert_eq!(
        faults[0],
        (
            "plugin_compile",
            "compiling it took more than 1 s of processor time"
        )
    );
    assert_eq!(faults[1].0, "plugin_compile");
    assert!(faults[1].1.contains("it cannot be compiled"), "{faults:?}");
}
