//! From a component to code that runs: compiled by a process of its own, whose time and
//! memory are bounded because compiling can be attacked, and kept in a folder that only
//! we write. Kept code is looked up by what it was made of and by what made it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use wasmtime::Engine;
use wasmtime::component::Component;

use super::guest::{Failure, sentence};
use super::sandbox::compiling;
use crate::base::limit::{PLUGIN_COMPILE_BYTES_MAX, PLUGIN_COMPILE_SECONDS_MAX};
use crate::base::memory::AS_NEEDED;
use crate::base::secret::{hex, sha256};

/// The ending of kept code.
const ENDING: &str = "code";
/// Bounds processor time and memory that is written to (address space alone costs nothing), then becomes
/// the program. The limits stand before a byte of a component is read.
const BOUNDED: &str = r#"ulimit -t "$1" && ulimit -d "$2" && ulimit -c 0 && shift 2 && exec "$@""#;
/// How often a compiling process is looked at.
const LOOK_MS: u64 = 5;

/// Who compiles, and where the code is kept.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// Made when missing, for us alone.
    pub folder: PathBuf,
    /// A program whose verb `plugin compile-one IN OUT` is [`compile_one`]; `None` compiles in this process,
    /// without limits: for components of our own alone.
    pub program: Option<PathBuf>,
    /// Seconds of processor time for one component.
    pub seconds_max: u64,
}

impl Compiler {
    /// A process of that program compiles.
    pub fn child(folder: PathBuf, program: PathBuf) -> Self {
        Self {
            folder,
            program: Some(program),
            seconds_max: PLUGIN_COMPILE_SECONDS_MAX,
        }
    }

    /// This process compiles.
    pub fn here(folder: PathBuf) -> Self {
        Self {
            folder,
            program: None,
            seconds_max: PLUGIN_COMPILE_SECONDS_MAX,
        }
    }

    /// The code of a component, kept or fresh.
    pub(super) fn code(&self, engine: &Engine, component: &[u8]) -> Result<Component, Failure> {
        self.folder_of_ours()?;
        let key = format!("{}-{:016x}", hex(&sha256(component)), maker(engine));
        if let Some(path) = self.kept(&key)
            && let Ok(code) = load(engine, &path)
        {
            return Ok(code);
        }
        let fresh = self.folder.join(format!(".{key}-{}", std::process::id()));
        let made = self.compile(engine, component, &fresh);
        let path = made.and_then(|()| self.keep(&key, &fresh));
        let _ = fs::remove_file(&fresh);
        load(engine, &path?)
    }

    /// The folder, after making sure that nobody else can have put code there.
    fn folder_of_ours(&self) -> Result<(), Failure> {
        let wrong = |what: String| {
            let reason = format!("{}: {what}", self.folder.display());
            Failure::new("plugin_code_folder", reason)
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|error| wrong(error.to_string()))?;
        let about = fs::metadata(&self.folder).map_err(|error| wrong(error.to_string()))?;
        let own = self.folder.join(format!(".owner-{}", std::process::id()));
        write(&own, &[]).map_err(|error| wrong(error.to_string()))?;
        let ours = fs::metadata(&own).map(|own| own.uid());
        let _ = fs::remove_file(&own);
        if ours.ok() != Some(about.uid()) || about.mode() & 0o022 != 0 {
            return Err(wrong(
                "compiled code is kept only where nobody else may write".to_owned(),
            ));
        }
        Ok(())
    }

    /// Kept code that is what it was: its name ends in the hash of its bytes.
    fn kept(&self, key: &str) -> Option<PathBuf> {
        let names = fs::read_dir(&self.folder).ok()?;
        let mut names: Vec<String> = names
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with(key) && name.ends_with(ENDING))
            .collect();
        names.sort();
        names.into_iter().find_map(|name| {
            let path = self.folder.join(&name);
            let bytes = fs::read(&path).ok()?;
            (name == name_of(key, &bytes)).then_some(path)
        })
    }

    fn keep(&self, key: &str, fresh: &Path) -> Result<PathBuf, Failure> {
        let bytes = fs::read(fresh).map_err(|error| unkept(&error))?;
        let path = self.folder.join(name_of(key, &bytes));
        fs::rename(fresh, &path).map_err(|error| unkept(&error))?;
        Ok(path)
    }

    fn compile(&self, engine: &Engine, component: &[u8], to: &Path) -> Result<(), Failure> {
        let Some(program) = &self.program else {
            let code = engine
                .precompile_component(component)
                .map_err(|error| uncompiled(&error))?;
            return write(to, &code).map_err(|error| unkept(&error));
        };
        let from = to.with_extension("wasm");
        let done = write(&from, component)
            .map_err(|error| unkept(&error))
            .and_then(|()| self.apart(program, &from, to));
        let _ = fs::remove_file(&from);
        done
    }

    /// Waits for a process that compiles, a little longer than it may compute.
    fn apart(&self, program: &Path, from: &Path, to: &Path) -> Result<(), Failure> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", BOUNDED, "sh"])
            .arg(self.seconds_max.to_string())
            .arg((PLUGIN_COMPILE_BYTES_MAX >> 10).to_string())
            .arg(program)
            .args(["plugin", "compile-one"])
            .args([from, to])
            .env_clear()
            .envs([AS_NEEDED])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| unkept(&error))?;
        let until = Instant::now() + Duration::from_secs(2 * self.seconds_max + 5);
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(LOOK_MS));
                }
                Ok(None) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(self.too_long());
                }
                Err(error) => return Err(unkept(&error)),
            }
        };
        let mut said = String::new();
        if let Some(out) = child.stderr.take() {
            // What cannot be read is left out: the status says enough.
            let _ = out.take(4_000).read_to_string(&mut said);
        }
        self.judged(status, &said)
    }

    fn judged(&self, status: ExitStatus, said: &str) -> Result<(), Failure> {
        use std::os::unix::process::ExitStatusExt;
        /// A process over its limit of processor time is sent one of these.
        const OVER_TIME: [i32; 2] = [24, 9];
        match (status.success(), status.signal()) {
            (true, _) => Ok(()),
            (_, Some(signal)) if OVER_TIME.contains(&signal) => Err(self.too_long()),
            (_, Some(_)) => Err(Failure::new(
                "plugin_compile",
                format!(
                    "compiling it ended the process; it may use {} GB of memory",
                    PLUGIN_COMPILE_BYTES_MAX >> 30
                ),
            )),
            _ => Err(Failure::new("plugin_compile", sentence(said.trim()))),
        }
    }

    fn too_long(&self) -> Failure {
        let seconds = self.seconds_max;
        let reason = format!("compiling it took more than {seconds} s of processor time");
        Failure::new("plugin_compile", reason)
    }
}

/// What the child does: compiles one file into another. The error is a sentence.
pub fn compile_one(from: &Path, to: &Path) -> Result<(), String> {
    let component = fs::read(from).map_err(|error| error.to_string())?;
    let engine = Engine::new(&compiling()).map_err(|error| format!("{error:#}"))?;
    let code = engine
        .precompile_component(&component)
        .map_err(|error| uncompiled(&error).reason)?;
    write(to, &code).map_err(|error| error.to_string())
}

/// What made the code: the version of the machine and how it is set up.
fn maker(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

fn name_of(key: &str, code: &[u8]) -> String {
    format!("{key}-{}.{ENDING}", hex(&sha256(code)))
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)?.write_all(bytes)
}

fn load(engine: &Engine, path: &Path) -> Result<Component, Failure> {
    #[expect(
        unsafe_code,
        reason = "the file was written by this program or by the process it started, lies in a folder that \
                  only its user may write, and its bytes are those that its name tells"
    )]
    // SAFETY: see the reason above; the file is renamed into its place once and never written again.
    let code = unsafe { Component::deserialize_file(engine, path) };
    code.map_err(|error| uncompiled(&error))
}

fn uncompiled(error: &wasmtime::Error) -> Failure {
    let reason = sentence(&format!("it cannot be compiled: {error:#}"));
    Failure::new("plugin_compile", reason)
}

fn unkept(error: &std::io::Error) -> Failure {
    Failure::new(
        "plugin_code_folder",
        format!("compiled code cannot be kept: {error}"),
    )
}
