//! The command line: what it does, what it prints, which exit code says what.
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::app::NOW;
use crate::program::{printed, refused};

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("password"), "correct horse battery\nnot this\n").unwrap();
    folder
}
fn add(folder: &Path, name: &str, owner: &str) -> String {
    let words = ["organisation", "add", name, "--owner", owner, "--password-file", "password"];
    printed(folder, &words)
}

#[test]
fn every_fault_of_the_settings_is_told_at_once() {
    let folder = folder();
    let words =
        ["--listen", "nowhere", "--database", "mysql://x", "--workers", "0", "--log", "a=b=c"];
    let (code, told) = refused(folder.path(), &words);
    assert_eq!(code, 2);
    for flag in ["--listen", "--database", "--workers", "--log"] {
        assert!(told.lines().any(|line| line.contains(flag)), "{flag}: {told}");
    }
    assert_eq!(told.lines().count(), 4, "{told}");
}

#[test]
fn a_file_of_settings_is_read_and_its_faults_are_named() {
    let folder = folder();
    let file = folder.path().join("perennial.toml");
    std::fs::write(&file, "databse = \"x\"\n").unwrap();
    let (code, told) = refused(folder.path(), &["migrate"]);
    assert_eq!(code, 2);
    assert!(told.contains("perennial.toml") && told.contains("databse"), "{told}");
    std::fs::write(&file, "database = \"sqlite://deep/in/here.db\"\n").unwrap();
    printed(folder.path(), &["migrate"]);
    assert!(folder.path().join("deep/in/here.db").exists());
}

#[test]
fn organisations_and_people_are_added_without_mail() {
    let folder = folder();
    let folder = folder.path();
    let told = add(folder, "Fieldwork", "ana@fieldwork.example");
    let id = told.trim().rsplit(' ').next().unwrap();
    assert!(told.starts_with("Fieldwork is organisation "), "{told}");
    let user = |organisation: &str, email: &str| {
        let person = ["--name", "Zed", "--role", "member", "--password-file", "password"];
        let words = ["user", "add", "--organisation", organisation, "--email", email];
        [&words[..], &person[..]].concat().iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let call = |words: &[String]| printed(folder, &words.iter().map(|w| &**w).collect::<Vec<_>>());
    let fail = |words: &[String]| refused(folder, &words.iter().map(|w| &**w).collect::<Vec<_>>());
    assert!(call(&user("Fieldwork", "zed@fieldwork.example")).starts_with("Zed is member "));
    let (code, told) = fail(&user(id, "zed@fieldwork.example"));
    assert_eq!((code, told.contains("/email")), (2, true), "{told}");
    let (code, told) = fail(&user("Nobody", "x@fieldwork.example"));
    assert_eq!((code, told.contains("no organisation")), (2, true), "{told}");
    add(folder, "Fieldwork", "bea@elsewhere.example");
    let (code, told) = fail(&user("Fieldwork", "y@fieldwork.example"));
    assert_eq!((code, told.contains("give the id")), (2, true), "{told}");
    assert!(call(&user(id, "y@fieldwork.example")).starts_with("Zed is member "));
}

#[test]
fn what_is_not_valid_is_refused_in_words() {
    let folder = folder();
    std::fs::write(folder.path().join("short"), "123\n").unwrap();
    let words = ["organisation", "add", " ", "--owner", "nobody", "--password-file", "short"];
    let (code, told) = refused(folder.path(), &[&words[..], &["--currency", "euro"]].concat());
    assert_eq!(code, 2);
    for field in ["/organisation/name", "/organisation/currency", "/owner/email", "/owner/password"]
    {
        assert!(told.contains(field), "{field}: {told}");
    }
}

#[test]
fn the_document_is_printed() {
    let folder = folder();
    let document: Value = serde_json::from_str(&printed(folder.path(), &["openapi"])).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn the_sample_agency_wants_a_database_of_its_own() {
    let folder = folder();
    let words = ["demo", "--clock", NOW];
    add(folder.path(), "Fieldwork", "ana@fieldwork.example");
    let (code, told) = refused(folder.path(), &words);
    assert_eq!((code, told.contains("not empty")), (2, true), "{told}");
}
