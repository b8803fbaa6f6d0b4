//! Plugin folders that cannot be used are told with their reasons.

use crate::place::Place;

#[test]
fn refused_folders_are_listed_while_they_are_there() {
    let place = Place::shop();
    let folder = place.rules().join("../plugins");
    let broken = |name: &str, text: &str| {
        std::fs::create_dir_all(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("plugin.toml"), text).unwrap();
    };
    broken("half", "id = \"half\"\n");
    let path = folder.display().to_string();
    let server = place.serve_with(&["--plugins", &path]);
    let list = server.get("/v1/plugins").json();
    assert_eq!(list["plugins"].as_array().unwrap().len(), 0);
    assert_eq!(list["refused"].as_array().unwrap().len(), 1, "{list}");
    let refused = &list["refused"][0];
    assert_eq!(
        (refused["folder"].as_str(), refused["code"].as_str()),
        (Some("half"), Some("plugin_manifest"))
    );
    assert!(refused["reason"].as_str().unwrap().len() > 10, "{list}");
    broken("other", "no toml");
    let list = server.until("/v1/plugins", |list| {
        list["refused"].as_array().unwrap().len() == 2
    });
    assert_eq!(list["refused"][1]["folder"], "other");
    std::fs::remove_dir_all(folder.join("half")).unwrap();
    let list = server.until("/v1/plugins", |list| {
        list["refused"].as_array().unwrap().len() == 1
    });
    assert_eq!(list["refused"][0]["folder"], "other");
}
