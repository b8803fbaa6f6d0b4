//! Loading, keeping and replacing: what is taken over, what is refused.

use super::*;

#[test]
fn what_cannot_be_loaded_is_named_and_the_rest_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    let echo = scoring(ECHO);
    put(&plugins, "a_good", &manifest("a_good", ""), &echo);
    put(
        &plugins,
        "b_again",
        &manifest("a_good", "component = \"b_again.wasm\""),
        &echo,
    );
    put(&plugins, "c_text", "id = 5", &echo);
    put(
        &plugins,
        "d_bytes",
        &manifest("d_bytes", ""),
        b"no wasm at all",
    );
    let pinned = format!("sha256 = \"{}\"", "0".repeat(64));
    put(&plugins, "e_pinned", &manifest("e_pinned", &pinned), &echo);
    put(
        &plugins,
        "f_gone",
        &manifest("f_gone", "component = \"other.wasm\""),
        &echo,
    );
    std::fs::create_dir_all(plugins.join("g_other")).unwrap();
    let loaded = PluginSet::load(&plugins, &options(folder.path()));
    let found: Vec<(String, &str)> = loaded
        .faults
        .iter()
        .map(|fault| {
            (
                fault
                    .folder
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
                fault.code,
            )
        })
        .collect();
    let wanted = [
        ("b_again", "plugin_manifest"),
        ("c_text", "plugin_manifest"),
        ("d_bytes", "plugin_compile"),
        ("e_pinned", "plugin_hash"),
        ("f_gone", "plugin_unreadable"),
    ];
    assert_eq!(found, wanted.map(|(name, code)| (name.to_owned(), code)));
    assert_eq!(loaded.set.status().len(), 1);
    assert_eq!(loaded.set.status()[0].functions, ["plugin.a_good()"]);
}

#[test]
fn the_same_plugin_is_taken_over_with_its_record_and_a_changed_one_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    put(&plugins, "a", &manifest("a", ""), &scoring(ECHO));
    put(&plugins, "b", &manifest("b", ""), &scoring(ECHO));
    let before = Arc::new(PluginSet::load(&plugins, &options(folder.path())).set);
    ask(&before, &[1.0]).unwrap();
    put(
        &plugins,
        "b",
        &manifest("b", "description = \"another\""),
        &scoring(ECHO),
    );
    let again = Options {
        before: Some(Arc::clone(&before)),
        ..options(folder.path())
    };
    let after = PluginSet::load(&plugins, &again).set;
    assert!(Arc::ptr_eq(
        before.get("a").unwrap(),
        after.get("a").unwrap()
    ));
    assert!(!Arc::ptr_eq(
        before.get("b").unwrap(),
        after.get("b").unwrap()
    ));
    assert_eq!(after.status()[0].counts.calls, 1);
    assert!(!before.is_same(&after) && before.is_same(&before));
    assert_ne!(before.signatures(), after.signatures());
}

#[test]
fn code_is_kept_and_what_was_changed_is_made_again() {
    let (folder, loaded) = one("echo", &manifest("echo", ""), &scoring(ECHO));
    drop(loaded);
    let code = folder.path().join("code");
    let kept = || -> Vec<std::path::PathBuf> {
        let mut kept: Vec<_> = std::fs::read_dir(&code)
            .unwrap()
            .map(|it| it.unwrap().path())
            .collect();
        kept.sort();
        kept
    };
    let [first] = kept().try_into().unwrap();
    let made = std::fs::metadata(&first).unwrap().modified().unwrap();
    let load = || PluginSet::load(&folder.path().join("plugins"), &options(folder.path()));
    let loaded = load();
    assert_eq!(loaded.faults, []);
    assert_eq!(std::fs::metadata(&first).unwrap().modified().unwrap(), made);
    drop(loaded);
    let mut bytes = std::fs::read(&first).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&first, &bytes).unwrap();
    let loaded = load();
    assert_eq!(loaded.faults, [], "what is not what it was is never run");
    assert!(ask(&loaded.set, &[1.0]).is_ok());
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&code, std::fs::Permissions::from_mode(0o777)).unwrap();
    let loaded = load();
    assert_eq!(loaded.faults[0].code, "plugin_code_folder");
}

#[test]
fn the_contract_is_what_components_show() {
    let surface = component::surface(&scoring(ECHO)).unwrap();
    assert_eq!(surface.imports, ["tamis:plugin/types@1.0.0"]);
    assert_eq!(surface.exports, ["tamis:plugin/scorer@1.0.0"]);
    assert!(component::from_module(&wat::parse_str("(module)").unwrap()).is_err());
}
